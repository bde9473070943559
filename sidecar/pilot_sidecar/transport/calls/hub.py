"""Calls about the hub itself: the first picture, stopping."""

from typing import Any

from pilot_sidecar.core.events import HubStopping
from pilot_sidecar.core.snapshot_model import Client, SnapshotState
from pilot_sidecar.core.wire import Wire
from pilot_sidecar.transport.call import ApiContext, Call, Caller, Nothing


class SnapshotResult(SnapshotState):
    """The state now, and who is looking at it."""

    viewer: Client


class Stopping(Wire):
    """The hub is on its way down."""

    stopping: bool = True


async def _snapshot(context: ApiContext, caller: Caller, _params: Nothing) -> SnapshotResult:
    services = context.services
    audience = caller.audience()
    await audience.prepare(services.sessions)
    state = audience.picture(services.snapshot(), services.sessions)
    return SnapshotResult.model_construct(**dict(state), viewer=caller.client(caller.id))


async def _stop(context: ApiContext, caller: Caller, _params: Nothing) -> Stopping:
    services = context.services
    services.audit.record("hub.stop", caller.actor())
    services.bus.publish(HubStopping(at=services.clock.now_ms(), by=caller.actor()))
    context.stop()
    return Stopping()


CALLS: tuple[Call[Any, Any], ...] = (  # Any: each call has shapes of its own
    Call("snapshot", "GET", "/api/snapshot", "view", Nothing, SnapshotResult, _snapshot, follows=True),
    Call("hub.stop", "POST", "/api/hub/stop", "admin", Nothing, Stopping, _stop, 202),
)
