"""Paired devices that subscribed: notices reach them through their browser's push service, also when it is closed."""

import asyncio
import hashlib
import logging
import math
from collections.abc import Sequence

from aiohttp.abc import AbstractResolver

from pilot_sidecar.core.asks_model import Actor
from pilot_sidecar.core.notices_model import ChannelName, Notice
from pilot_sidecar.core.push_book import Subscribed
from pilot_sidecar.core.push_services import UnknownServiceError
from pilot_sidecar.core.services import Services
from pilot_sidecar.notifications.ports import DeliveryError, Endpoint
from pilot_sidecar.notifications.webpush import payload
from pilot_sidecar.notifications.webpush.answers import TOO_LARGE, Answer, problem_in
from pilot_sidecar.notifications.webpush.payload import Message
from pilot_sidecar.notifications.webpush.post import PushPost
from pilot_sidecar.notifications.webpush.sealing import KeyPairError, Sender, Signer, load_libraries, sealed

logger = logging.getLogger(__name__)
DAY_S = 24 * 3_600
MAX_TTL_S = 28 * DAY_S
LEFT_S = 60
"""What takes a notice's place lasts at least this long: the notice may have been delivered in its last second."""
_SUBSCRIBE = "On each phone and in each browser that is to be told: Settings → Notifications → On this device → Push."
_HUB = Actor(kind="hub")


class WebPushChannel:
    """Hands notices to the push services of subscribed devices."""

    name: ChannelName = "push"

    def __init__(self, services: Services, resolver: AbstractResolver | None = None) -> None:
        self._services = services
        self._signer = Signer()
        self._post = PushPost(services.push.services.test_service, resolver)
        self._looks = asyncio.Event()
        self._keys_fit = True

    def advice(self) -> str | None:
        """Return, for people, what is missing before anybody can be reached this way."""
        if not self._keys_fit:
            return "The push keys do not belong together: make both anew in the settings."
        return None if self.endpoints() else _SUBSCRIBE

    def trouble(self) -> str | None:
        """Nothing is listened to."""
        return None

    def endpoints(self) -> Sequence[Endpoint]:
        """Return the devices that subscribed and may answer."""
        if not self._keys_fit:
            return []
        devices, key = self._services.devices, self._sender().public
        found = ((devices.get(one.device_id), one.subscription) for one in self._services.push.all())
        return [
            Endpoint(device.id, device.name)
            for device, subscription in found
            if device is not None and device.answers and _same(subscription.public_key, key)
        ]

    async def deliver(self, endpoint: Endpoint, notice: Notice) -> str:
        """Encrypt a notice for a device and hand it to its push service; the receipt says which subscription had it."""
        subscribed = self._subscribed(endpoint)
        details = self._services.settings.current.push_details
        body, smaller = payload.told(notice, subscribed.subscription.origin, details=details)
        urgency = "high" if notice.kind in ("ask", "test") or notice.urgent else "normal"
        await self._send(
            subscribed, Message(payload.topic_of(notice.id), body, smaller, self._left_s(notice, 1), urgency)
        )
        return _receipt(subscribed)

    async def withdraw(self, endpoint: Endpoint, notice: Notice, receipt: str, outcome: str) -> None:
        """Send what takes the notice's place, also where the browser subscribed anew since: it may still show it."""
        subscribed = self._subscribed(endpoint)
        body, smaller = payload.settled(notice, subscribed.subscription.origin, outcome)
        await self._send(
            subscribed, Message(payload.topic_of(notice.id), body, smaller, self._left_s(notice, LEFT_S), "low")
        )

    async def run(self) -> None:
        """Forget subscriptions that cannot work any more, and have everything loaded before the first notice."""
        self._services.settings.on_change(self._looks.set)
        self._services.push.on_change(self._looks.set)
        self._looks.set()
        try:
            while True:
                await self._looks.wait()
                self._looks.clear()
                try:
                    await self._look()
                except Exception:
                    logger.exception("the push subscriptions could not be looked through")
        finally:
            await self._post.close()

    async def _look(self) -> None:
        sender, push = self._sender(), self._services.push
        if not sender.public or not push.all():
            self._keys_fit = True
            return
        self._prune_other_keys(sender)
        if push.all():
            await asyncio.to_thread(load_libraries)
        try:
            await asyncio.to_thread(self._signer.header, sender, "https://localhost", self._services.clock.now_ms())
        except KeyPairError:
            fit = False
        else:
            fit = True
        if fit != self._keys_fit:
            self._keys_fit = fit
            self._services.notifications.changed()

    def _prune_other_keys(self, sender: Sender) -> None:
        """Forget what was subscribed with other keys: its push service would refuse this hub."""
        for one in self._services.push.all():
            if not _same(one.subscription.public_key, sender.public):
                self._end(one, "other_keys")

    def _sender(self) -> Sender:
        current = self._services.settings.current
        return Sender(current.vapid_public_key, current.vapid_private_key.get_secret_value(), current.vapid_subject)

    def _subscribed(self, endpoint: Endpoint) -> Subscribed:
        """Return where a device is reached now; raises DeliveryError when it is not any more."""
        subscription = self._services.push.of(endpoint.id)
        if subscription is None or all(one.id != endpoint.id for one in self.endpoints()):
            raise DeliveryError("This device takes no notices any more.", final=True, gone=True)
        return Subscribed(endpoint.id, subscription)

    def _left_s(self, notice: Notice, least: int) -> int:
        if notice.expires_at is None:
            return DAY_S
        left = math.ceil((notice.expires_at - self._services.clock.now_ms()) / 1000)
        return min(max(left, least), MAX_TTL_S)

    async def _send(self, to: Subscribed, message: Message) -> None:
        """Hand a message over; raises DeliveryError, and forgets a subscription that has ended."""
        try:
            service = self._services.push.services.service_of(to.subscription.endpoint)
        except UnknownServiceError as error:
            self._end(to, "unknown_service")
            raise DeliveryError(error.message, final=True, gone=True) from None
        answer = await self._attempt(to, message, message.body, service.origin, service.name)
        if answer.status == TOO_LARGE and message.smaller != message.body:
            answer = await self._attempt(to, message, message.smaller, service.origin, service.name)
        problem = problem_in(answer, service.name, self._services.clock.now_ms())
        if problem is None:
            return
        if problem.gone and not self._end(to, "gone"):
            raise DeliveryError(problem.message)  # the device subscribed anew meanwhile: it is reached there
        raise problem

    async def _attempt(self, to: Subscribed, message: Message, body: bytes, origin: str, service: str) -> Answer:
        timeout_s = self._services.settings.current.fetch_timeout_ms / 1000
        sender, now_ms = self._sender(), self._services.clock.now_ms()
        try:
            encrypted, authorization = await asyncio.to_thread(self._seal, to, body, sender, origin, now_ms)
        except KeyPairError:
            raise DeliveryError("The hub's push keys do not belong together: make both anew.", final=True) from None
        headers = {
            "Authorization": authorization,
            "Content-Type": "application/octet-stream",
            "Content-Encoding": "aes128gcm",
            "TTL": str(message.ttl_s),
            "Topic": message.topic,
            "Urgency": message.urgency,
        }
        return await self._post.send(to.subscription.endpoint, service, headers, encrypted, timeout_s)

    def _seal(self, to: Subscribed, body: bytes, sender: Sender, origin: str, now_ms: int) -> tuple[bytes, str]:
        return sealed(to.subscription, body), self._signer.header(sender, origin, now_ms)

    def _end(self, ended: Subscribed, reason: str) -> bool:
        """Forget a subscription; return False when the device has another one by now."""
        if not self._services.push.drop_ended(ended):
            return False
        logger.info("the push subscription of %s has ended: %s", ended.device_id, reason)
        self._services.audit.record("push.ended", _HUB, device=ended.device_id, reason=reason)
        return True


def _same(one: str, other: str) -> bool:
    return bool(one) and one.rstrip("=") == other.rstrip("=")


def _receipt(subscribed: Subscribed) -> str:
    """Return a name for a subscription that says nothing of it."""
    return hashlib.sha256(subscribed.subscription.endpoint.encode()).hexdigest()[:24]
