"""Where paired devices are reached by Web Push: one subscription a device, on disk before it counts."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from pydantic import ValidationError

from pilot_sidecar.core.notices_model import PushSubscription
from pilot_sidecar.core.push_services import PushServices
from pilot_sidecar.core.store import Store, Write
from pilot_sidecar.infra.clock import Clock

logger = logging.getLogger(__name__)
_UPSERT = (
    "INSERT INTO push_subscriptions (device_id, body, created_at) VALUES (?, ?, ?)"
    " ON CONFLICT (device_id) DO UPDATE SET body = excluded.body, created_at = excluded.created_at"
)
_DELETE = "DELETE FROM push_subscriptions WHERE device_id = ?"


@dataclass(frozen=True, slots=True)
class Subscribed:
    """A device and where it is reached."""

    device_id: str
    subscription: PushSubscription


class PushBook:
    """Keeps the subscriptions."""

    def __init__(self, store: Store, clock: Clock, services: PushServices) -> None:
        self.services = services
        self._store = store
        self._clock = clock
        self._subscriptions: dict[str, PushSubscription] = {}
        self._changed: list[Callable[[], None]] = []
        for device_id, body in store.read_now("SELECT device_id, body FROM push_subscriptions"):
            try:
                self._subscriptions[str(device_id)] = PushSubscription.model_validate_json(str(body))
            except ValidationError:
                logger.warning("the push subscription of %s is not understood: it has to subscribe anew", device_id)

    def on_change(self, callback: Callable[[], None]) -> None:
        """Call ``callback`` after each change."""
        self._changed.append(callback)

    def all(self) -> Sequence[Subscribed]:
        """Return every subscription."""
        return [Subscribed(device_id, one) for device_id, one in self._subscriptions.items()]

    def of(self, device_id: str) -> PushSubscription | None:
        """Return a device's subscription."""
        return self._subscriptions.get(device_id)

    async def put(self, device_id: str, subscription: PushSubscription) -> None:
        """Remember where a device is reached, in place of where it was.

        A browser that was paired anew is another device: it is not reached twice.
        """
        if self._subscriptions.get(device_id) == subscription:
            return
        endpoint = subscription.endpoint
        same = [one for one, kept in self._subscriptions.items() if kept.endpoint == endpoint and one != device_id]
        row = (device_id, subscription.encode().decode(), self._clock.now_ms())
        await self._store.commit([*(Write(_DELETE, (one,)) for one in same), Write(_UPSERT, row)])
        for one in same:
            self._subscriptions.pop(one, None)
        self._subscriptions[device_id] = subscription
        self._tell()

    def drop(self, device_id: str) -> bool:
        """Forget a device's subscription; return whether there was one."""
        if self._subscriptions.pop(device_id, None) is None:
            return False
        self._store.write_soon(Write(_DELETE, (device_id,)))
        self._tell()
        return True

    def drop_ended(self, ended: Subscribed) -> bool:
        """Forget a subscription that works no more, unless the device has another one by now."""
        return self._subscriptions.get(ended.device_id) == ended.subscription and self.drop(ended.device_id)

    def _tell(self) -> None:
        for callback in self._changed:
            callback()
