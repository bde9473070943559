"""Calls about notifications: what goes where, how channels fare, where this browser and this chat are reached."""

from typing import Any

from pydantic import Field

from pilot_sidecar.core.attention import Surface
from pilot_sidecar.core.errors import BadRequestError, ForbiddenError
from pilot_sidecar.core.notices_model import (
    Attention,
    ChannelName,
    KindRule,
    NotificationRules,
    NotificationsView,
    ProjectRule,
    PushSubscription,
    TelegramBinding,
    Trial,
)
from pilot_sidecar.core.wire import Wire
from pilot_sidecar.transport.call import ApiContext, Call, Caller, Nothing
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

    surface: str = Field(min_length=8, max_length=64, pattern=r"^[\w-]+$")
    """Made by the page at each loading; its event stream names it too: ``/events?surface=…``."""
    state: Attention
    notifies: bool = False
    """It may show notices while nobody looks at it."""


class PushKey(Wire):
    """What a browser subscribes with."""

    public_key: str


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
    device = caller.id if caller.kind == "device" else None
    context.services.surfaces.put(
        Surface(params.surface, "page", caller.name, device, params.state, notifies=params.notifies)
    )
    return Done()


async def _key(context: ApiContext, caller: Caller, _params: Nothing) -> PushKey:
    raise BadRequestError("Not there yet.")


async def _subscribe(context: ApiContext, caller: Caller, params: PushSubscription) -> Done:
    await context.services.push.put(_device(caller), params)
    return Done()


async def _unsubscribe(context: ApiContext, caller: Caller, _params: Nothing) -> Done:
    context.services.push.drop(_device(caller))
    return Done()


async def _bind(context: ApiContext, caller: Caller, _params: Nothing) -> TelegramBinding:
    context.services.audit.record("telegram.binding", caller.actor())
    return await context.services.notifications.running().bind_telegram()


def _device(caller: Caller) -> str:
    """Return the paired device that calls: only these can be reached by push."""
    if caller.kind != "device":
        raise BadRequestError("Only paired browsers and phones can be reached by push.", "Open the page: `pilot open`.")
    return caller.id


CALLS: tuple[Call[Any, Any], ...] = (  # Any: each call has shapes of its own
    Call("notifications.get", "GET", "/api/notifications", "view", Nothing, NotificationsView, _get),
    Call("notifications.update", "PATCH", "/api/notifications", "admin", RulesChange, NotificationsView, _update),
    Call("notifications.test", "POST", "/api/notifications/test", "approve", TrialRequest, Trial, _test),
    Call("notifications.attend", "POST", "/api/attention", "approve", AttentionReport, Done, _attend),
    Call("push.key", "POST", "/api/push/key", "approve", Nothing, PushKey, _key),
    Call("push.subscribe", "PUT", "/api/push", "approve", PushSubscription, Done, _subscribe),
    Call("push.unsubscribe", "DELETE", "/api/push", "approve", Nothing, Done, _unsubscribe),
    Call("telegram.bind", "POST", "/api/telegram/bind", "admin", Nothing, TelegramBinding, _bind),
)
