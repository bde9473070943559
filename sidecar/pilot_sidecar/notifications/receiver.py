"""One receiver of a channel: its queue, its worker, and how it fares."""

import asyncio
import logging
import random
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any, Literal, TypeVar

from pilot_sidecar.core.notices_model import EndpointState, Notice
from pilot_sidecar.infra.breaker import Breaker
from pilot_sidecar.infra.clock import Clock
from pilot_sidecar.infra.tasks import Tasks
from pilot_sidecar.notifications.deliveries import Deliveries, Delivery
from pilot_sidecar.notifications.errands import Batch, Delivering, Errand, Fare, Withdrawing
from pilot_sidecar.notifications.ports import DeliveryError, Endpoint, NotificationChannel

T = TypeVar("T")
logger = logging.getLogger(__name__)

MAX_ATTEMPTS = 5
MAX_WAITING = 100
"""Notices that wait for one receiver; the oldest make room."""
MAX_WITHDRAWALS = 1_000
FIRST_RETRY_S, LONGEST_RETRY_S = 2.0, 60.0
LONGEST_REST_S = 600.0
"""However long a receiver asks to be left alone."""
WITHDRAWN_FOR_MS = 24 * 3600 * 1000
"""A withdrawal that does not get through is tried for a day."""


@dataclass(frozen=True, slots=True)
class Office:
    """What all receivers of a channel share."""

    channel: NotificationChannel
    book: Deliveries
    clock: Clock
    tasks: Tasks
    changed: Callable[[], None]
    limit_s: Callable[[], float]
    """How long one attempt may take."""
    jitter: Callable[[], float] = random.random

    def endpoint(self, endpoint_id: str) -> Endpoint | None:
        """Return a receiver as the channel knows it now."""
        return next((one for one in self.channel.endpoints() if one.id == endpoint_id), None)


class Receiver:
    """Carries notices to one receiver and back, one after another, so that it delays nobody else."""

    def __init__(self, endpoint: Endpoint, office: Office) -> None:
        self.endpoint = endpoint
        self.gone = False
        """It said itself that it is no more: nothing is sent there while the channel still names it."""
        self._office = office
        self._breaker = Breaker(office.clock)
        self._fare = Fare(office.book.latest.get(endpoint.id))
        self._waiting: dict[str, Errand] = {}
        self._rest_until_s = 0.0
        self._woken = asyncio.Event()
        self._working = False

    def state(self) -> EndpointState:
        """Return how it fares."""
        fare, state = self._fare, self._state()
        return EndpointState(
            id=self.endpoint.id,
            name=self.endpoint.name,
            state=state,
            delivered_at=fare.delivered_at,
            error=fare.error,
            error_at=fare.error_at,
        )

    def reachable(self) -> bool:
        """Tell whether it is likely to be reached now."""
        return not self.gone and self._breaker.state != "open"

    def waiting(self) -> int:
        """Return how many errands wait."""
        return len(self._waiting)

    def send(self, notice: Notice, batch: Batch) -> None:
        """Deliver a notice when its turn comes."""
        errand = self._waiting.get(notice.id)
        if isinstance(errand, Delivering):
            errand.batches.append(batch)
        elif errand is None:
            errand = Delivering(notice, [batch], self._office.clock.monotonic_s())
            self._waiting[notice.id] = errand
            self._make_room()
        if not self.reachable():
            batch.lost(self.endpoint.id)
        self._work()

    def forget(self, notice_id: str) -> None:
        """Do not deliver a notice any more that was dealt with; what is on its way is taken back when it arrived."""
        errand = self._waiting.get(notice_id)
        if isinstance(errand, Delivering):
            errand.close()
            self._done(errand)

    def take_back(self, delivery: Delivery) -> None:
        """Withdraw what was delivered."""
        waiting = self._waiting.get(delivery.notice.id)
        if isinstance(waiting, Withdrawing):
            if delivery.receipt:
                waiting.delivery = delivery  # it was not known for sure until now
            self._work()
            return
        clock = self._office.clock
        self._waiting[delivery.notice.id] = Withdrawing(delivery, clock.monotonic_s(), clock.now_ms())
        self._make_room()
        self._work()

    def leave(self) -> None:
        """Take in that the channel does not name it any more; it may come back as if it were new."""
        self._drop_all()
        self.gone = False
        self._breaker.succeeded()
        self._fare = Fare(self._fare.delivered_at)
        self._rest_until_s = 0.0

    def idle(self) -> bool:
        """Tell whether nothing is under way."""
        return not self._working

    def _drop_all(self) -> None:
        waiting, self._waiting = list(self._waiting.values()), {}
        for errand in waiting:
            self._drop(errand)
        self._woken.set()

    def wake(self) -> None:
        """Look at the clock again."""
        self._woken.set()

    async def try_now(self, notice: Notice) -> DeliveryError | None:
        """Deliver past the queue and all pauses; return what went wrong."""
        try:
            receipt = await self._limited(self._office.channel.deliver(self.endpoint, notice))
        except DeliveryError as error:
            self._failed(error)
            return error
        self._succeeded(arrived=True)
        self.gone, self._rest_until_s = False, 0.0
        self.wake()
        book = self._office.book
        book.withdrawn(await book.delivered(self.endpoint.id, notice, receipt))
        return None

    def _state(self) -> Literal["ready", "failing", "paused"]:
        if self.gone:
            return "failing"
        if self._breaker.state == "open":
            return "paused"
        return "failing" if self._breaker.failing else "ready"

    def _work(self) -> None:
        self._woken.set()
        if not self._working and self._waiting:
            self._working = True
            self._office.tasks.spawn(f"{self._office.channel.name}.receiver", self._run())

    async def _run(self) -> None:
        try:
            while self._waiting:
                errand, wait_s = self._next()
                if wait_s > 0:
                    await self._wait(wait_s)
                    continue
                try:
                    await self._attempt(errand)
                except Exception:
                    logger.exception("%s lost an errand; the others go on", self._office.channel.name)
                    self._done(errand)
                    self._drop(errand)
        finally:
            self._working = False

    def _next(self) -> tuple[Errand, float]:
        """Return what is to be done next, and in how many seconds; what is due goes back before more is brought.

        An ask that changed comes only after what was shown of it is gone: nobody sees two of it.
        """
        now = self._office.clock.monotonic_s()
        going = {one.delivery.notice.ask_id for one in self._waiting.values() if isinstance(one, Withdrawing)} - {None}

        def order(errand: Errand) -> tuple[bool, float, bool]:
            due_in_s = max(errand.due_s - now, 0.0)
            if isinstance(errand, Withdrawing):
                return False, due_in_s, False
            return errand.notice.ask_id in going, due_in_s, True

        errand = min(self._waiting.values(), key=order)
        return errand, max(errand.due_s - now, self._rest_until_s - now, self._breaker.wait_s())

    async def _wait(self, wait_s: float) -> None:
        self._woken.clear()
        try:
            async with asyncio.timeout(wait_s):
                await self._woken.wait()
        except TimeoutError:
            pass

    async def _attempt(self, errand: Errand) -> None:
        endpoint = self._office.endpoint(self.endpoint.id)
        if endpoint is None:
            self.leave()
            return
        self.endpoint = endpoint
        match errand:
            case Delivering():
                await self._deliver(errand)
            case Withdrawing():
                await self._withdraw(errand)

    async def _deliver(self, errand: Delivering) -> None:
        office, notice = self._office, errand.notice
        if office.book.had(notice.id, self.endpoint.id) or self._too_late(notice, 0.0):
            errand.close()
            self._done(errand)
            return
        errand.attempts += 1
        try:
            receipt = await self._limited(office.channel.deliver(self.endpoint, notice))
        except DeliveryError as error:
            self._done(errand)
            self._failed(error)
            self._try_again(errand, error)
            return
        self._done(errand)
        self._succeeded(arrived=True)
        errand.close()
        delivery = await office.book.delivered(self.endpoint.id, notice, receipt)
        if delivery.outcome is not None:
            self.take_back(delivery)

    def _try_again(self, errand: Delivering, error: DeliveryError) -> None:
        unsure = self._office.book.may_have(self.endpoint.id, errand.notice) if error.unsure else None
        if self._office.book.outcome(errand.notice_id) is not None:
            if unsure is not None:
                self.take_back(unsure)
            return
        pause_s = self._pause_s(errand, error)
        if error.gone or error.final or errand.attempts >= MAX_ATTEMPTS or self._too_late(errand.notice, pause_s):
            errand.lost(self.endpoint.id)
            return
        errand.due_s = self._office.clock.monotonic_s() + pause_s
        self._waiting[errand.notice_id] = errand
        if not self.reachable():
            for waiting in list(self._waiting.values()):
                if isinstance(waiting, Delivering):
                    waiting.lost(self.endpoint.id)

    async def _withdraw(self, errand: Withdrawing) -> None:
        delivery, office = errand.delivery, self._office
        outcome = delivery.outcome or ""
        errand.attempts += 1
        try:
            await self._limited(office.channel.withdraw(self.endpoint, delivery.notice, delivery.receipt, outcome))
        except DeliveryError as error:
            self._failed(error)
            too_old = office.clock.now_ms() - errand.since_ms > WITHDRAWN_FOR_MS
            if error.gone or error.final or too_old:
                self._done(errand)
                self._drop(errand)
            else:
                errand.due_s = office.clock.monotonic_s() + self._pause_s(errand, error)
            return
        self._succeeded(arrived=False)
        if delivery.outcome in (None, outcome):
            self._done(errand)
            office.book.withdrawn(delivery)

    async def _limited(self, call: Coroutine[Any, Any, T]) -> T:  # Any: what a coroutine yields is nobody's business
        """Await a call of the channel; whatever goes wrong is a DeliveryError."""
        limit_s = self._office.limit_s()
        try:
            async with asyncio.timeout(limit_s):
                return await call
        except DeliveryError:
            raise
        except TimeoutError:
            raise DeliveryError(f"No answer within {limit_s:g} s.", unsure=True) from None
        except Exception:
            logger.exception("%s failed", self._office.channel.name)
            raise DeliveryError("Pilot could not send it; its log says why.") from None

    def _done(self, errand: Errand) -> None:
        if self._waiting.get(errand.notice_id) is errand:
            del self._waiting[errand.notice_id]

    def _drop(self, errand: Errand) -> None:
        match errand:
            case Delivering():
                errand.lost(self.endpoint.id)
            case Withdrawing():
                self._office.book.withdrawn(errand.delivery)

    def _make_room(self) -> None:
        """Let the oldest go where too many wait, asks last."""
        notices = [one for one in self._waiting.values() if isinstance(one, Delivering)]
        if len(notices) > MAX_WAITING:
            oldest = next((one for one in notices if one.notice.kind != "ask"), notices[0])
            self._done(oldest)
            self._drop(oldest)
        if len(self._waiting) - len(notices) > MAX_WITHDRAWALS:
            waiting = next(one for one in self._waiting.values() if isinstance(one, Withdrawing))
            self._done(waiting)
            self._drop(waiting)

    def _too_late(self, notice: Notice, in_s: float) -> bool:
        return notice.expires_at is not None and notice.expires_at <= self._office.clock.now_ms() + in_s * 1000

    def _pause_s(self, errand: Errand, error: DeliveryError) -> float:
        pause_s = min(FIRST_RETRY_S * 2.0 ** min(errand.attempts - 1, 10), LONGEST_RETRY_S)
        return max(pause_s * (0.5 + self._office.jitter()), self._asked_rest_s(error))

    def _asked_rest_s(self, error: DeliveryError) -> float:
        return min(max(error.retry_after_s or 0.0, 0.0), LONGEST_REST_S)

    def _succeeded(self, *, arrived: bool) -> None:
        clock = self._office.clock
        if self._breaker.failing:  # it is back: what failed meanwhile need not wait
            for errand in self._waiting.values():
                errand.due_s = min(errand.due_s, clock.monotonic_s())
        self._breaker.succeeded()
        if arrived:
            self._fare.arrived(clock.now_ms())
        self._office.changed()

    def _failed(self, error: DeliveryError) -> None:
        clock = self._office.clock
        self._breaker.failed()
        self._rest_until_s = max(self._rest_until_s, clock.monotonic_s() + self._asked_rest_s(error))
        self._fare.failed(error.message, clock.now_ms())
        if error.gone:
            self.gone = self._office.endpoint(self.endpoint.id) is not None
            self._drop_all()
        self._office.changed()
