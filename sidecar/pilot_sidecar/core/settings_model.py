"""Every setting: its default, its rules, and how it is shown to people; written once, here."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Annotated, Literal, get_args, get_origin

from pydantic import Field, SecretStr

from pilot_sidecar.core.wire import Wire

Group = Literal[
    "network", "asks", "budget", "notifications", "telegram", "push", "tunnel", "files", "history", "advanced"
]
Kind = Literal["text", "number", "boolean", "choice", "secret"]


@dataclass(frozen=True, slots=True)
class Shown:
    """How a setting is shown, beside its description."""

    title: str
    group: Group = "advanced"
    unit: str | None = None
    hint: str | None = None
    """Where to get a value, or an example."""
    link: str | None = None
    """A page that helps."""
    form: str | None = None
    """What a text has to look like, after "has to be"."""
    restart: bool = False
    """It works after a restart only."""
    guarded: bool = False
    """Who may answer, what runs or what is shown hangs on it: people change it on the settings page, at once; what is
    written into a file, which an agent could do, counts from the next start."""


Milliseconds = Annotated[int, Field(ge=1_000, le=604_800_000)]
"""At most a week: dates and timers end somewhere."""
Seconds = Annotated[int, Field(ge=0, le=86_400)]
Dollars = Annotated[float, Field(ge=0, le=1_000_000, allow_inf_nan=False)]


class Settings(Wire):
    """Every setting with its default; the environment name is ``PILOT_`` and the field's name in capitals."""

    port: Annotated[
        int, Shown("Port", "network", hint="4097, or 0 for whichever is free at each start.", restart=True)
    ] = Field(4097, ge=0, le=65535, description="Port of the hub; 0 takes any free one.")
    host: Annotated[
        str,
        Shown(
            "Address",
            "network",
            hint="127.0.0.1: this machine alone. 0.0.0.0: everybody in your network who is paired.",
            form="an address or a name of this machine",
            restart=True,
        ),
    ] = Field(
        "127.0.0.1",
        min_length=1,
        pattern=r"^[^\s/]+$",
        description="Address to listen on; 0.0.0.0 opens it to the network.",
    )
    tls: Annotated[
        bool,
        Shown(
            "Encrypt in the network",
            "network",
            hint="With a certificate of this machine's own, which each phone has to trust once.",
            restart=True,
        ),
    ] = Field(False, description="Serve the network over HTTPS, with a certificate of this machine's own.")
    tunnel: Annotated[
        Literal["", "cloudflared", "ngrok", "custom"],
        Shown("Tunnel", "tunnel", hint="The program has to be installed; the test below looks for it.", guarded=True),
    ] = Field("", description="Tunnel to start with the hub.")
    tunnel_command: Annotated[
        str,
        Shown(
            "Command of a custom tunnel",
            "tunnel",
            hint="{port} stands for the hub's port, as in: tailscale funnel {port}. It prints its address.",
            guarded=True,
        ),
    ] = Field("", max_length=2_000, description="Command that opens a custom tunnel; {port} is filled in.")
    permission_timeout: Annotated[Milliseconds, Shown("Hold a question for", "asks", "ms", "300000: five minutes.")] = (
        Field(300_000, description="How long Pilot holds a permission, in ms.")
    )
    codex_permission_timeout_ms: Annotated[
        Milliseconds,
        Shown("Hold a Codex hook for", "asks", "ms", "Less than the 300 s after which Codex gives up on a hook."),
    ] = Field(250_000, description="How long Pilot holds a permission of a Codex hook, in ms.")
    on_timeout: Annotated[
        Literal["release", "deny"],
        Shown("When nobody answers", "asks", hint="release: the terminal asks instead, where there is one."),
    ] = Field("release", description="What a held permission becomes when nobody answers.")
    hook_token: Annotated[
        SecretStr, Shown("Token of hooks", hint="Empty: one made at the first start.", guarded=True)
    ] = Field(SecretStr(""), description="Token that agents' hooks come with; good for nothing else.")
    project_state: Annotated[
        Literal["auto", "always", "off"],
        Shown("State file in projects", hint="auto: only where there is an .opencode folder."),
    ] = Field(
        "auto", description="Whether projects get .opencode/pilot-state.json, with Pilot's address, while Pilot runs."
    )
    dev: Annotated[bool, Shown("Development", hint="For work on the dashboard itself.")] = Field(
        False, description="Read the dashboard from disk at each request."
    )
    budget_session_usd: Annotated[Dollars, Shown("For a session", "budget", "USD", "0: no limit.")] = Field(
        0.0, description="Pilot tells when a session has cost this many US dollars; 0: never."
    )
    budget_day_usd: Annotated[Dollars, Shown("For a day", "budget", "USD", "0: no limit.")] = Field(
        0.0, description="Pilot tells when a day has cost this many US dollars; 0: never."
    )
    budget_week_usd: Annotated[Dollars, Shown("For a week", "budget", "USD", "0: no limit. Weeks begin on Monday.")] = (
        Field(0.0, description="Pilot tells when a week has cost this many US dollars; 0: never.")
    )
    notify_push_after_s: Annotated[
        Seconds,
        Shown("Push after", "notifications", "s", "Where no page or window can show it: at once."),
    ] = Field(20, description="Seconds after which what nobody answered goes to phones; 0: at once.")
    notify_telegram_after_s: Annotated[
        Seconds, Shown("Telegram after", "notifications", "s", "Where nothing else reaches you: at once.")
    ] = Field(120, description="Seconds after which what nobody answered goes to Telegram; 0: at once.")
    notify_finished_after_s: Annotated[Seconds, Shown("Work is long from", "notifications", "s")] = Field(
        60, description="Pilot tells when work that took this many seconds has ended."
    )
    notify_stuck_after_s: Annotated[Seconds, Shown("Stuck after", "notifications", "s")] = Field(
        600, description="Pilot tells when a working session showed nothing new for this many seconds; 0: never."
    )
    quiet_hours: Annotated[
        str,
        Shown(
            "Quiet hours",
            "notifications",
            hint="In this machine's time. Empty: none.",
            form="two times, as 22:00-07:00, or nothing",
        ),
    ] = Field(
        "",
        pattern=r"^$|^([01][0-9]|2[0-3]):[0-5][0-9]-([01][0-9]|2[0-3]):[0-5][0-9]$",
        description="Hours in which nothing is sent, as 22:00-07:00.",
    )
    quiet_except: Annotated[
        Literal["asks_and_errors", "asks", "errors", "nothing"], Shown("But for", "notifications")
    ] = Field("asks_and_errors", description="What is sent in quiet hours all the same.")
    telegram_token: Annotated[
        SecretStr,
        Shown(
            "Bot token",
            "telegram",
            hint="@BotFather gives it: digits, a colon, letters.",
            link="https://t.me/BotFather",
            form="what @BotFather gave: digits, a colon, letters",
            guarded=True,
        ),
    ] = Field(SecretStr(""), description="Token of the Telegram bot that writes to you.")
    telegram_chat_id: Annotated[
        str,
        Shown(
            "Chat",
            "telegram",
            hint="A number (a group's is negative) or @channel. Write to your bot first.",
            form="a number or @channel",
            guarded=True,
        ),
    ] = Field("", description="Telegram chat to send to.")
    telegram_user_ids: Annotated[
        str,
        Shown(
            "Who may answer",
            "telegram",
            hint="User ids with commas between. Empty: whoever the chat is with.",
            form="numbers with commas between, or nothing",
            guarded=True,
        ),
    ] = Field(
        "",
        max_length=1_000,
        pattern=r"^\s*(\d{1,20}(\s*,\s*\d{1,20})*)?\s*$",
        description="Telegram users whose answers count; in a group nobody's, unless named.",
    )
    telegram_prompts: Annotated[
        bool,
        Shown("Replies are prompts", "telegram", hint="Whoever may answer can then give agents work.", guarded=True),
    ] = Field(False, description="A reply to a message of Pilot's becomes a prompt for its session.")
    telegram_api_url: Annotated[
        str,
        Shown(
            "Address of the API",
            "telegram",
            hint="Another one only for a Bot API server of your own.",
            form="an address that begins with https:// or http://",
            guarded=True,
        ),
    ] = Field(
        "https://api.telegram.org",
        pattern=r"^https?://[^\s/?#]+(/[^\s?#]*)?$",
        description="Where Telegram's Bot API is.",
    )
    vapid_public_key: Annotated[str, Shown("Public key", "push", hint="Made together with the private one.")] = Field(
        "", description="Web Push public key; made on demand."
    )
    vapid_private_key: Annotated[
        SecretStr, Shown("Private key", "push", hint="Devices that subscribed have to do so again after a change.")
    ] = Field(SecretStr(""), description="Web Push private key; made on demand.")
    vapid_subject: Annotated[
        str,
        Shown(
            "Contact",
            "push",
            hint="mailto: with your address, or an https page. Push services may write there.",
            form="mailto: and an address, or a page that begins with https://",
        ),
    ] = Field(
        "mailto:agent-pilot@users.noreply.github.com",
        max_length=300,
        pattern=r"^(mailto:[^\s<>@]+@[^\s<>@]+\.[^\s<>@]+|https://[^\s/]+\.[^\s]+)$",
        description="Who push services can write to about Pilot's messages.",
    )
    push_details: Annotated[
        bool, Shown("Whole text", "push", hint="Else phones fetch it from the hub when they can reach it.")
    ] = Field(False, description="Send an ask's text through the push service, encrypted for the device.")
    enable_glob_opener: Annotated[
        bool,
        Shown("Browse files", "files", hint="Read only, and only below the folders of your projects.", guarded=True),
    ] = Field(False, description="Let the dashboard browse the project's files.")
    fetch_timeout_ms: Annotated[int, Shown("Limit of outgoing requests", unit="ms")] = Field(
        10_000, ge=100, le=600_000, description="How long a request to another service may take, in ms."
    )
    keep_alive: Annotated[
        Literal["auto", "always", "never"],
        Shown("Stay", hint="auto: while a window, an agent or a device may need it."),
    ] = Field("auto", description="Whether the hub stays when nobody needs it.")
    keep_days: Annotated[int, Shown("Keep for", "history", "days")] = Field(
        90, ge=1, le=36_500, description="Days that history is kept."
    )
    keep_megabytes: Annotated[int, Shown("Keep at most", "history", "MB")] = Field(
        2000, ge=10, le=10_000_000, description="Most that history may take up, in MB."
    )


WITH_SECRET = {"telegram_api_url": "telegram_token"}
"""Addresses that a secret is sent to: another one is taken only together with the secret itself, which else could be
drawn out of the hub by whoever may change settings."""


def shown(name: str) -> Shown:
    """Return how a setting is shown."""
    return next(part for part in Settings.model_fields[name].metadata if isinstance(part, Shown))


def presentation(name: str) -> Mapping[str, object]:
    """Return title, group, kind, choices, unit, hint and link of a setting."""
    facts = {key: value for key, value in asdict(shown(name)).items() if key not in ("form", "restart", "guarded")}
    return {**facts, "kind": kind_of(name), "choices": choices(name)}


def is_secret(name: str) -> bool:
    """Tell whether a setting is never shown."""
    return Settings.model_fields[name].annotation is SecretStr


def env_name(name: str) -> str:
    """Return the environment variable of a setting."""
    return f"PILOT_{name.upper()}"


def kind_of(name: str) -> Kind:
    """Return how a setting is edited."""
    annotation = Settings.model_fields[name].annotation
    if choices(name):
        return "choice"
    kinds: dict[object, Kind] = {SecretStr: "secret", bool: "boolean", int: "number", float: "number"}
    return kinds.get(annotation, "text")


def choices(name: str) -> list[str]:
    """Return what a choice offers; nothing for other kinds."""
    annotation = Settings.model_fields[name].annotation
    return [str(choice) for choice in get_args(annotation)] if get_origin(annotation) is Literal else []
