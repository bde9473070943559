"""Carries notices to the receivers of one channel: a queue for each, a time limit, another try, a pause."""

import asyncio
from collections.abc import Callable

from pilot_sidecar.core.notices_model import ChannelState, EndpointState, Notice, Trial
from pilot_sidecar.core.store import Store
from pilot_sidecar.infra.clock import Clock
from pilot_sidecar.infra.tasks import Tasks
from pilot_sidecar.notifications.deliveries import Deliveries
from pilot_sidecar.notifications.errands import Batch
from pilot_sidecar.notifications.ports import DeliveryError, NotificationChannel
from pilot_sidecar.notifications.receiver import Office, Receiver

MAX_LIMIT_S = 10.0
TELL_AFTER_S = 0.5
"""Changes that come close together are told as one."""
MAX_OPEN = 500


class Courier:
    """Delivers each notice once to each receiver, and withdraws it wherever it was delivered, also after a restart."""

    def __init__(
        self,
        channel: NotificationChannel,
        store: Store,
        clock: Clock,
        tasks: Tasks,
        changed: Callable[[], None],
        limit_s: Callable[[], float] = lambda: MAX_LIMIT_S,
    ) -> None:
        self.channel = channel
        self._changed = changed
        self._tasks = tasks
        self._clock = clock
        self._telling = False
        self._book = Deliveries(store, clock, channel.name)
        self._receivers: dict[str, Receiver] = {}
        self._open: dict[str, Notice] = {}
        self._office = Office(
            channel, self._book, clock, tasks, self._tell, lambda: min(max(limit_s(), 0.01), MAX_LIMIT_S)
        )

    def reaches_somebody(self) -> bool:
        """Tell whether a receiver that may answer is likely to be reached now."""
        return any(one.endpoint.answers and one.reachable() for one in self._current())

    def send(self, notice: Notice, failed: Callable[[], None]) -> bool:
        """Queue a notice for every receiver that did not have it; ``failed`` is called if none of them gets it.

        Returns False when there is nobody to send it to. A notice that was withdrawn is never sent again.
        """
        if self._book.outcome(notice.id) is not None or self._expired(notice):
            return False
        receivers = [one for one in self._current() if not one.gone]
        if not receivers:
            return False
        self._keep_open(notice)
        owed = [one for one in receivers if not self._book.had(notice.id, one.endpoint.id)]
        loop = asyncio.get_running_loop()
        batch = Batch(lambda: _later(loop, failed))
        if len(owed) < len(receivers):
            batch.close()
        batch.expect(one.endpoint.id for one in owed)
        for receiver in owed:
            receiver.send(notice, batch)
        return True

    def catch_up(self) -> None:
        """Send the asks that were sent and still wait to receivers that are new."""
        for notice in list(self._open.values()):
            self.send(notice, lambda: None)

    def resume(self) -> None:
        """Take up the withdrawals that an earlier run of the hub did not finish; forget what is old."""
        self._book.prune()
        for delivery in self._book.standing():
            if delivery.outcome is not None:
                self.withdraw(delivery.notice.id, delivery.outcome)

    def standing(self) -> list[Notice]:
        """Return the notices that some receiver has and that were not dealt with, those of earlier runs included."""
        found = {one.notice.id: one.notice for one in self._book.standing() if one.outcome is None}
        return list(found.values())

    def withdraw(self, notice_id: str, outcome: str) -> None:
        """Take a notice back everywhere; what waits in a queue is not sent any more."""
        self._open.pop(notice_id, None)
        for receiver in self._receivers.values():
            receiver.forget(notice_id)
        current = {one.endpoint.id: one for one in self._current() if not one.gone}
        for delivery in self._book.end(notice_id, outcome):
            if (receiver_of := current.get(delivery.endpoint_id)) is not None:
                receiver_of.take_back(delivery)
            else:
                self._book.withdrawn(delivery)

    def wake(self) -> None:
        """Look at the clock again."""
        for receiver in self._receivers.values():
            receiver.wake()

    def waiting(self) -> int:
        """Return how many errands wait, over all receivers."""
        return sum(one.waiting() for one in self._receivers.values())

    def state(self) -> ChannelState:
        """Return how the channel and its receivers fare."""
        states, advice = [one.state() for one in self._current()], self.channel.advice()
        trouble = self.channel.trouble()
        failing = trouble is not None or all(one.state != "ready" for one in states)
        latest = max((at for at in self._book.latest.values()), default=None)
        error = max((one for one in states if one.error is not None), key=_error_at, default=None)
        if error is not None and latest is not None and _error_at(error) < latest:
            error = None
        return ChannelState(
            channel=self.channel.name,
            state="off" if not states else "failing" if failing else "ready",
            message=trouble or advice or ("" if states else "Nobody is reached this way yet."),
            delivered_at=latest,
            error=error.error if error is not None else None,
            error_at=error.error_at if error is not None else None,
            endpoints=states,
        )

    async def trial(self, notice: Notice, endpoint_id: str | None) -> Trial:
        """Send a test notice past all queues and pauses, and return what came of it."""
        receivers = [one for one in self._current() if endpoint_id in (None, one.endpoint.id)]
        if not receivers:
            nobody = "This receiver is not there any more." if endpoint_id else "Nobody is reached this way yet."
            return Trial(ok=False, message=nobody, hint=self.channel.advice())
        results = await asyncio.gather(*(one.try_now(notice) for one in receivers))
        words = [_result(one, error) for one, error in zip(receivers, results, strict=True)]
        ok = not any(results)
        return Trial(ok=ok, message=" ".join(words), hint=None if ok else self.channel.advice())

    def _current(self) -> list[Receiver]:
        """Return the receivers that the channel names now; those it does not name any more are forgotten."""
        endpoints = {one.id: one for one in self.channel.endpoints()}
        for endpoint_id in [known for known in self._receivers if known not in endpoints]:
            left = self._receivers[endpoint_id]
            left.leave()
            if left.idle():
                del self._receivers[endpoint_id]
        for endpoint in endpoints.values():
            if (known := self._receivers.get(endpoint.id)) is None:
                self._receivers[endpoint.id] = Receiver(endpoint, self._office)
            else:
                known.endpoint = endpoint
        return [self._receivers[endpoint_id] for endpoint_id in endpoints]

    def _keep_open(self, notice: Notice) -> None:
        if notice.kind != "ask":
            return
        self._open[notice.id] = notice
        if len(self._open) > MAX_OPEN:
            del self._open[next(iter(self._open))]

    def _expired(self, notice: Notice) -> bool:
        return notice.expires_at is not None and notice.expires_at <= self._clock.now_ms()

    def _tell(self) -> None:
        if not self._telling:
            self._telling = True
            self._tasks.spawn(f"{self.channel.name}.told", self._tell_soon())

    async def _tell_soon(self) -> None:
        try:
            await asyncio.sleep(TELL_AFTER_S)
        finally:
            self._telling = False
        self._changed()


def _later(loop: asyncio.AbstractEventLoop, callback: Callable[[], None]) -> None:
    """Call back on a turn of its own: whoever sends is not called while it sends."""
    loop.call_soon(callback)


def _error_at(state: EndpointState) -> int:
    return state.error_at or 0


def _result(receiver: Receiver, error: DeliveryError | None) -> str:
    name = receiver.endpoint.name
    return f"Delivered to {name}." if error is None else f"{name}: {error.message}"
