"""Calls about what was spent, from the store: whether or not anybody looked."""

from pydantic import Field

from pilot_sidecar.core.errors import UnsupportedError
from pilot_sidecar.core.wire import Wire
from pilot_sidecar.transport.call import ApiContext, Call, Caller


class UsageParams(Wire):
    """How far back."""

    days: int = Field(default=30, ge=1, le=366)


class Spent(Wire):
    """Tokens and money of a while."""

    input_tokens: int = 0
    output_tokens: int = 0
    cache_tokens: int = 0
    cost_usd: float = 0.0


class SpentOnDay(Spent):
    """One day, in the hub's own time zone."""

    day: str
    """``2026-11-25``."""


class SpentByAgent(Spent):
    """One agent, over the days that were asked for."""

    agent: str


class Budget(Wire):
    """Limits in US dollars; absent: none."""

    session_usd: float | None = None
    day_usd: float | None = None
    week_usd: float | None = None


class UsageSummary(Wire):
    """What was spent today, this week (from Monday), and day by day, latest last; days without any are left out."""

    today: Spent
    week: Spent
    days: list[SpentOnDay]
    agents: list[SpentByAgent]
    budget: Budget


async def _summary(_context: ApiContext, _caller: Caller, _params: UsageParams) -> UsageSummary:
    raise UnsupportedError("This is being built.")


CALLS = (Call("usage.summary", "GET", "/api/usage", "view", UsageParams, UsageSummary, _summary),)
