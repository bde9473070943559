"""The event bus: gives each event its place in the one order, and announces in that order."""

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from pilot_sidecar.core.errors import PilotError
from pilot_sidecar.core.events import ErrorRaised, Event, MessageDelta
from pilot_sidecar.core.notice_events import PlaceRequested
from pilot_sidecar.core.store import Batch, Store, Write
from pilot_sidecar.core.whence import CALLING, Noted
from pilot_sidecar.infra.clock import Clock

logger = logging.getLogger(__name__)
_TRANSIENT = (MessageDelta, PlaceRequested)


@dataclass(slots=True)
class Announcement:
    """An event in its place, encoded once for everybody."""

    event: Event
    seq: int
    body: bytes
    ready: bool = True
    noted: Noted | None = None
    """Whose call it came of, if it came of one."""


Subscriber = Callable[[Announcement], None]
Screen = Callable[[Event], Sequence[Event]]
"""Returns what is announced in an event's place."""


class Bus:
    """Publishes to subscribers in ``seq`` order; a durable event holds back those after it until it is on disk."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self.clock = clock
        self.epoch = f"{store.epoch:x}"
        self.seq = 0
        """The last number announced; ``_next`` may be ahead of it while a durable event is being written."""
        self._next = 0
        self._store = store
        self._waiting: deque[Announcement] = deque()
        self._subscribers: list[Subscriber] = []
        self._listeners: dict[type, list[Subscriber]] = {}
        self.screen: Screen | None = None
        """Looks at each event before it gets its place; there is none unless something is hidden."""

    @property
    def cursor(self) -> str:
        """Where a reader of everything announced so far stands."""
        return f"{self.epoch}-{self.seq}"

    def subscribe(self, subscriber: Subscriber) -> Callable[[], None]:
        """Call ``subscriber`` with each announcement, in order; return how to stop that."""
        self._subscribers.append(subscriber)
        return lambda: self._subscribers.remove(subscriber)

    def listen(self, kinds: Sequence[type], listener: Subscriber) -> None:
        """Call ``listener`` with announcements of some kinds only, after all subscribers: the others cost nothing."""
        for kind in kinds:
            self._listeners.setdefault(kind, []).append(listener)

    def publish(self, event: Event) -> None:
        """Announce an event, and store it soon after unless it is transient."""
        if self.screen is None:
            self._publish(event)
            return
        for screened in self.screen(event):
            self._publish(screened)

    def _publish(self, event: Event) -> None:
        entry = self._enter(event)
        if not isinstance(event, _TRANSIENT):
            self._store.append(entry.seq, event.at, entry.body)
        self._announce()

    def publish_durably(self, event: Event, writes: Sequence[Write]) -> "asyncio.Future[None]":
        """Store an event and its rows in one transaction, then announce it; fails if the store refuses.

        Whoever awaits this may be cancelled: the event is announced all the same.
        """
        if self.screen is not None:
            for screened in self.screen(event):
                if screened is not event:
                    self._publish(screened)
        entry = self._enter(event)
        entry.ready = False
        batch = Batch(entry.seq, entry.seq, event.at, [entry.body], len(entry.body))
        written = self._store.commit(writes, batch)
        written.add_done_callback(lambda done: self._settle(entry, done))
        return asyncio.shield(written)

    def _settle(self, entry: Announcement, written: "asyncio.Future[None]") -> None:
        if (error := written.exception()) is not None:
            code = error.code if isinstance(error, PilotError) else "internal"
            self._replace(entry, ErrorRaised(at=entry.event.at, code=code, message=str(error)))
        entry.ready = True
        self._announce()

    def _enter(self, event: Event) -> Announcement:
        self._next += 1
        event.assign(seq=self._next, epoch=self.epoch)
        entry = Announcement(event, self._next, event.encode(), noted=CALLING.get())
        self._waiting.append(entry)
        return entry

    def _replace(self, entry: Announcement, event: Event) -> None:
        """Keep the order whole: the place of an event that was not stored is taken by an error."""
        event.assign(seq=entry.seq, epoch=self.epoch)
        entry.event, entry.body = event, event.encode()

    def _announce(self) -> None:
        while self._waiting and self._waiting[0].ready:
            entry = self._waiting.popleft()
            self.seq = entry.seq
            for subscriber in (*self._subscribers, *self._listeners.get(type(entry.event), ())):
                try:
                    subscriber(entry)
                except Exception:
                    logger.exception("a subscriber failed on %s", entry.event.type)
