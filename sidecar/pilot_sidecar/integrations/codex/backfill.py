"""What a thread said while nobody listened, brought in order into Pilot's own transcript."""

from collections.abc import Iterable, Iterator
from typing import Protocol

from pydantic import ValidationError

from pilot_sidecar.core.events import Event
from pilot_sidecar.core.models import Session
from pilot_sidecar.core.services import Services
from pilot_sidecar.integrations.codex import items
from pilot_sidecar.integrations.codex.native import Item, Turn
from pilot_sidecar.integrations.codex.pictures import with_pictures
from pilot_sidecar.integrations.codex.rpc import Json

PAGE = 5
PAGES = 20
"""Pages of turns that are looked through; what is older is read from Codex when somebody asks for it."""


class Caller(Protocol):
    """Whoever can ask an app-server."""

    async def call(self, method: str, params: Json | None = None) -> Json:
        """Return a request's result."""
        ...


class Backfill:
    """Compares Codex's turns with what is stored, and returns the events that are missing."""

    def __init__(self, services: Services, server: Caller) -> None:
        self._services = services
        self._server = server

    async def running(self, session: Session, turns: Iterable[Turn]) -> list[Event]:
        """Return what is missing of the turn that runs now."""
        return await self._missing(session, [turn for turn in turns if turn.status == "inProgress"])

    async def gap(self, session: Session) -> list[Event]:
        """Return what is missing since the newest stored entry; nothing for a session that has none."""
        if await self._services.sessions.oldest_at(session.id) is None:
            return []
        missing: list[Event] = []
        cursor: object = None
        for _ in range(PAGES):
            turns, cursor = await self.page(session.id, PAGE, cursor)
            events = await self._missing(session, turns)
            missing = events + missing
            if cursor is None or await self._any_known(session, turns):
                break
        return missing

    async def page(self, thread_id: str, limit: int, cursor: object = None) -> tuple[list[Turn], object]:
        """Return a page of turns, newest first, and the cursor of the page before it."""
        params: Json = {"threadId": thread_id, "limit": limit, "itemsView": "full"}
        answer = await self._server.call("thread/turns/list", params | ({"cursor": cursor} if cursor else {}))
        turns = turns_in(answer)
        for turn in turns:
            turn.items = [await with_pictures(raw, self.folders(thread_id)) for raw in turn.items]
        return turns, answer.get("nextCursor")

    def folders(self, thread_id: str) -> list[str]:
        """Return where pictures may be that a thread's agent looks at."""
        session = self._services.sessions.get(thread_id)
        return [session.directory] if session else []

    async def _any_known(self, session: Session, turns: list[Turn]) -> bool:
        ids = [item.id for turn in turns for item in items_in(turn)]
        return not ids or bool(await self._services.sessions.known_items(session.id, ids))

    async def _missing(self, session: Session, turns: list[Turn]) -> list[Event]:
        found = [(turn, item) for turn in reversed(turns) for item in items_in(turn)]
        if not found:
            return []
        await self._services.store.settled()
        known = await self._services.sessions.known_items(session.id, [item.id for _, item in found])
        now = self._services.clock.now_ms()
        events: list[Event] = []
        for turn, item in found:
            at = int(turn.started_at * 1000) if turn.started_at else now
            if item.status == "inProgress":
                events += [] if item.id in known else items.started(item, session.id, turn.id, at)
            elif item.id not in known or items.call_of(item) is not None:
                events += items.completed(item, session.id, turn.id, at, self._services.attachments.keep_url)
        return events


def items_in(turn: Turn) -> Iterator[Item]:
    """Yield the items of a turn; those of an unknown shape are left out."""
    for raw in turn.items:
        try:
            yield Item.model_validate(raw)
        except ValidationError:
            continue


def turns_in(page: object) -> list[Turn]:
    """Return the turns of a page; those of an unknown shape are left out."""
    data = page.get("data") if isinstance(page, dict) else None
    turns = []
    for raw in data if isinstance(data, list) else []:
        try:
            turns.append(Turn.model_validate(raw))
        except ValidationError:
            continue
    return turns
