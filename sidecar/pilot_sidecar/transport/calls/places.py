"""Calls about places: a link to a session, an ask or a project goes to the window where it belongs."""

import asyncio
from typing import Literal

from pilot_sidecar.core.errors import BadRequestError, NotFoundError
from pilot_sidecar.core.services import Services
from pilot_sidecar.core.windows import Place, Window, real_paths
from pilot_sidecar.core.wire import Wire
from pilot_sidecar.transport.call import ApiContext, Call, Caller


class Shown(Wire):
    """Where the place is shown."""

    shown: Literal["here", "elsewhere", "nowhere"]
    """here: the caller's own window is the right one · elsewhere: another window was asked · nowhere: none is open."""
    window: str | None = None
    """The other window's name."""


async def _show(context: ApiContext, caller: Caller, params: Place) -> Shown:
    services = context.services
    directory = await _directory(services, params)
    owner = None if directory is None else await _owner(services, directory)
    if caller.kind == "vscode" and (owner is None or owner.id == caller.id):
        return Shown(shown="here")
    target = owner or services.windows.last_focused()
    if target is None:
        return Shown(shown="nowhere")
    target.show(params)
    return Shown(shown="elsewhere", window=target.name)


async def _find(context: ApiContext, caller: Caller, params: Place) -> Shown:
    """Say which window a person should hear of a place in: where it belongs, else the one in use."""
    services = context.services
    directory = await _directory(services, params)
    owner = None if directory is None else await _owner(services, directory)
    target = owner or services.windows.last_focused()
    if caller.kind == "vscode" and (target is None or target.id == caller.id):
        return Shown(shown="here")
    return Shown(shown="nowhere") if target is None else Shown(shown="elsewhere", window=target.name)


async def _directory(services: Services, place: Place) -> str | None:
    """Return the folder a place belongs to; raises NotFoundError for what is not there."""
    if place.kind == "pair":
        return None
    if place.id is None:
        raise BadRequestError(f"Which {place.kind}? The id is missing.")
    if place.kind == "project":
        if (project := services.sessions.project(place.id)) is None:
            raise NotFoundError(f"There is no project {place.id}.", "It may be of another machine.")
        return project.directory
    if place.kind == "ask":
        ask = await services.asks.get(place.id)
        return _home(services, [ask.session_id, *ask.parents]) or ask.directory
    await services.sessions.find(place.id)  # it may be in the store only
    directory = _home(services, [place.id, *services.sessions.parents(place.id)])
    if directory is None:
        raise NotFoundError(f"There is no session {place.id}.", "It may be too old, or of another machine.")
    return directory


def _home(services: Services, chain: list[str]) -> str | None:
    """Return the folder of the topmost session that is known: sub-agents belong where their root is."""
    known = (session for name in reversed(chain) if (session := services.sessions.visible(name)) is not None)
    return next((session.directory for session in known), None)


async def _owner(services: Services, directory: str) -> Window | None:
    [real] = await asyncio.to_thread(real_paths, [directory])
    return services.windows.owner(real)


CALLS = (
    Call("places.show", "POST", "/api/places", "operate", Place, Shown, _show),
    Call("places.find", "GET", "/api/places", "view", Place, Shown, _find),
)
