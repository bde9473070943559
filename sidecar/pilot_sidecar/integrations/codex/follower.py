"""Reads along in the rollout of a live session and says when its hooks' turn has come."""

import asyncio
from collections import deque
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from pilot_sidecar.core.events import Event, MessageCompleted, PromptReceived, ToolCompleted, UsageUpdated
from pilot_sidecar.core.models import Item, Session, TextItem, ToolItem
from pilot_sidecar.core.services import Services
from pilot_sidecar.infra.open_files import holder_of
from pilot_sidecar.integrations.codex.hook_mapping import last_id, prompt_id
from pilot_sidecar.integrations.codex.rollout import Rollout
from pilot_sidecar.integrations.codex.sessions import AGENT
from pilot_sidecar.integrations.codex.tail import Piece, Tail
from pilot_sidecar.integrations.codex.told import (
    About,
    Began,
    Line,
    Named,
    Output,
    Over,
    Runs,
    Said,
    Told,
    parse_line,
)

SOON_S, BUSY_S, IDLE_S = 0.05, 0.4, 2.0
"""Pauses between two readings: a prompt waits for its id · a turn runs · nothing runs. A hook ends each."""
HISTORY = 300
"""Entries from before Pilot knew the session that are told afterwards; older ones come from Codex when asked for."""


class Teller(Protocol):
    """Who tells what is read."""

    id: str

    @property
    def session(self) -> Session:
        """The session."""
        ...

    def queued(self) -> int:
        """Return how many hooks wait."""
        ...

    def prompt_waits(self) -> bool:
        """Tell whether a prompt waits for its id."""
        ...

    def drain(self, count: int, *, present: bool) -> None:
        """Tell the hooks that wait."""
        ...

    def take(self, told: Told, at: int) -> None:
        """Tell what happens."""
        ...

    def learn(self, told: About | Runs | Named, at: int) -> None:
        """Take in a fact."""
        ...

    def tell(self, event: Event, turn_id: str) -> None:
        """Announce something from the past."""
        ...

    def skip(self, event: Event, turn_id: str) -> None:
        """Note something from the past that was told."""
        ...

    def change(self, at: int, **fields: object) -> None:
        """Change the session."""
        ...

    def runs_in(self, pid: int) -> None:
        """Note the process."""
        ...


class Follower:
    """One rollout: what is older than the first hook is history, told as far as the store lacks it."""

    def __init__(self, services: Services, teller: Teller, path: Path, *, present: bool) -> None:
        self.path = path
        self.present = present
        self._services = services
        self._teller = teller
        self._tail = Tail(path)
        self._rollout = Rollout(teller.id, self._note, services.attachments.keep_url)
        self._since = services.clock.now_ms()
        self._history: deque[Said] = deque(maxlen=HISTORY)
        self._turn: str | None = None
        self._looked = False
        self._closing = False
        self._wake = asyncio.Event()
        self.ended = asyncio.Event()

    def wake(self) -> None:
        """Read now."""
        self._wake.set()

    def look_again(self) -> None:
        """Find the process anew."""
        self._looked = False

    def close(self) -> None:
        """Stop."""
        self._closing = True
        self._wake.set()

    async def run(self) -> None:
        """Read until closed."""
        try:
            while not self._closing:
                await self._round()
        finally:
            self.present = False
            if not self._closing:
                self._teller.drain(self._teller.queued(), present=False)
            self.ended.set()

    async def _round(self) -> None:
        self._wake.clear()
        queued = self._teller.queued()
        piece, lines, garbage = await asyncio.to_thread(self._load)
        if self._closing:
            return
        self.present = piece.present
        for _ in range(garbage):
            self._note("rollout garbage", b"")  # not kept: it is no word of Codex's
        if piece.restarted:
            self._start_over()
        await self._take(lines)
        await self._services.store.room()
        if piece.more:
            return
        await self._tell_history()
        self._teller.drain(queued, present=self.present)
        await self._look()
        await self._pause()

    def _load(self) -> tuple[Piece, list[Line], int]:
        piece = self._tail.read()
        lines = [line for raw in piece.lines if (line := parse_line(raw)) is not None]
        return piece, lines, len(piece.lines) - len(lines) + piece.skipped

    async def _take(self, lines: Sequence[Line]) -> None:
        for line in lines:
            told = self._rollout.take(line)
            if line.at < self._since:
                self._remember(told, line.at)
                continue
            await self._tell_history()
            for one in told:
                self._teller.take(one, line.at)

    def _remember(self, told: Sequence[Told], at: int) -> None:
        for one in told:
            match one:
                case Began(turn_id=turn_id):
                    self._turn = turn_id
                case Over():
                    self._turn = None
                case Said():
                    self._history.append(one)
                case Output():
                    pass
                case _:
                    self._teller.learn(one, at)

    async def _tell_history(self) -> None:
        if not self._history:
            return
        history, turn = list(self._history), self._turn
        self._history.clear()
        page = await self._services.sessions.items(self._teller.id, None, 2 * HISTORY)
        known = {item.id: item for item in page.items if not _runs(item)}
        usage = [said for said in history if isinstance(said.event, UsageUpdated)][-1:]
        for said in [*(said for said in history if not isinstance(said.event, UsageUpdated)), *usage]:
            if _is_known(said, known):
                self._teller.skip(said.event, said.turn_id)
            else:
                self._teller.tell(said.event, said.turn_id)
        self._teller.change(self._services.clock.now_ms(), state="busy" if turn else "idle")

    def _start_over(self) -> None:
        self._rollout = Rollout(self._teller.id, self._note, self._services.attachments.keep_url)
        self._since = self._services.clock.now_ms()
        self._turn = None

    async def _look(self) -> None:
        if self.present and not self._looked:
            self._looked = True
            await self.look()

    async def look(self) -> None:
        """Find the process that writes the rollout."""
        pid = await asyncio.to_thread(holder_of, self.path)
        if pid is not None and not self._closing:
            self._teller.runs_in(pid)

    async def _pause(self) -> None:
        pause = BUSY_S if self._teller.session.state == "busy" else IDLE_S
        try:
            async with asyncio.timeout(SOON_S if self._teller.prompt_waits() else pause):
                await self._wake.wait()
        except TimeoutError:
            return

    def _note(self, name: str, raw: bytes) -> None:
        self._services.unknown.note(AGENT, name, raw)


def _runs(item: Item) -> bool:
    return isinstance(item, ToolItem) and item.status in ("pending", "running")


def _is_known(said: Said, known: dict[str, Item]) -> bool:
    """Tell whether the store has it, under its own id or the one a hook gave it."""
    match said.event:
        case PromptReceived() as event:
            return event.message_id in known or prompt_id(said.turn_id, said.number, 0) in known
        case MessageCompleted() as event:
            last = known.get(last_id(said.turn_id, 0))
            return event.part_id in known or (isinstance(last, TextItem) and last.text == event.text)
        case ToolCompleted() as event:
            return event.call_id in known
        case _:
            return False
