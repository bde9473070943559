"""Calls about asks."""

from pydantic import Field

from pilot_sidecar.core.asks_model import Ask, DecisionRequest
from pilot_sidecar.core.wire import Wire
from pilot_sidecar.transport.call import ApiContext, ById, Call, Caller, Nothing


class AskList(Wire):
    """What waits, oldest first."""

    asks: list[Ask]


class DecideParams(DecisionRequest):
    """A decision on one ask."""

    id: str
    idempotency_key: str | None = Field(default=None, max_length=200)
    """Made by the client for one decision: sending it again repeats the first answer. HTTP: ``Idempotency-Key``."""


async def _list(context: ApiContext, _caller: Caller, _params: Nothing) -> AskList:
    return AskList(asks=[record.ask for record in context.services.asks.pending()])


async def _get(context: ApiContext, _caller: Caller, params: ById) -> Ask:
    return await context.services.asks.get(params.id)


async def _decide(context: ApiContext, caller: Caller, params: DecideParams) -> Ask:
    services = context.services
    request = DecisionRequest.model_validate(params.model_dump(exclude={"id", "idempotency_key"}))
    ask = await services.asks.decide(params.id, request, caller.actor(), params.idempotency_key)
    services.audit.record("ask.decided", caller.actor(), ask=ask.id, choice=request.kind, digest=ask.digest)
    return ask


CALLS = (
    Call("asks.list", "GET", "/api/asks", "view", Nothing, AskList, _list),
    Call("asks.get", "GET", "/api/asks/{id}", "view", ById, Ask, _get),
    Call("asks.decide", "POST", "/api/asks/{id}/decision", "approve", DecideParams, Ask, _decide),
)
