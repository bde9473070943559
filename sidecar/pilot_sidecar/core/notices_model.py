"""What a person is told outside the page, through which channels, and how these fare; in wire form."""

from typing import Literal

from pydantic import Field

from pilot_sidecar.core.asks_model import DecisionKind
from pilot_sidecar.core.wire import Wire

NoticeKind = Literal["ask", "finished", "error", "stuck", "budget", "test"]
ChannelName = Literal["desk", "push", "telegram"]
"""desk: VS Code's windows and open pages · push: paired browsers and phones, also when closed."""
Attention = Literal["active", "visible", "hidden"]
"""active: in sight, and used within the last two minutes · visible: in sight, perhaps nobody is there."""
ProjectRule = Literal["all", "asks", "nothing"]


class Notice(Wire):
    """One thing a person is told, once on each device."""

    id: str
    """The same for the same thing: ``ask:<id>``, ``finished:<session>:<turn>``."""
    kind: NoticeKind
    at: int
    title: str
    """For people, on one line; free of what the agent wrote: ``OpenCode asks to run a command``."""
    body: str = ""
    """On one line, what the agent wrote: the command, the question, the last words."""
    session_id: str | None = None
    agent: str | None = None
    project_id: str | None = None
    project: str = ""
    """The project's name."""
    ask_id: str | None = None
    digest: str | None = None
    """Of the ask as it was shown: a decision made in a notice names it."""
    quick: list[DecisionKind] = Field(default_factory=list)
    """What may be decided in a notice: allowing only where the notice shows all of it and nothing of it is risky."""
    expires_at: int | None = None
    """After this nobody needs to hear of it."""
    urgent: bool = False
    """An agent waits for it."""


class EndpointState(Wire):
    """One receiver of a channel: a device, a chat, a window."""

    id: str
    name: str
    state: Literal["ready", "failing", "paused"] = "ready"
    """paused: it failed too often; tried again later."""
    delivered_at: int | None = None
    error: str | None = None
    """The last one, in words for people, until something is delivered."""
    error_at: int | None = None


class ChannelState(Wire):
    """How one channel fares."""

    channel: ChannelName
    state: Literal["off", "ready", "failing"] = "off"
    """off: nobody is reached this way, and ``message`` says what to do about it."""
    message: str = ""
    delivered_at: int | None = None
    error: str | None = None
    """The last one, in words for people, until something is delivered."""
    error_at: int | None = None
    endpoints: list[EndpointState] = Field(default_factory=list)


class KindRule(Wire):
    """Where notices of one kind go."""

    desk: bool = True
    push: bool = True
    telegram: bool = True
    sound: bool = True
    """The surface that shows it also sounds, where that is switched on there."""


class NotificationRules(Wire):
    """What goes where; kept by the hub, for all devices."""

    ask: KindRule = Field(default_factory=KindRule)
    finished: KindRule = Field(default_factory=KindRule)
    error: KindRule = Field(default_factory=KindRule)
    stuck: KindRule = Field(default_factory=KindRule)
    budget: KindRule = Field(default_factory=KindRule)
    projects: dict[str, ProjectRule] = Field(default_factory=dict)
    """By project id; absent: all."""


class NotificationsView(Wire):
    """Channels and rules."""

    channels: list[ChannelState]
    rules: NotificationRules
    quiet: bool = False
    """These are quiet hours."""


class PushKeys(Wire):
    """A subscription's own keys, as browsers give them."""

    p256dh: str = Field(alias="p256dh", max_length=200)
    auth: str = Field(max_length=100)


class PushSubscription(Wire):
    """Where a browser is reached by Web Push."""

    endpoint: str = Field(max_length=2_000)
    keys: PushKeys
    public_key: str = Field(max_length=200)
    """The hub's, which it was made with."""
    origin: str = Field(max_length=300)
    """Where the browser has the page: links in notices go there."""


class TelegramBinding(Wire):
    """How to make a chat the one that is written to: whoever sends the code there is allowed to answer."""

    code: str
    bot: str
    """The bot's name, without the @."""
    link: str
    """Opens Telegram with the code ready to send, in a private chat."""
    command: str
    """To send in a group."""
    expires_at: int


class Trial(Wire):
    """What became of a test notice."""

    ok: bool
    message: str
    hint: str | None = None
