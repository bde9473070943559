"""Trying out the settings as saved: what listens, what runs, what arrives; the outcome in words for people."""

import asyncio
import shutil
import subprocess
from collections.abc import Awaitable, Callable
from typing import Literal
from urllib.parse import urlsplit

from pilot_sidecar.core.reach_model import Reachability
from pilot_sidecar.core.services import Services
from pilot_sidecar.core.settings_model import Settings
from pilot_sidecar.core.wire import Wire
from pilot_sidecar.infra import vapid
from pilot_sidecar.infra.network import is_loopback
from pilot_sidecar.infra.telegram import TelegramAnswer, call_telegram
from pilot_sidecar.infra.tunnel.ports import TunnelProvider
from pilot_sidecar.infra.tunnel.supervisor import provider
from pilot_sidecar.transport.calls.settings_checks import bound_problem

TrialGroup = Literal["network", "tunnel", "telegram", "push"]
_HELLO = "Pilot reaches you here."


class SettingsTestResult(Wire):
    """How it went, in words for people."""

    ok: bool
    message: str
    hint: str | None = None


async def try_out(services: Services, group: TrialGroup) -> SettingsTestResult:
    """Try one part of the settings."""
    return await _TRIALS[group](services)


async def _network(services: Services) -> SettingsTestResult:
    return await asyncio.to_thread(_listening, services.reach.now, services.settings.current)


def _listening(reach: Callable[[], Reachability], wanted: Settings) -> SettingsTestResult:
    """Say what listens now, and whether what is saved would."""
    now = reach()
    here = next(address.url for address in now.addresses if address.reach == "local")
    ours = urlsplit(here).port
    tls = wanted.tls and not is_loopback(wanted.host)
    if (wanted.host, tls) == (now.host, now.tls) and wanted.port in (0, ours):
        return SettingsTestResult(ok=True, message=f"This hub listens on {here}.", hint=_others(now))
    if (problem := bound_problem(wanted.host, 0 if wanted.port == ours else wanted.port)) is not None:
        return SettingsTestResult(ok=False, message=problem, hint="Choose another one, or end what uses it.")
    message = f"Nothing stands in the way of listening on {wanted.host}, port {wanted.port or 'any'}."
    return SettingsTestResult(ok=True, message=message, hint="It works after a restart of the hub.")


def _others(now: Reachability) -> str:
    if is_loopback(now.host):
        return "Only this machine reaches it. Set the address to 0.0.0.0, or use a tunnel, for your phone."
    address = next((address.url for address in now.addresses if address.reach == "lan"), None)
    return f"Others in your network reach it at {address}." if address else "No network was found."


async def _tunnel(services: Services) -> SettingsTestResult:
    current = services.settings.current
    if not current.tunnel:
        return SettingsTestResult(
            ok=False, message="No tunnel is chosen.", hint="Choose cloudflared, ngrok or a command, and save."
        )
    chosen = provider(current.tunnel, current.tunnel_command)
    if (problem := chosen.problem()) is not None:
        return SettingsTestResult(ok=False, message=problem.message, hint=problem.hint)
    return await asyncio.to_thread(_program, chosen, current.fetch_timeout_ms / 1000)


def _program(chosen: TunnelProvider, timeout_s: float) -> SettingsTestResult:
    name = chosen.command(0)[0]
    path = shutil.which(name)
    if path is None:
        return SettingsTestResult(ok=False, message=f"{name} was not found on this machine.", hint=chosen.get_it)
    if chosen.name == "custom":  # nobody knows what else it would do when run
        message = f"The command's program is there: {path}."
        return SettingsTestResult(ok=True, message=message, hint="Start the tunnel to see whether it works.")
    try:
        done = subprocess.run(  # noqa: S603 - one of two names of our own
            [path, "--version"], capture_output=True, text=True, timeout=timeout_s, check=True, stdin=subprocess.DEVNULL
        )
    except (OSError, subprocess.SubprocessError) as error:
        words = "did not answer in time" if isinstance(error, subprocess.TimeoutExpired) else "does not run"
        return SettingsTestResult(ok=False, message=f"{path} {words}.", hint=chosen.get_it)
    version = (done.stdout or done.stderr).strip().partition("\n")[0][:120]
    return SettingsTestResult(ok=True, message=f"{version or name} is there: {path}.")


async def _telegram(services: Services) -> SettingsTestResult:
    current = services.settings.current
    token, chat = current.telegram_token.get_secret_value(), current.telegram_chat_id
    if not token or not chat:
        missing = "token" if not token else "chat"
        return SettingsTestResult(ok=False, message=f"The {missing} is missing.", hint="Fill in both, and save.")
    timeout_s = current.fetch_timeout_ms / 1000
    who = await call_telegram(current.telegram_api_url, token, "getMe", {}, timeout_s)
    if not who.ok:
        return _refused(who, "Telegram does not know this bot", "Ask @BotFather for the token again.")
    body = {"chat_id": chat, "text": f"{_HELLO} ({services.info.machine})"}
    sent = await call_telegram(current.telegram_api_url, token, "sendMessage", body, timeout_s)
    name = str(who.field("username") or "the bot")[:60]
    if not sent.ok:
        return _refused(sent, f"@{name} is there, but could not write to the chat", _chat_hint(name))
    return SettingsTestResult(ok=True, message=f"@{name} wrote to the chat: look there.")


def _chat_hint(name: str) -> str:
    return f"Write to @{name} first (in a group: add it). A group's number is negative."


def _refused(answer: TelegramAnswer, message: str, hint: str) -> SettingsTestResult:
    if answer.status == 0:
        words = f"Telegram was not reached: {answer.description}."
        return SettingsTestResult(ok=False, message=words, hint="Check this machine's network, or the API's address.")
    if answer.status == 429:
        words = "Telegram has had too many requests from this bot."
        return SettingsTestResult(ok=False, message=words, hint="Try again in a minute.")
    reason = f": {answer.description}" if answer.description else ""
    return SettingsTestResult(ok=False, message=f"{message}{reason}.", hint=hint)


async def _push(services: Services) -> SettingsTestResult:
    current = services.settings.current
    public, private = current.vapid_public_key, current.vapid_private_key.get_secret_value()
    if not public or not private:
        return SettingsTestResult(ok=False, message="There are no keys yet.", hint="Make them with one click.")
    if not await asyncio.to_thread(vapid.belong_together, public, private):
        message = "The public and the private key do not belong together."
        return SettingsTestResult(ok=False, message=message, hint="Make both anew. Devices have to subscribe again.")
    return SettingsTestResult(ok=True, message="The keys are there and belong together.")


_TRIALS: dict[TrialGroup, Callable[[Services], Awaitable[SettingsTestResult]]] = {
    "network": _network,
    "tunnel": _tunnel,
    "telegram": _telegram,
    "push": _push,
}
