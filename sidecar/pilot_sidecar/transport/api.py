"""The API table: each call once, for HTTP (``/api/…``) and JSON-RPC (``pilot/…``) alike."""

from typing import Any

from pilot_sidecar.core.wire import Wire
from pilot_sidecar.transport.call import ApiContext, Call, Caller
from pilot_sidecar.transport.calls import (
    access,
    agents,
    asks,
    canaries,
    files,
    hub,
    library,
    notifications,
    places,
    push,
    reach,
    sessions,
    settings,
    usage,
)

CALLS: tuple[Call[Any, Any], ...] = (  # Any: each call has shapes of its own
    *hub.CALLS,
    *access.CALLS,
    *reach.CALLS,
    *settings.CALLS,
    *sessions.CALLS,
    *library.CALLS,
    *usage.CALLS,
    *files.CALLS,
    *asks.CALLS,
    *agents.CALLS,
    *places.CALLS,
    *notifications.CALLS,
    *push.CALLS,
    *canaries.CALLS,
)


async def run_call(call: Call[Any, Any], context: ApiContext, caller: Caller, params: Wire) -> Wire:
    """Run a call to its end, even if the caller goes away meanwhile: a decision half made helps nobody."""
    task = context.services.tasks.spawn(call.name, call(context, caller, params))
    result: Wire = await context.services.tasks.outlive(task)
    return result
