"""Calls about the hub itself: the first picture, settings, pairing, stopping."""

from pilot_sidecar.core.events import Client, SnapshotState
from pilot_sidecar.core.models import Scope
from pilot_sidecar.core.settings import SettingsView
from pilot_sidecar.core.wire import Wire
from pilot_sidecar.transport.call import ApiContext, Call, Caller, Nothing, PairingLink


class SnapshotResult(SnapshotState):
    """The state now, and who is looking at it."""

    viewer: Client


class SettingsUpdate(Wire):
    """Changed values by setting name; null forgets the saved one."""

    values: dict[str, str | int | bool | None]


class PairParams(Wire):
    """The role a new device gets."""

    scope: Scope = "admin"


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


async def _pair(context: ApiContext, caller: Caller, params: PairParams) -> PairingLink:
    link = context.pairing.link(params.scope)
    context.services.audit.record("pairing.created", caller.actor(), scope=params.scope)
    return link


async def _stop(context: ApiContext, caller: Caller, _params: Nothing) -> Stopping:
    context.services.audit.record("hub.stop", caller.actor())
    context.stop()
    return Stopping()


CALLS = (
    Call("snapshot", "GET", "/api/snapshot", "view", Nothing, SnapshotResult, _snapshot),
    Call("settings.get", "GET", "/api/settings", "view", Nothing, SettingsView, _settings),
    Call("settings.update", "PATCH", "/api/settings", "admin", SettingsUpdate, SettingsView, _update_settings),
    Call("pairing.create", "POST", "/api/pair", "admin", PairParams, PairingLink, _pair, 201),
    Call("hub.stop", "POST", "/api/hub/stop", "admin", Nothing, Stopping, _stop, 202),
)
