"""Calls about asks."""

from typing import Literal

from pydantic import Field

from pilot_sidecar.core.asks_model import Ask, AskFile, DecisionRequest
from pilot_sidecar.core.errors import BadRequestError, NotFoundError
from pilot_sidecar.core.wire import Wire
from pilot_sidecar.transport.call import ApiContext, ById, Call, Caller


class AskListParams(Wire):
    """Which asks: those that wait, or what became of a session's."""

    state: Literal["pending", "ended"] = "pending"
    session: str | None = None
    """This session and its sub-agents only; needed for those that ended."""


class AskList(Wire):
    """Asks, oldest first; those that ended come without their arguments and patches."""

    asks: list[Ask]


class AskFiles(Wire):
    """What an ask would change, file by file."""

    files: list[AskFile]


class DecideParams(DecisionRequest):
    """A decision on one ask."""

    id: str
    idempotency_key: str | None = Field(default=None, max_length=200)
    """Made by the client for one decision: sending it again repeats the first answer. HTTP: ``Idempotency-Key``."""


async def _list(context: ApiContext, caller: Caller, params: AskListParams) -> AskList:
    asks, sessions, audience = context.services.asks, context.services.sessions, caller.audience()
    if params.state == "pending":
        waiting = audience.asks([record.ask for record in asks.pending()], sessions)
        return AskList(asks=[ask for ask in waiting if params.session in (None, ask.session_id, *ask.parents)])
    if params.session is None:
        raise BadRequestError("Asks that ended are listed by session.", "Add session=… to the address.")
    return AskList(asks=[_told(ask) for ask in audience.asks(await asks.ended(params.session), sessions)])


def _told(ask: Ask) -> Ask:
    """Return an ended ask with what its line in a history says; ``asks.get`` has it whole."""
    return ask.model_copy(update={"input": {}, "files": []})


async def _get(context: ApiContext, caller: Caller, params: ById) -> Ask:
    ask = await context.services.asks.get(params.id)
    if not caller.audience().asks([ask], context.services.sessions):
        raise NotFoundError(f"There is no ask {params.id}.")
    return ask


async def _files(context: ApiContext, _caller: Caller, params: ById) -> AskFiles:
    return AskFiles(files=await context.services.files.of(params.id))


async def _decide(context: ApiContext, caller: Caller, params: DecideParams) -> Ask:
    services = context.services
    request = DecisionRequest.model_validate(params.model_dump(exclude={"id", "idempotency_key"}))
    return await services.asks.decide(params.id, request, caller.actor(), params.idempotency_key)


CALLS = (
    Call("asks.list", "GET", "/api/asks", "view", AskListParams, AskList, _list, follows=True),
    Call("asks.get", "GET", "/api/asks/{id}", "view", ById, Ask, _get, follows=True),
    Call("asks.files", "GET", "/api/asks/{id}/files", "view", ById, AskFiles, _files),
    Call("asks.decide", "POST", "/api/asks/{id}/decision", "approve", DecideParams, Ask, _decide),
)
