"""Calls about the hub itself: the first picture, pairing, stopping."""

import asyncio
from typing import Any

from pilot_sidecar.core.events import Client, HubStopping, SnapshotState
from pilot_sidecar.core.models import Scope
from pilot_sidecar.core.wire import Wire
from pilot_sidecar.infra.qr import svg_qr
from pilot_sidecar.transport.call import ApiContext, Call, Caller, Nothing, PairingCode


class SnapshotResult(SnapshotState):
    """The state now, and who is looking at it."""

    viewer: Client


class PairParams(Wire):
    """The role a new device gets."""

    scope: Scope = "admin"


class QrCode(Wire):
    """A QR code to draw: dark modules as one SVG path, one unit a module, with a light margin."""

    size: int
    """Of the whole square, margin included: ``viewBox="0 0 size size"``."""
    path: str


class PairingLink(PairingCode):
    """A single-use way in, and the same for a phone's camera."""

    qr: QrCode


class Stopping(Wire):
    """The hub is on its way down."""

    stopping: bool = True


async def _snapshot(context: ApiContext, caller: Caller, _params: Nothing) -> SnapshotResult:
    state = context.services.snapshot()
    return SnapshotResult.model_construct(**dict(state), viewer=caller.client(caller.id))


async def _pair(context: ApiContext, caller: Caller, params: PairParams) -> PairingLink:
    code = context.pairing.link(params.scope)
    size, path = await asyncio.to_thread(svg_qr, code.url)
    context.services.audit.record("pairing.created", caller.actor(), scope=params.scope)
    return PairingLink(**dict(code), qr=QrCode(size=size, path=path))


async def _stop(context: ApiContext, caller: Caller, _params: Nothing) -> Stopping:
    services = context.services
    services.audit.record("hub.stop", caller.actor())
    services.bus.publish(HubStopping(at=services.clock.now_ms(), by=caller.actor()))
    context.stop()
    return Stopping()


CALLS: tuple[Call[Any, Any], ...] = (  # Any: each call has shapes of its own
    Call("snapshot", "GET", "/api/snapshot", "view", Nothing, SnapshotResult, _snapshot),
    Call("pairing.create", "POST", "/api/pair", "admin", PairParams, PairingLink, _pair, 201),
    Call("hub.stop", "POST", "/api/hub/stop", "admin", Nothing, Stopping, _stop, 202),
)
