"""Calls about what was spent, from the store: whether or not anybody looked."""

from typing import Any

from pydantic import Field

from pilot_sidecar.core.spending import Amount, day_of, days_before, monday_of
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


async def _summary(context: ApiContext, _caller: Caller, params: UsageParams) -> UsageSummary:
    services = context.services
    today = day_of(services.clock.now_ms())
    first, monday = days_before(today, params.days - 1), monday_of(today)
    days = await services.spending.by_day(min(first, monday))
    agents = await services.spending.by_agent(first)
    limits = services.settings.current
    return UsageSummary(
        today=Spent(**_fields(days.get(today, Amount()))),
        week=Spent(**_fields(sum((days[day] for day in days if monday <= day <= today), Amount()))),
        days=[SpentOnDay(day=day, **_fields(amount)) for day, amount in days.items() if first <= day],
        agents=[SpentByAgent(agent=agent, **_fields(amount)) for agent, amount in agents.items()],
        budget=Budget(
            session_usd=limits.budget_session_usd or None,
            day_usd=limits.budget_day_usd or None,
            week_usd=limits.budget_week_usd or None,
        ),
    )


def _fields(amount: Amount) -> dict[str, Any]:  # Any: tokens are int, money is float
    return {
        "input_tokens": amount.input,
        "output_tokens": amount.output,
        "cache_tokens": amount.cache,
        "cost_usd": round(amount.cost, 6),
    }


CALLS = (Call("usage.summary", "GET", "/api/usage", "view", UsageParams, UsageSummary, _summary),)
