"""Calls about who may come in: pairing, what waits for a person's yes, devices, the owner's token."""

import asyncio
from typing import Any

from pydantic import Field

from pilot_sidecar.core.devices_model import Confirmation, DeviceList, DeviceView
from pilot_sidecar.core.errors import ForbiddenError, NotFoundError
from pilot_sidecar.core.models import Scope
from pilot_sidecar.core.reach_model import HubAddress
from pilot_sidecar.core.wire import Wire
from pilot_sidecar.infra.qr import svg_qr
from pilot_sidecar.transport.call import ApiContext, ById, Call, Caller, Invitation, Nothing, PairingCode


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
    trusted = caller.kind != "device" or params.scope == "view"
    invitation = Invitation(params.scope, trusted, params.session_id, params.lasts_ms)
    code = context.pairing.link(invitation)
    size, path = await asyncio.to_thread(svg_qr, code.url)
    context.services.audit.record("pairing.created", caller.actor(), scope=params.scope)
    return PairingLink(**dict(code), qr=QrCode(size=size, path=path))


async def _confirmations(context: ApiContext, _caller: Caller, _params: Nothing) -> ConfirmationList:
    return ConfirmationList(confirmations=context.services.confirmations.pending())


async def _answer(context: ApiContext, caller: Caller, params: ConfirmationAnswer) -> Confirmation:
    if caller.whence.reach != "local":
        raise ForbiddenError("Only somebody at the hub's machine can confirm this.", "Use VS Code or `pilot pair`.")
    answered = context.services.confirmations.answer(params.id, allow=params.allow)
    context.services.audit.record(f"confirmation.{answered.state}", caller.actor(), confirmation=params.id)
    return answered


async def _devices(context: ApiContext, caller: Caller, _params: Nothing) -> DeviceList:
    return DeviceList(devices=[_seen_by(caller, device) for device in await context.services.devices.list()])


async def _change(context: ApiContext, caller: Caller, params: DeviceChange) -> DeviceView:
    await context.services.devices.change(params.id, params.name, params.scope)
    context.services.audit.record("device.changed", caller.actor(), device=params.id, scope=params.scope)
    for device in await context.services.devices.list():
        if device.id == params.id:
            return _seen_by(caller, device)
    raise NotFoundError(f"There is no device {params.id}.")


async def _revoke(context: ApiContext, caller: Caller, params: ById) -> Done:
    await context.services.devices.revoke(params.id)
    context.services.audit.record("device.revoked", caller.actor(), device=params.id)
    return Done()


async def _leave(context: ApiContext, caller: Caller, _params: Nothing) -> Done:
    if caller.kind != "device":
        raise NotFoundError("This is no paired device.")
    await context.services.devices.revoke(caller.id)
    context.services.audit.record("device.left", caller.actor(), device=caller.id)
    return Done()


async def _rotate(context: ApiContext, caller: Caller, params: Rotation) -> Done:
    services = context.services
    services.audit.record("token.rotated", caller.actor(), devices=params.devices)
    for device in await services.devices.list() if params.devices else []:
        await services.devices.revoke(device.id)
    await context.access.rotate()
    return Done()


def _seen_by(caller: Caller, device: DeviceView) -> DeviceView:
    return device.model_copy(update={"this": caller.kind == "device" and caller.id == device.id})


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
