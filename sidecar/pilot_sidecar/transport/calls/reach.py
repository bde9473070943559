"""Calls about how devices reach the hub: addresses and the tunnel."""

import asyncio
from typing import Any, Literal

from pilot_sidecar.core.reach_model import Reachability, TunnelStatus
from pilot_sidecar.core.wire import Wire
from pilot_sidecar.transport.call import ApiContext, Call, Caller, Nothing


class TunnelStart(Wire):
    """Which tunnel to start."""

    provider: Literal["cloudflared", "ngrok", "custom"] | None = None
    """Absent: the one in the settings, else the first that is installed."""
    force: bool = False
    """Also while no device is paired yet."""


async def _reach(context: ApiContext, _caller: Caller, _params: Nothing) -> Reachability:
    return await asyncio.to_thread(context.services.reach.now)


async def _start(context: ApiContext, caller: Caller, params: TunnelStart) -> TunnelStatus:
    status = await context.services.tunnel.start(params.provider, force=params.force)
    context.services.audit.record("tunnel.started", caller.actor(), provider=status.provider, forced=params.force)
    return status


async def _stop(context: ApiContext, caller: Caller, _params: Nothing) -> TunnelStatus:
    status = await context.services.tunnel.stop()
    context.services.audit.record("tunnel.stopped", caller.actor())
    return status


CALLS: tuple[Call[Any, Any], ...] = (  # Any: each call has shapes of its own
    Call("reach.get", "GET", "/api/reach", "admin", Nothing, Reachability, _reach),
    Call("tunnel.start", "POST", "/api/tunnel/start", "admin", TunnelStart, TunnelStatus, _start),
    Call("tunnel.stop", "POST", "/api/tunnel/stop", "admin", Nothing, TunnelStatus, _stop),
)
