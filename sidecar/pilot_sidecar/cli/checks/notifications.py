"""Whether a person who does not look at a screen is told."""

from collections.abc import Iterator

from pilot_sidecar.cli.checks.scene import Scene
from pilot_sidecar.core.checks import Check

_TELEGRAM = "Open the dashboard (`pilot open`): Settings → Telegram."
_PUSH = "Open the dashboard (`pilot open`): Settings → Web Push. Make both keys anew there, then subscribe each device."


def checks(scene: Scene) -> list[Check]:
    """Return how push and Telegram are set up, and how they fare."""
    return [next(_telegram(scene)), next(_push(scene))]


def _telegram(scene: Scene) -> Iterator[Check]:
    token, chat = scene.settings.get("telegram_token"), scene.settings.get("telegram_chat_id")
    if token and not chat:
        message = "Telegram has a bot token, but no chat to write to."
        fix = f"{_TELEGRAM} Connect the chat there, or set PILOT_TELEGRAM_CHAT_ID."
        yield Check(id="telegram", status="warn", message=message, fix=fix)
    if chat and not token:
        message = "Telegram has a chat, but no bot token."
        fix = f"{_TELEGRAM} @BotFather gives the token; or set PILOT_TELEGRAM_TOKEN."
        yield Check(id="telegram", status="warn", message=message, fix=fix)
    if not token:
        yield Check(id="telegram", status="ok", message="Telegram is not set up.")
    yield from _fares(scene, "telegram", "Telegram", _TELEGRAM)
    yield Check(id="telegram", status="ok", message="Telegram is set up.")


def _push(scene: Scene) -> Iterator[Check]:
    public, private = (bool(scene.settings.get(f"vapid_{name}_key")) for name in ("public", "private"))
    if public != private:
        message = f"Web Push has only its {'public' if public else 'private'} key; it needs both."
        yield Check(id="push", status="warn", message=message, fix=_PUSH)
    yield from _fares(scene, "push", "Web Push", "Open the dashboard (`pilot open`): Settings → Notifications.")
    told = "No device has subscribed to push yet." if scene.hub else "Web Push is looked at when the hub runs."
    ready = scene.channels.get("push", {}).get("state") == "ready"
    yield Check(id="push", status="ok", message="Push reaches the subscribed devices." if ready else told)


def _fares(scene: Scene, channel: str, name: str, fix: str) -> Iterator[Check]:
    """Yield what the hub knows of a channel that does not work."""
    state = scene.channels.get(channel, {})
    error = state.get("error") or state.get("message")
    if state.get("state") == "failing":
        yield Check(id=channel, status="warn", message=f"{name} does not work: {error or 'it is failing'}", fix=fix)
    elif channel == "telegram" and state.get("state") == "off" and state.get("message"):
        yield Check(id=channel, status="warn", message=f"{name}: {state['message']}", fix=fix)
