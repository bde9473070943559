"""A call refuses who may not, whichever door it came through."""

from typing import Any, cast

import pytest

from pilot_sidecar.core.errors import ForbiddenError
from pilot_sidecar.core.models import Scope
from pilot_sidecar.transport.api import CALLS
from pilot_sidecar.transport.call import ApiContext, Call, Caller

RANKS: tuple[Scope, ...] = ("view", "approve", "operate", "admin")
REFUSED = [(call, scope) for call in CALLS for scope in RANKS[: RANKS.index(call.scope)]]


@pytest.mark.parametrize(("call", "scope"), REFUSED, ids=[f"{call.name}-{scope}" for call, scope in REFUSED])
async def test_a_lesser_role_is_refused_before_anything_happens(call: Call[Any, Any], scope: Scope) -> None:
    nothing = cast("ApiContext", None)  # touching it would fail: the refusal comes first
    with pytest.raises(ForbiddenError, match=call.scope):
        await call(nothing, Caller(kind="device", name="Guest", scope=scope), call.params.model_construct())
