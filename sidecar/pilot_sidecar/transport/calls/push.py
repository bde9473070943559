"""Calls of a paired browser about being reached by Web Push."""

import asyncio
import base64
import binascii
import re
from typing import Any

from pilot_sidecar.core.errors import BadRequestError, ConflictError, UnauthorizedError
from pilot_sidecar.core.notices_model import PushSubscription
from pilot_sidecar.core.services import Services
from pilot_sidecar.core.wire import Wire
from pilot_sidecar.infra import vapid
from pilot_sidecar.transport.call import ApiContext, Call, Caller, Nothing
from pilot_sidecar.transport.calls.access import Done

AUTH_BYTES = 16
_ORIGIN = re.compile(r"(?P<scheme>https?)://(?P<host>\[[0-9a-f:.]{2,45}\]|[a-z0-9.-]{1,253})(?::[0-9]{1,5})?", re.ASCII)
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
_ANEW = "Switch Push off and on again in this browser."


class PushKey(Wire):
    """What a browser subscribes with."""

    public_key: str


class OtherKeyError(ConflictError):
    """The subscription was made with another key than the hub's: the browser has to subscribe anew."""

    code = "other_push_key"


async def _key(context: ApiContext, caller: Caller, _params: Nothing) -> PushKey:
    _device(caller)
    services = context.services
    if _has_no_keys(services):
        public, private = await asyncio.to_thread(vapid.make_keys)
        if _has_no_keys(services):  # another browser may have been faster
            services.settings.update({"vapid_public_key": public, "vapid_private_key": private})
            services.audit.record("settings.keys_made", caller.actor(), replaced="false")
    current = services.settings.current
    private = current.vapid_private_key.get_secret_value()
    if not await asyncio.to_thread(vapid.belong_together, current.vapid_public_key, private):
        raise ConflictError("The hub's push keys do not belong together.", "Make both anew in the settings.")
    return PushKey(public_key=current.vapid_public_key.rstrip("="))


def _has_no_keys(services: Services) -> bool:
    current = services.settings.current
    return not current.vapid_public_key and not current.vapid_private_key.get_secret_value()


async def _subscribe(context: ApiContext, caller: Caller, params: PushSubscription) -> Done:
    services, device_id = context.services, _device(caller)
    service = services.push.services.service_of(params.endpoint)
    await asyncio.to_thread(_check_keys, params)
    _check_origin(services, caller, params.origin)
    ours = services.settings.current.vapid_public_key.rstrip("=")
    if not ours or params.public_key.rstrip("=") != ours:
        raise OtherKeyError("This browser subscribed with another key than the hub's.", _ANEW)
    before = services.push.of(device_id)
    await services.push.put(device_id, params)
    device = services.devices.get(device_id)
    if device is None or not device.answers:  # revoked while this was being written
        services.push.drop(device_id)
        raise UnauthorizedError("This device may not do that any more.", "Pair it anew: `pilot pair`.")
    if before != params:
        services.audit.record("push.subscribed", caller.actor(), device=device_id, service=service.name)
    return Done()


async def _unsubscribe(context: ApiContext, caller: Caller, _params: Nothing) -> Done:
    device_id = _device(caller)
    if context.services.push.drop(device_id):
        context.services.audit.record("push.unsubscribed", caller.actor(), device=device_id)
    return Done()


def _device(caller: Caller) -> str:
    """Return the paired device that calls: only these can be reached by push."""
    if caller.kind != "device":
        raise BadRequestError("Only paired browsers and phones can be reached by push.", "Open the page: `pilot open`.")
    return caller.id


def _check_keys(params: PushSubscription) -> None:
    """Refuse keys that nothing could be encrypted with; it says nothing of what they are."""
    if not vapid.is_public(params.keys.p256dh):
        raise BadRequestError("The subscription's key (p256dh) is not one.", _ANEW)
    if len(_bytes(params.keys.auth)) != AUTH_BYTES:
        raise BadRequestError("The subscription's secret (auth) is not 16 bytes.", _ANEW)


def _check_origin(services: Services, caller: Caller, origin: str) -> None:
    """Refuse an origin that is not where this browser has the page: notices link there."""
    match = _ORIGIN.fullmatch(origin)
    host = match["host"].strip("[]") if match else ""
    if match is None or host not in services.reach.names() or (match["scheme"] == "http" and host not in _LOOPBACK):
        raise BadRequestError(
            "Notices can only link to this hub's own page, over HTTPS or on this machine.",
            "Open Pilot at an address that `pilot status` shows.",
        )
    if caller.whence.reach == "tunnel" and origin != (services.tunnel.status.url or "").rstrip("/"):
        raise BadRequestError("This is not the tunnel's address.", "Open Pilot at the tunnel's address.")


def _bytes(text: str) -> bytes:
    bare = text.rstrip("=")
    try:
        return base64.b64decode(bare + "=" * (-len(bare) % 4), altchars="-_", validate=True)
    except (binascii.Error, ValueError):
        return b""


CALLS: tuple[Call[Any, Any], ...] = (  # Any: each call has shapes of its own
    Call("push.key", "POST", "/api/push/key", "approve", Nothing, PushKey, _key),
    Call("push.subscribe", "PUT", "/api/push", "approve", PushSubscription, Done, _subscribe),
    Call("push.unsubscribe", "DELETE", "/api/push", "approve", Nothing, Done, _unsubscribe),
)
