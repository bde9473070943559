"""Calls of `pilot doctor --canary`: a folder whose asks it answers itself."""

from typing import Any

from pydantic import Field

from pilot_sidecar.core.errors import BadRequestError
from pilot_sidecar.core.projects import project_id
from pilot_sidecar.core.wire import Wire
from pilot_sidecar.transport.call import ApiContext, ById, Call, Caller, Nothing


class CanaryParams(Wire):
    """An empty folder, in which an agent asks for something harmless."""

    directory: str = Field(min_length=1, max_length=4096, pattern=r"^[^\x00]+$")


class Canary(Wire):
    """Asks in its project count as ones that somebody can answer, and nobody is told of them."""

    id: str
    """The project's."""


async def _begin(context: ApiContext, caller: Caller, params: CanaryParams) -> Canary:
    if context.services.sessions.project(project_id(params.directory)) is not None:
        raise BadRequestError("Agents have worked in that folder already.", "A canary needs a folder of its own.")
    found = context.services.canaries.begin(params.directory)
    context.services.audit.record("canary.begin", caller.actor(), project=found)
    return Canary(id=found)


async def _end(context: ApiContext, caller: Caller, params: ById) -> Nothing:
    await context.services.canaries.end(params.id)
    context.services.audit.record("canary.end", caller.actor(), project=params.id)
    return Nothing()


CALLS: tuple[Call[Any, Any], ...] = (  # Any: each call has shapes of its own
    Call("canaries.begin", "POST", "/api/canaries", "admin", CanaryParams, Canary, _begin),
    Call("canaries.end", "DELETE", "/api/canaries/{id}", "admin", ById, Nothing, _end),
)
