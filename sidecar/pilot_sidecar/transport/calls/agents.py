"""Calls about agents themselves: what a new session can be started with."""

from pydantic import Field

from pilot_sidecar.core.agents import StartOptions
from pilot_sidecar.core.wire import Wire
from pilot_sidecar.transport.call import ApiContext, Call, Caller


class StartParams(Wire):
    """An agent, and the folder a session would start in."""

    id: str
    directory: str = Field(min_length=1, max_length=4096)


async def _options(context: ApiContext, _caller: Caller, params: StartParams) -> StartOptions:
    return await context.services.agents.driver(params.id).start_options(params.directory)


CALLS = (Call("agents.options", "GET", "/api/agents/{id}/options", "operate", StartParams, StartOptions, _options),)
