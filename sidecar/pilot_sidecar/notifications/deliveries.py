"""What each receiver of a channel was given, kept on disk: nobody gets a notice twice, and all of it is taken back."""

import asyncio
import logging
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeVar

from pydantic import ValidationError

from pilot_sidecar.core.errors import StorageError
from pilot_sidecar.core.notices_model import ChannelName, Notice
from pilot_sidecar.core.store import Row, Store, Write
from pilot_sidecar.infra.clock import Clock

Key = TypeVar("Key")
Value = TypeVar("Value")
logger = logging.getLogger(__name__)
KEPT_MS = 14 * 24 * 3600 * 1000
MAX_STANDING = 2_000
"""Deliveries that can still be withdrawn; older ones are let go of."""
MAX_UNSURE = 500
MAX_OVER = 10_000
PRUNE_EVERY = 500

_INSERT = """
    INSERT INTO deliveries (notice_id, channel, endpoint_id, session_id, at, receipt, notice, outcome)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (notice_id, channel, endpoint_id) DO UPDATE
    SET at = excluded.at, receipt = excluded.receipt, notice = excluded.notice, outcome = excluded.outcome
"""
_OVER = "UPDATE deliveries SET outcome = ? WHERE notice_id = ? AND channel = ? AND notice <> ''"
_DONE = "UPDATE deliveries SET notice = '' WHERE notice_id = ? AND channel = ? AND endpoint_id = ?"
_PRUNE = "DELETE FROM deliveries WHERE at < ?"
_READ = "SELECT notice_id, endpoint_id, receipt, notice, outcome FROM deliveries WHERE channel = ? ORDER BY at"
_LATEST = "SELECT endpoint_id, max(at) FROM deliveries WHERE channel = ? AND receipt <> '' GROUP BY endpoint_id"


@dataclass(slots=True)
class Delivery:
    """A notice that a receiver was given, and has not been taken back there."""

    endpoint_id: str
    notice: Notice
    receipt: str
    outcome: str | None = None
    """How it ended: it is to be withdrawn."""


class Deliveries:
    """Knows them for one channel, also after a restart."""

    def __init__(self, store: Store, clock: Clock, channel: ChannelName) -> None:
        self._store = store
        self._clock = clock
        self._channel = channel
        self._standing: dict[str, dict[str, Delivery]] = {}
        self._count = 0
        self._unsure: dict[str, dict[str, Delivery]] = {}
        self._had: dict[tuple[str, str], None] = {}
        self._over: dict[str, str] = {}
        self._recorded = 0
        for notice_id, endpoint_id, receipt, body, outcome in store.read_now(_READ, (channel,)):
            key = (str(notice_id), str(endpoint_id))
            if receipt:
                _remember(self._had, key, None)
            ended = None if outcome is None else str(outcome)
            if ended is not None:
                _remember(self._over, key[0], ended)
            if body and (notice := _read(str(body))) is not None:
                found = Delivery(key[1], notice, str(receipt), ended)
                (self._stand if receipt else self._doubt)(found)
        self.latest = {str(row[0]): int(str(row[1])) for row in store.read_now(_LATEST, (channel,))}
        """When each receiver got something last."""

    def outcome(self, notice_id: str) -> str | None:
        """Return how a notice was dealt with, which is never sent again; None while it stands, or was never seen."""
        return self._over.get(notice_id)

    def had(self, notice_id: str, endpoint_id: str) -> bool:
        """Tell whether a receiver was given a notice."""
        return (notice_id, endpoint_id) in self._had

    def standing(self) -> Iterable[Delivery]:
        """Return what was delivered, or may have been, and was not taken back."""
        known = (*self._unsure.values(), *self._standing.values())
        return [one for receivers in known for one in receivers.values()]

    async def delivered(self, endpoint_id: str, notice: Notice, receipt: str) -> Delivery:
        """Keep that a receiver has a notice; return when it is on disk. What is known changes at once."""
        delivery = Delivery(endpoint_id, notice, receipt, self._over.get(notice.id))
        self.latest[endpoint_id] = self._clock.now_ms()
        _remember(self._had, (notice.id, endpoint_id), None)
        self._stand(delivery)
        self._unsure.get(notice.id, {}).pop(endpoint_id, None)
        await self._write(self._store.commit([Write(_INSERT, self._row(endpoint_id, notice, receipt))]))
        self._recorded += 1
        if self._recorded % PRUNE_EVERY == 0:
            self.prune()
        return delivery

    def may_have(self, endpoint_id: str, notice: Notice) -> Delivery:
        """Keep that a receiver may have a notice, though nobody said so: it is sent again, and withdrawn anyway."""
        delivery = Delivery(endpoint_id, notice, "", self._over.get(notice.id))
        self._doubt(delivery)
        self._store.write_soon(Write(_INSERT, self._row(endpoint_id, notice, "")))
        return delivery

    def end(self, notice_id: str, outcome: str) -> list[Delivery]:
        """Keep that a notice was dealt with; return where it is to be withdrawn."""
        _remember(self._over, notice_id, outcome)
        standing = self._standing.get(notice_id, {})
        ended = list({**self._unsure.pop(notice_id, {}), **standing}.values())
        for one in ended:
            one.outcome = outcome
        if ended:
            self._store.write_soon(Write(_OVER, (outcome, notice_id, self._channel)))
        return ended

    def withdrawn(self, delivery: Delivery) -> None:
        """Keep that a notice was taken back, or cannot be; what it said is forgotten."""
        notice_id, receivers = delivery.notice.id, self._standing.get(delivery.notice.id, {})
        self._unsure.get(notice_id, {}).pop(delivery.endpoint_id, None)
        if receivers.pop(delivery.endpoint_id, None) is not None:
            self._count -= 1
            if not receivers:
                del self._standing[notice_id]
        elif delivery.receipt:
            return
        self._store.write_soon(Write(_DONE, (notice_id, self._channel, delivery.endpoint_id)))

    def prune(self) -> None:
        """Forget what is old."""
        self._store.write_soon(Write(_PRUNE, (self._clock.now_ms() - KEPT_MS,)))

    def _row(self, endpoint_id: str, notice: Notice, receipt: str) -> Row:
        body, outcome, now = notice.encode().decode(), self._over.get(notice.id), self._clock.now_ms()
        return notice.id, self._channel, endpoint_id, notice.session_id, now, receipt, body, outcome

    def _doubt(self, delivery: Delivery) -> None:
        self._unsure.setdefault(delivery.notice.id, {})[delivery.endpoint_id] = delivery
        if len(self._unsure) > MAX_UNSURE:
            del self._unsure[next(iter(self._unsure))]

    def _stand(self, delivery: Delivery) -> None:
        receivers = self._standing.setdefault(delivery.notice.id, {})
        self._count += delivery.endpoint_id not in receivers
        receivers[delivery.endpoint_id] = delivery
        if self._count > MAX_STANDING:
            self.withdrawn(next(iter(next(iter(self._standing.values())).values())))

    async def _write(self, written: "asyncio.Future[None]") -> None:
        try:
            await written
        except StorageError:
            logger.exception("a delivery could not be written down: after a restart it may be repeated")


def _read(body: str) -> Notice | None:
    """Return a notice from disk; None for what another version of Pilot wrote and this one does not understand."""
    try:
        return Notice.model_validate_json(body)
    except ValidationError:
        logger.warning("a notice on disk is not understood: it stays where it is")
        return None


def _remember(known: dict[Key, Value], key: Key, value: Value) -> None:
    known[key] = value
    if len(known) > MAX_OVER:
        del known[next(iter(known))]
