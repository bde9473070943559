"""Each row of the table in ``core/kinship.py``, with real processes."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from fakes.processes import Nursery, mark_of, nursery, tick, until
from pilot_sidecar.core.agent_processes import MARK, AgentProcesses
from pilot_sidecar.core.kinship import THREAD, Kin, Stranger, Verdict, judge
from pilot_sidecar.infra.ancestry import pids, process
from pilot_sidecar.infra.liveness import ProcessMark

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="orphans are made the Linux way")
SESSIONS = {"thread-1": "codex"}


@pytest.fixture
def young(tmp_path: Path) -> Iterator[Nursery]:
    with nursery(tmp_path) as made:
        yield made


@pytest.fixture
def agents() -> AgentProcesses:
    return AgentProcesses()


def verdict(pid: int, agents: AgentProcesses) -> Verdict:
    return judge(pid, agents, SESSIONS.get)


def known(agents: AgentProcesses, pid: int, key: str = "") -> int:
    """Make a process an agent, and what comes next younger than it."""
    agents.add("opencode", pid, key)
    tick()
    return pid


def test_a_persons_own_program_is_certainly_no_agents(young: Nursery, agents: AgentProcesses) -> None:
    known(agents, young.child())
    assert verdict(young.child(), agents) == Stranger(certain=True)
    assert verdict(os.getpid(), agents) == Stranger(certain=True)


def test_an_agent_and_its_descendants(young: Nursery, agents: AgentProcesses) -> None:
    agent, child = young.parent_of("sh", "-c", "sleep 60 & wait")
    known(agents, agent)
    assert verdict(agent, agents) == Kin("opencode", agent, "sh")
    assert verdict(child, agents) == Kin("opencode", agent, "sh")


def test_who_has_ended_cannot_be_told_any_more(young: Nursery, agents: AgentProcesses) -> None:
    pid = young.child()
    young.end(pid)
    assert verdict(pid, agents) == "gone"


def test_a_later_process_with_an_agents_number_is_none(young: Nursery, agents: AgentProcesses) -> None:
    pid = known(agents, young.child())
    found = mark_of(pid)
    assert agents.agent_of(found) == "opencode"
    assert agents.agent_of(ProcessMark(pid, (found.started or 0) + 1)) is None


def test_once_an_agents_always_an_agents(young: Nursery, agents: AgentProcesses) -> None:
    agent, child = young.parent_of()
    known(agents, agent)
    agents.look()
    young.end(agent)
    orphan = process(child)
    assert orphan is not None
    assert orphan.parent != agent
    assert verdict(child, agents) == Kin("opencode", agent, "sleep")


def test_a_child_of_what_an_agent_left_behind(young: Nursery, agents: AgentProcesses) -> None:
    agent, left = young.parent_of("sh", "-c", "sleep 0.2; sleep 60 & wait")
    known(agents, agent)
    agents.look()
    young.end(agent)
    first = children(left)
    until(lambda: children(left) not in ([], first))
    assert verdict(children(left)[0], agents) == Kin("opencode", agent, "sleep")


def test_what_ended_is_forgotten(young: Nursery, agents: AgentProcesses) -> None:
    agent, child = young.parent_of()
    known(agents, agent)
    agents.look()
    young.end(child)
    young.end(agent)
    agents.look()
    assert len(agents) == 0


def test_an_agents_mark_in_the_environment(young: Nursery, agents: AgentProcesses) -> None:
    agent = known(agents, young.child(), "boot-1")
    assert verdict(young.orphan(**{MARK: "boot-1"}), agents) == Kin("opencode", agent, "sleep")
    young.end(agent)
    assert verdict(young.orphan(**{MARK: "boot-1"}), agents) == Kin("opencode", agent, "sleep")


def test_a_mark_of_an_agent_that_this_hub_does_not_know_is_none(young: Nursery, agents: AgentProcesses) -> None:
    known(agents, young.child(), "boot-1")
    environ = {MARK: "boot-2", THREAD: "thread-2", "CODEX_CI": "1", "OPENCODE": "1", "CLAUDECODE": "1"}
    assert verdict(young.child(**environ), agents) == Stranger(certain=True)


def test_the_session_that_codex_names_in_the_environment(young: Nursery, agents: AgentProcesses) -> None:
    pid = young.child(**{THREAD: "thread-1"})
    assert verdict(pid, agents) == Kin("codex", pid, "sleep")


def test_an_orphan_that_is_younger_than_an_agent_cannot_be_told(young: Nursery, agents: AgentProcesses) -> None:
    agent = known(agents, young.child())
    assert verdict(young.orphan(), agents) == Kin("opencode", agent, "sleep", certain=False)
    assert verdict(young.orphan("sh", "-c", "sleep 60 & wait"), agents) == Kin("opencode", agent, "sh", certain=False)


def test_an_orphan_that_was_there_before_all_agents_is_certainly_none(young: Nursery, agents: AgentProcesses) -> None:
    orphan = young.orphan()
    tick()
    known(agents, young.child())
    assert verdict(orphan, agents) == Stranger(certain=True)


def test_an_orphan_without_any_agent_is_certainly_none(young: Nursery, agents: AgentProcesses) -> None:
    assert verdict(young.orphan(), agents) == Stranger(certain=True)


def test_an_orphan_is_certainly_none_once_the_agents_have_ended(young: Nursery, agents: AgentProcesses) -> None:
    agent = known(agents, young.child())
    orphan = young.orphan()
    young.end(agent)
    assert verdict(orphan, agents) == Stranger(certain=True)


@pytest.mark.parametrize("name", ["firefox", "code", "sshd"])
def test_what_people_start_is_let_in_without_certainty(name: str, young: Nursery, agents: AgentProcesses) -> None:
    known(agents, young.child())
    assert verdict(young.orphan(young.program(name), "60"), agents) == Stranger(certain=False)


def test_an_editors_extension_host_is_told_by_its_command_line(young: Nursery, agents: AgentProcesses) -> None:
    agent = known(agents, young.child())
    node = young.program("node")
    assert verdict(young.orphan(node, "60"), agents) == Kin("opencode", agent, "node", certain=False)
    assert verdict(young.orphan("sh", "-c", "sleep 60; :", "--type=extensionHost"), agents) == Stranger(certain=False)


def test_a_window_with_a_terminal_of_its_own_is_let_in_without_certainty(
    young: Nursery, agents: AgentProcesses
) -> None:
    known(agents, young.child())
    shell = young.in_a_window("$NOTE; sleep 60")
    found = process(shell)
    assert found is not None
    assert found.terminal
    assert verdict(shell, agents) == Stranger(certain=False)


def test_the_agents_own_terminal_says_nothing_for_a_person(young: Nursery, agents: AgentProcesses) -> None:
    """``nohup … &`` in an agent's shell keeps the terminal that the agent was started in."""
    file = young.folder / "left"
    agent = young.in_a_window(f"(sleep 60 & echo $! > {file}); $NOTE; sleep 60")
    agents.add("opencode", agent)
    left = int(file.read_text())
    until(lambda: (found := process(left)) is not None and found.name == "sleep" and found.terminal)
    assert verdict(left, agents) == Kin("opencode", agent, "sleep", certain=False)


def children(parent: int) -> list[int]:
    return [pid for pid in pids() if (found := process(pid)) is not None and found.parent == parent]
