"""No sequence of operations can answer an ask twice, or lose one."""

import asyncio
import tempfile
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fakes.clock import FakeClock
from fakes.domain import make_draft, open_domain
from pilot_sidecar.core.ask_records import AnsweredElsewhere, Delivered
from pilot_sidecar.core.asks import AskQueue
from pilot_sidecar.core.asks_model import Actor, Ask, DecisionRequest
from pilot_sidecar.core.errors import AgentUnavailableError, PilotError
from pilot_sidecar.core.events import PermissionPending, PermissionResolved
from pilot_sidecar.core.services import Services

IDS = ("per_1", "per_2", "per_3")
OPERATIONS = st.tuples(
    st.sampled_from(
        ["open", "open_held", "allow", "deny", "release", "stale", "terminal", "cancel", "expire", "hand_back",
         "restart", "unreachable", "elsewhere", "same_key", "supersede"]
    ),
    st.sampled_from(IDS),
)  # fmt: skip


class Agent:
    """An agent that keeps its own list of what it asks; it never takes two answers for one question."""

    def __init__(self) -> None:
        self.waiting: set[str] = set()
        self.answers: list[str] = []
        self.reachable = True

    async def deliver(self, ask: Ask, request: DecisionRequest) -> Delivered | AnsweredElsewhere:
        await asyncio.sleep(0)
        if not self.reachable:
            raise AgentUnavailableError("gone")
        if ask.id not in self.waiting:
            return AnsweredElsewhere()
        self.waiting.discard(ask.id)
        self.answers.append(ask.id)
        return Delivered()


class World:
    """Runs operations, several at once, and remembers what was announced."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.clock = FakeClock()
        self.agent = Agent()
        self.opened: set[str] = set()
        self.wins: list[str] = []
        self.log: list[tuple[str, str]] = []

    def watch(self, services: Services) -> None:
        def look(entry: object) -> None:
            event = entry.event  # type: ignore[attr-defined]
            if isinstance(event, PermissionPending):
                self.log.append(("pending", event.ask.id))
            elif isinstance(event, PermissionResolved):
                self.log.append((event.ask.state, event.ask.id))

        services.bus.subscribe(look)

    async def do(self, asks: AskQueue, operation: str, ask_id: str, number: int) -> None:
        try:
            await self._do(asks, operation, ask_id, number)
        except PilotError:
            return

    async def _do(self, asks: AskQueue, operation: str, ask_id: str, number: int) -> None:
        terminal = Actor(kind="terminal")
        match operation:
            case "open":
                if ask_id not in self.opened:
                    self.agent.waiting.add(ask_id)
                self.opened.add(ask_id)
                await asks.open(make_draft(id=ask_id, timeout_ms=500_000), self.agent.deliver)
            case "open_held":
                ask = await asks.open(make_draft(fallback="terminal", timeout_ms=5_000))
                self.opened.add(ask.id)
            case "terminal":
                if ask_id in self.agent.waiting:
                    self.agent.waiting.discard(ask_id)
                    await asks.resolve_elsewhere(ask_id, terminal, "deny")
            case "elsewhere":
                self.agent.waiting.discard(ask_id)
            case "unreachable":
                self.agent.reachable = not self.agent.reachable
            case "cancel":
                await asks.cancel(ask_id, "gone")
            case "supersede":
                await asks.supersede(ask_id, "another")
            case "expire":
                self.clock.advance(6)
                await asks.expire_due()
            case "hand_back":
                await asks.hand_back("alone")
            case _:
                await self._decide(asks, operation, ask_id, number)

    async def _decide(self, asks: AskQueue, operation: str, ask_id: str, number: int) -> None:
        ask = await asks.get(ask_id)
        digest = "0" * 64 if operation == "stale" else ask.digest
        kind = {"deny": "deny", "release": "release"}.get(operation, "allow_once")
        key = "the-same" if operation == "same_key" else f"key-{number}"
        request = DecisionRequest.model_validate({"kind": kind, "digest": digest})
        before = ask.state
        decided = await asks.decide(ask_id, request, Actor(kind="owner"), key)
        assert operation != "stale"
        assert decided.state == "resolved"
        if before == "pending":
            self.wins.append(ask_id)

    async def run(self, batches: list[list[tuple[str, str]]]) -> None:
        number = 0
        remaining = list(batches)
        while remaining:
            async with open_domain(self.home, self.clock) as services:
                self.watch(services)
                await services.asks.settle_restart()
                while remaining:
                    batch = remaining.pop(0)
                    number += len(batch)
                    work = [self.do(services.asks, name, ask_id, number + i) for i, (name, ask_id) in enumerate(batch)]
                    await asyncio.gather(*work)
                    if any(name == "restart" for name, _ in batch):
                        break
                await services.store.settled()
                self.check(services)

    def check(self, services: Services) -> None:
        pending = {record.ask.id for record in services.asks.pending()}
        for ask_id in self.opened:
            ends = [state for state, other in self.log if other == ask_id and state != "pending"]
            starts = [state for state, other in self.log if other == ask_id and state == "pending"]
            assert len(ends) <= 1, f"{ask_id} ended twice: {self.log}"
            assert len(starts) == 1, f"{ask_id} announced {len(starts)} times"
            assert (ask_id in pending) != bool(ends), f"{ask_id} is lost or double: {self.log}"
        assert len(self.agent.answers) == len(set(self.agent.answers)), "the agent got two answers"
        rows = services.store.read_now("SELECT id, state FROM asks")
        assert {str(row[0]) for row in rows if row[1] == "pending"} == pending


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.lists(OPERATIONS, min_size=1, max_size=4), min_size=1, max_size=10))
def test_an_ask_ends_exactly_once_whatever_happens(batches: list[list[tuple[str, str]]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(asyncio.wait_for(World(Path(folder)).run(batches), 60))
