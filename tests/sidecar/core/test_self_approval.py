"""What becomes of calls from inside an agent: refused, told to the person, on record; and what that costs."""

import asyncio
import os
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from time import perf_counter

import pytest

from fakes.clock import FakeClock
from fakes.domain import make_draft, make_session, open_domain
from fakes.processes import Nursery, mark_of, nursery
from pilot_sidecar.core.bus import Announcement
from pilot_sidecar.core.devices_model import SelfApproval
from pilot_sidecar.core.errors import SelfApprovalError
from pilot_sidecar.core.events import SelfApprovalRefused, SessionStarted
from pilot_sidecar.core.self_approval import QUIET_S
from pilot_sidecar.core.services import Services
from pilot_sidecar.core.store import Write
from pilot_sidecar.core.whence import Whence
from pilot_sidecar.server.agent_watch import watch_agents


@pytest.fixture
def young(tmp_path: Path) -> Iterator[Nursery]:
    with nursery(tmp_path) as made:
        yield made


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
async def services(tmp_path: Path, clock: FakeClock) -> AsyncIterator[Services]:
    (tmp_path / "home").mkdir()
    async with open_domain(tmp_path / "home", clock) as services:
        yield services


@pytest.fixture
def told(services: Services) -> list[SelfApproval]:
    found: list[SelfApproval] = []

    def take(entry: Announcement) -> None:
        assert isinstance(entry.event, SelfApprovalRefused)
        found.append(entry.event.attempt)

    services.bus.listen((SelfApprovalRefused,), take)
    return found


def local(pid: int | None) -> Whence:
    """Return where a process of this machine calls from."""
    return Whence(pid=lambda: pid)


async def refused(services: Services, whence: Whence, call: str = "asks.decide", ask: str | None = None) -> str:
    with pytest.raises(SelfApprovalError) as error:
        await services.self_approval.check(whence, call, ask)
    assert error.value.hint
    return error.value.message


async def test_an_agent_is_refused_and_the_person_told(
    services: Services, young: Nursery, told: list[SelfApproval], tmp_path: Path
) -> None:
    services.bus.publish(SessionStarted(at=1, session_id="s1", agent="opencode", session=make_session()))
    ask = await services.asks.open(make_draft())
    agent, child = young.parent_of()
    services.agent_processes.add("opencode", agent)
    words = await refused(services, local(child), ask=ask.id)
    assert words == f"Agents cannot do this: “sleep” was started by opencode (process {agent})."
    assert told == [
        SelfApproval(agent="opencode", pid=agent, program="sleep", call="asks.decide", ask_id=ask.id, session_id="s1")
    ]
    assert [record.ask.id for record in services.asks.pending()] == [ask.id]
    await services.audit.close()
    line = (tmp_path / "home" / "audit.jsonl").read_text().splitlines()[-1]
    for word in ("self_approval.refused", "opencode", str(agent), "sleep", "asks.decide", ask.id):
        assert word in line


async def test_an_agent_in_a_loop_floods_nobody(
    services: Services, young: Nursery, told: list[SelfApproval], clock: FakeClock
) -> None:
    agent = young.child()
    services.agent_processes.add("opencode", agent)
    for number in range(20):
        await refused(services, local(agent), ask=f"made up {number}")
    assert len(told) == 1
    await refused(services, local(agent), "settings.update")
    assert len(told) == 2
    clock.advance(QUIET_S + 1)
    await refused(services, local(agent))
    assert len(told) == 3


async def test_a_person_is_let_in(services: Services, young: Nursery, told: list[SelfApproval]) -> None:
    services.agent_processes.add("opencode", young.child())
    assert await services.self_approval.check(local(os.getpid()), "asks.decide") is True
    assert await services.self_approval.check(local(young.child()), "asks.decide") is True
    assert told == []


async def test_whose_process_cannot_be_told_is_let_in_without_certainty(services: Services) -> None:
    assert await services.self_approval.check(local(None), "asks.decide") is False
    assert await services.self_approval.check(Whence(), "asks.decide") is False


async def test_who_comes_from_elsewhere_is_no_process_of_this_machine(services: Services) -> None:
    assert await services.self_approval.check(Whence("lan", "192.0.2.7"), "asks.decide") is True
    assert await services.self_approval.check(Whence("tunnel", "203.0.113.7"), "asks.decide") is True


async def test_who_says_to_come_from_elsewhere_is_looked_at_all_the_same(services: Services, young: Nursery) -> None:
    agent = young.child()
    services.agent_processes.add("opencode", agent)
    await refused(services, Whence("lan", "203.0.113.7", pid=lambda: agent))


async def test_who_left_before_it_could_be_looked_at_is_refused(services: Services) -> None:
    def gone() -> int | None:
        raise ProcessLookupError

    assert "had ended" in await refused(services, Whence(pid=gone))


async def test_an_agent_that_becomes_known_later_is_refused_on_its_old_connection(
    services: Services, young: Nursery
) -> None:
    agent = young.child()
    whence = local(agent)
    assert await services.self_approval.check(whence, "asks.decide") is True
    services.agent_processes.add("opencode", agent)
    await refused(services, whence)


async def test_known_agents_and_their_keys_are_known_to_the_next_hub(tmp_path: Path, young: Nursery) -> None:
    home = tmp_path / "other"
    home.mkdir()
    agent, child = young.parent_of()
    marked, ended = young.orphan(PILOT_AGENT="boot-1"), young.child()
    async with open_domain(home) as services:
        services.agent_processes.add("opencode", agent, "boot-1")
        services.agent_processes.add("codex", ended)
    gone = mark_of(ended)
    young.end(ended)
    async with open_domain(home) as services:
        assert services.agent_processes.agent_of(gone) is None
        for caller in (agent, child, marked):
            assert "was started by opencode" in await refused(services, local(caller), "devices.pair")
        assert await services.self_approval.check(local(os.getpid()), "devices.pair") is True


@pytest.mark.parametrize("left", ["{", '{"agents": [{"agent": 1}]}', "[]"])
async def test_what_was_remembered_of_agents_and_is_broken_keeps_no_hub_from_starting(
    tmp_path: Path, left: str
) -> None:
    home = tmp_path / "other"
    home.mkdir()
    async with open_domain(home) as services:
        await services.store.commit([Write("INSERT INTO preferences (key, body) VALUES ('agents', ?)", (left,))])
    async with open_domain(home) as services:
        assert len(services.agent_processes) == 0


async def test_a_connection_is_looked_up_once(services: Services) -> None:
    looked: list[int] = []

    def find() -> int:
        looked.append(1)
        return os.getpid()

    whence = Whence(pid=find)
    await services.self_approval.check(whence, "asks.decide")
    began = perf_counter()
    for _ in range(1000):
        await services.self_approval.check(whence, "asks.decide")
    assert len(looked) == 1
    assert perf_counter() - began < 0.2  # 0.2 ms each; it takes a hundredth of that


async def test_children_are_noted_while_an_agent_works(services: Services, young: Nursery) -> None:
    services.tasks.spawn("watch", watch_agents(services))
    await asyncio.sleep(0)  # it listens from now on
    agent, child = young.parent_of()
    services.agent_processes.add("opencode", agent)
    found = make_session(state="busy", live=True)
    services.bus.publish(SessionStarted(at=1, session_id="s1", agent="opencode", session=found))
    mark = mark_of(child)
    async with asyncio.timeout(5):
        while services.agent_processes.agent_of(mark) is None:
            await asyncio.sleep(0.01)
    young.end(agent)
    assert services.agent_processes.agent_of(mark) == "opencode"
