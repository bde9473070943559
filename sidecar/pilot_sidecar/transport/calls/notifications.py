"""Calls about notifications: what goes where, how channels fare, where this browser and this chat are reached."""

from dataclasses import replace
from typing import Any

from pydantic import Field

from pilot_sidecar.core.errors import ForbiddenError
from pilot_sidecar.core.notices_model import (
    Attention,
    ChannelName,
    KindRule,
    NotificationRules,
    NotificationsView,
    ProjectRule,
    TelegramBinding,
    Trial,
)
from pilot_sidecar.core.wire import Wire
from pilot_sidecar.transport.call import SURFACE_ID, ApiContext, Call, Caller, Nothing, page_of
from pilot_sidecar.transport.calls.access import Done


class RulesChange(Wire):
    """What changes; absent kinds and projects stay as they are."""

    ask: KindRule | None = None
    finished: KindRule | None = None
    error: KindRule | None = None
    stuck: KindRule | None = None
    budget: KindRule | None = None
    projects: dict[str, ProjectRule] = Field(default_factory=dict, max_length=100)


class TrialRequest(Wire):
    """Which channel to try."""

    channel: ChannelName
    endpoint: str | None = None
    """One receiver of it only; absent: all."""


class AttentionReport(Wire):
    """How a page is now; it reports each change."""

    surface: str = Field(min_length=8, max_length=64, pattern=SURFACE_ID)
    """Made by the page at each loading; its event stream names it too: ``/events?surface=…``."""
    state: Attention
    """``active`` counts for three minutes: a page in use says it again at least every two."""
    notifies: bool = False
    """It may show notices while nobody looks at it."""


async def _get(context: ApiContext, _caller: Caller, _params: Nothing) -> NotificationsView:
    return _view(context)


def _view(context: ApiContext) -> NotificationsView:
    services = context.services
    control = services.notifications.control
    quiet = control is not None and control.quiet()
    return NotificationsView(channels=services.notifications.states(), rules=services.rules.current, quiet=quiet)


async def _update(context: ApiContext, caller: Caller, params: RulesChange) -> NotificationsView:
    services, kinds = context.services, params.model_dump(exclude={"projects"}, exclude_none=True)
    before = services.rules.current
    projects = {**before.projects, **params.projects}
    changed = {
        **before.model_dump(),
        **kinds,
        "projects": {key: rule for key, rule in projects.items() if rule != "all"},
    }
    await services.rules.change(NotificationRules.model_validate(changed))
    services.audit.record("notifications.changed", caller.actor(), kinds=",".join(sorted(kinds)))
    return _view(context)


async def _test(context: ApiContext, caller: Caller, params: TrialRequest) -> Trial:
    if not caller.may("admin") and (params.channel != "push" or params.endpoint != caller.id):
        raise ForbiddenError("This needs the role “admin”.", "You can send a test to this device.")
    return await context.services.notifications.running().test(params.channel, params.endpoint)


async def _attend(context: ApiContext, caller: Caller, params: AttentionReport) -> Done:
    page = page_of(caller, params.surface)
    context.services.surfaces.report(caller.key(), replace(page, attention=params.state, notifies=params.notifies))
    return Done()


async def _bind(context: ApiContext, caller: Caller, _params: Nothing) -> TelegramBinding:
    context.services.audit.record("telegram.binding", caller.actor())
    return await context.services.notifications.running().bind_telegram()


CALLS: tuple[Call[Any, Any], ...] = (  # Any: each call has shapes of its own
    Call("notifications.get", "GET", "/api/notifications", "view", Nothing, NotificationsView, _get),
    Call("notifications.update", "PATCH", "/api/notifications", "admin", RulesChange, NotificationsView, _update),
    Call("notifications.test", "POST", "/api/notifications/test", "approve", TrialRequest, Trial, _test),
    Call("notifications.attend", "POST", "/api/attention", "approve", AttentionReport, Done, _attend),
    Call("telegram.bind", "POST", "/api/telegram/bind", "admin", Nothing, TelegramBinding, _bind),
)
