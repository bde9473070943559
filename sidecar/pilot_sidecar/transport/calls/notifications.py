"""Calls about notifications: what goes where, how channels fare, where this browser and this chat are reached."""

from dataclasses import replace
from typing import Annotated, Any

from pydantic import Field

from pilot_sidecar.core.errors import BadRequestError, ForbiddenError
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

MAX_PROJECTS = 1_000


class RulesChange(Wire):
    """What changes; what is absent stays as it is."""

    ask: KindRule | None = None
    finished: KindRule | None = None
    error: KindRule | None = None
    stuck: KindRule | None = None
    budget: KindRule | None = None
    projects: dict[Annotated[str, Field(max_length=200)], ProjectRule] = Field(default_factory=dict, max_length=100)


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
    services = context.services
    kinds = params.model_dump(exclude={"projects"}, exclude_none=True, exclude_unset=True)
    changed = services.rules.current.model_dump()
    for kind, rule in kinds.items():
        changed[kind] |= rule
    projects = {**changed["projects"], **params.projects}
    changed["projects"] = {key: rule for key, rule in projects.items() if rule != "all"}
    if len(changed["projects"]) > MAX_PROJECTS:
        raise BadRequestError(f"There are rules for {MAX_PROJECTS} projects already.", "Set some of them to “all”.")
    await services.rules.change(NotificationRules.model_validate(changed))
    services.audit.record("notifications.changed", caller.actor(), kinds=",".join(sorted(kinds)))
    return _view(context)


async def _test(context: ApiContext, caller: Caller, params: TrialRequest) -> Trial:
    if not caller.may("admin") and not _is_own(context, caller, params):
        raise ForbiddenError("This needs the role “admin”.", "You can send a test to this device.")
    return await context.services.notifications.running().test(params.channel, params.endpoint)


def _is_own(context: ApiContext, caller: Caller, params: TrialRequest) -> bool:
    """Tell whether a test is for the device that asks for it."""
    if params.channel == "desk":
        page = context.services.surfaces.get(params.endpoint)
        return page is not None and page.device_id is not None and page.device_id == caller.id
    return params.channel == "push" and params.endpoint == caller.id


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
