"""Calls about who may come in: pairing, what waits for a person's yes, devices, the owner's token."""

import asyncio
from collections.abc import Callable
from typing import Any

from pydantic import Field

from pilot_sidecar.core.devices import SCOPES, Device
from pilot_sidecar.core.devices_model import Confirmation, DeviceList, DeviceView
from pilot_sidecar.core.errors import BadRequestError, ForbiddenError, NotFoundError
from pilot_sidecar.core.models import Scope
from pilot_sidecar.core.reach_model import HubAddress, Reachability
from pilot_sidecar.core.wire import Wire
from pilot_sidecar.infra.qr import svg_qr
from pilot_sidecar.transport.call import ApiContext, ById, Call, Caller, Invitation, Nothing, PairingCode

_ADVICE = (
    "No other device can reach the hub yet. Start a tunnel, or let it listen in your network: set PILOT_HOST=0.0.0.0 "
    "and start it again."
)


class PairParams(Wire):
    """What a new device may do, and for how long."""

    scope: Scope = "admin"
    session_id: str | None = None
    """It follows this session and its sub-agents only; such a device may only ``view``."""
    lasts_ms: int | None = Field(default=None, ge=60_000, le=366 * 24 * 3600 * 1000)
    """How long the device may come in, in ms from its pairing; absent: until it is revoked."""


class QrCode(Wire):
    """A QR code to draw: dark modules as one SVG path, one unit a module, with a light margin."""

    size: int
    """Of the whole square, margin included: ``viewBox="0 0 size size"``."""
    path: str


class PairingWay(Wire):
    """The same code at an address that another device can reach."""

    address: HubAddress
    url: str
    qr: QrCode


class PairingLink(PairingCode):
    """A single-use way in, and the same for a phone's camera."""

    qr: QrCode
    """Of the first way, else of ``url``."""
    ways: list[PairingWay] = Field(default_factory=list)
    """Best first; empty where no other device can reach the hub."""
    advice: str | None = None
    """For people: how to make the hub reachable, or what to mind."""


class ConfirmationList(Wire):
    """What waits, oldest first."""

    confirmations: list[Confirmation]


class ConfirmationAnswer(ById):
    """Whether it may be."""

    allow: bool


class DeviceChange(ById):
    """What becomes of a device; absent fields stay."""

    name: str | None = Field(default=None, min_length=1, max_length=80)
    scope: Scope | None = None


class Rotation(Wire):
    """What ends beside the owner's old token."""

    devices: bool = False
    """Every paired device is revoked, too."""


class Done(Wire):
    """It is done."""

    done: bool = True


async def _pair(context: ApiContext, caller: Caller, params: PairParams) -> PairingLink:
    services = context.services
    await _check_session(context, params)
    is_device = caller.kind == "device"
    trusted = not is_device or params.scope == "view"
    made_by = caller.id if is_device else None
    code = context.pairing.link(Invitation(params.scope, trusted, params.session_id, params.lasts_ms, made_by))
    ways = await asyncio.to_thread(_ways, services.reach.now, code.code)
    services.audit.record(
        "pairing.created", caller.actor(), scope=params.scope, session=params.session_id, lasts_ms=params.lasts_ms
    )
    qr = ways[0].qr if ways else await asyncio.to_thread(_qr, code.url)
    return PairingLink(**dict(code), qr=qr, ways=ways, advice=None if ways else _ADVICE)


async def _check_session(context: ApiContext, params: PairParams) -> None:
    if params.session_id is None:
        return
    if params.scope != "view":
        raise BadRequestError("Whoever follows one session can only watch.", "Choose the role “view”.")
    if await context.services.sessions.find(params.session_id) is None:
        raise NotFoundError(f"There is no session {params.session_id}.")


def _ways(reach: Callable[[], Reachability], code: str) -> list[PairingWay]:
    """Return the link at each address that another device can reach; drawing takes its time."""
    others = (address for address in reach().addresses if address.reach != "local")
    links = ((address, f"{address.url}/pair#code={code}") for address in others)
    return [PairingWay(address=address, url=url, qr=_qr(url)) for address, url in links]


def _qr(url: str) -> QrCode:
    size, path = svg_qr(url)
    return QrCode(size=size, path=path)


async def _confirmations(context: ApiContext, _caller: Caller, _params: Nothing) -> ConfirmationList:
    return ConfirmationList(confirmations=context.services.confirmations.pending())


async def _answer(context: ApiContext, caller: Caller, params: ConfirmationAnswer) -> Confirmation:
    if caller.whence.reach != "local":
        raise ForbiddenError(
            "Only somebody at the hub's machine can answer this.", "There: VS Code, the dashboard, or `pilot pair`."
        )
    answered = context.services.confirmations.answer(params.id, allow=params.allow)
    context.services.audit.record(
        f"confirmation.{answered.state}", caller.actor(), confirmation=params.id, kind=answered.kind, name=answered.name
    )
    if answered.kind == "token_rotation" and params.allow:
        await _rotate_for(context, caller, Rotation())
    return answered


async def _devices(context: ApiContext, caller: Caller, _params: Nothing) -> DeviceList:
    return DeviceList(devices=await _list(context, caller))


async def _list(context: ApiContext, caller: Caller) -> list[DeviceView]:
    """Return the devices as this caller sees them."""
    services = context.services
    online, now = services.connections.online(), services.clock.now_ms()
    mine = caller.id if caller.kind == "device" else None
    found = []
    for device in await services.devices.list():
        here = device.id in online
        seen_at = now if here or device.id == mine else device.last_seen_at
        known = {
            "online": here,
            "push": services.push.of(device.id) is not None,
            "this": device.id == mine,
            "last_seen_at": seen_at,
        }
        found.append(device.model_copy(update=known))
    return sorted(found, key=lambda device: -device.last_seen_at)


async def _change(context: ApiContext, caller: Caller, params: DeviceChange) -> DeviceView:
    devices = context.services.devices
    _check_raise(caller, devices.get(params.id), params.scope)
    changed = await devices.change(params.id, params.name, params.scope)
    context.services.audit.record(
        "device.changed", caller.actor(), device=params.id, name=changed.name, scope=changed.scope
    )
    return next(device for device in await _list(context, caller) if device.id == params.id)


def _check_raise(caller: Caller, device: Device | None, scope: Scope | None) -> None:
    """Refuse to give a device more from afar, as its pairing would have been: a person has to be there for that."""
    raised = device is not None and scope is not None and SCOPES[scope] > SCOPES[device.scope]
    if raised and caller.whence.reach != "local":
        raise ForbiddenError(
            "Only somebody at the hub's machine can give a device more rights.",
            "Do it there, or pair the device anew and have it confirmed.",
        )


async def _revoke(context: ApiContext, caller: Caller, params: ById) -> Done:
    device = await context.services.devices.revoke(params.id)
    context.services.audit.record("device.revoked", caller.actor(), device=device.id, name=device.name)
    return Done()


async def _leave(context: ApiContext, caller: Caller, _params: Nothing) -> Done:
    if caller.kind != "device":
        raise NotFoundError("This is no paired device.", "Only browsers and phones that were paired can leave.")
    await context.services.devices.revoke(caller.id)
    context.services.audit.record("device.left", caller.actor(), device=caller.id)
    return Done()


async def _rotate(context: ApiContext, caller: Caller, params: Rotation) -> Done:
    await _rotate_for(context, caller, params)
    return Done()


async def _rotate_for(context: ApiContext, caller: Caller, params: Rotation) -> None:
    services = context.services
    for device in await services.devices.list() if params.devices else []:
        await services.devices.revoke(device.id)
        services.audit.record("device.revoked", caller.actor(), device=device.id, name=device.name)
    await context.access.rotate()
    services.audit.record("token.rotated", caller.actor(), devices=params.devices)


CALLS: tuple[Call[Any, Any], ...] = (  # Any: each call has shapes of its own
    Call("pairing.create", "POST", "/api/pair", "admin", PairParams, PairingLink, _pair, 201),
    Call("confirmations.list", "GET", "/api/confirmations", "admin", Nothing, ConfirmationList, _confirmations),
    Call("confirmations.answer", "POST", "/api/confirmations/{id}", "admin", ConfirmationAnswer, Confirmation, _answer),
    Call("devices.list", "GET", "/api/devices", "admin", Nothing, DeviceList, _devices),
    Call("devices.update", "PATCH", "/api/devices/{id}", "admin", DeviceChange, DeviceView, _change),
    Call("devices.revoke", "DELETE", "/api/devices/{id}", "admin", ById, Done, _revoke),
    Call("devices.leave", "POST", "/api/devices/leave", "view", Nothing, Done, _leave, follows=True),
    Call("token.rotate", "POST", "/api/token/rotate", "admin", Rotation, Done, _rotate),
)
