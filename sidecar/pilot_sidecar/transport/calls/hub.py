"""Calls about the hub itself: the first picture, settings, pairing, stopping."""

import asyncio
from typing import Any, Literal

from pilot_sidecar.core.errors import UnsupportedError
from pilot_sidecar.core.events import Client, HubStopping, SnapshotState
from pilot_sidecar.core.models import Scope
from pilot_sidecar.core.settings import SettingsView
from pilot_sidecar.core.wire import Wire
from pilot_sidecar.infra.qr import svg_qr
from pilot_sidecar.transport.call import ApiContext, Call, Caller, Nothing, PairingCode


class SnapshotResult(SnapshotState):
    """The state now, and who is looking at it."""

    viewer: Client


class SettingsUpdate(Wire):
    """Changed values by setting name; null forgets the saved one."""

    values: dict[str, str | int | float | bool | None]


class SettingValue(Wire):
    """A value to look at before it is saved."""

    name: str
    value: str | int | float | bool


class SettingCheck(Wire):
    """What is wrong with a value; nothing when it fits."""

    problem: str | None = None


class SettingsTest(Wire):
    """Which part of the settings to try out, as saved."""

    group: Literal["network", "tunnel", "telegram", "push"]


class SettingsTestResult(Wire):
    """How it went, in words for people."""

    ok: bool
    message: str
    hint: str | None = None


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


async def _settings(context: ApiContext, _caller: Caller, _params: Nothing) -> SettingsView:
    return context.services.settings.view()


async def _update_settings(context: ApiContext, caller: Caller, params: SettingsUpdate) -> SettingsView:
    context.services.settings.update(params.values)
    context.services.audit.record("settings.changed", caller.actor(), names=",".join(sorted(params.values)))
    return context.services.settings.view()


async def _not_there(_context: ApiContext, _caller: Caller, _params: Wire) -> Wire:
    raise UnsupportedError("This is being built.")


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
    Call("settings.get", "GET", "/api/settings", "view", Nothing, SettingsView, _settings),
    Call("settings.update", "PATCH", "/api/settings", "admin", SettingsUpdate, SettingsView, _update_settings),
    Call("settings.check", "POST", "/api/settings/check", "admin", SettingValue, SettingCheck, _not_there),
    Call("settings.test", "POST", "/api/settings/test", "admin", SettingsTest, SettingsTestResult, _not_there),
    Call("settings.makeKeys", "POST", "/api/settings/keys", "admin", Nothing, SettingsView, _not_there),
    Call("pairing.create", "POST", "/api/pair", "admin", PairParams, PairingLink, _pair, 201),
    Call("hub.stop", "POST", "/api/hub/stop", "admin", Nothing, Stopping, _stop, 202),
)
