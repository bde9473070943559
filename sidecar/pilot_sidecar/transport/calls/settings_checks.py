"""What is odd about a value that could be saved all the same: a port in use, an address of elsewhere, half a pair."""

import errno
from collections.abc import Callable

from pilot_sidecar.core.settings_model import Settings
from pilot_sidecar.infra import vapid
from pilot_sidecar.infra.network import is_any, who_listens, why_not_bound
from pilot_sidecar.infra.telegram import CHAT, TOKEN


def oddity(name: str, value: object, current: Settings) -> str | None:
    """Return what is odd about a checked value of a setting, in words for people; blocks for a moment."""
    check = _CHECKS.get(name)
    return check(value, current) if check is not None and value != "" else None


def bound_problem(host: str, port: int) -> str | None:
    """Return why nothing can listen at an address, None if something can."""
    match why_not_bound(host, port):
        case None:
            return None
        case errno.EADDRINUSE:
            other = who_listens(port)
            return f"Port {port} is in use by {other}." if other else f"Port {port} is in use by another program."
        case errno.EACCES | errno.EPERM:
            return f"This user may not listen on port {port}. Ports from 1024 on are free to all."
        case errno.EADDRNOTAVAIL:
            return f"{host} is no address of this machine."
        case number:
            return f"Nothing can listen there ({errno.errorcode.get(number, number)})."


def _port(value: object, current: Settings) -> str | None:
    if not isinstance(value, int) or value in (0, current.port):
        return None
    return bound_problem(current.host, value)


def _host(value: object, _current: Settings) -> str | None:
    if not isinstance(value, str) or is_any(value):
        return None
    return bound_problem(value, 0)


def _token(value: object, _current: Settings) -> str | None:
    if TOKEN.fullmatch(str(value)):
        return None
    return "A bot's token is digits, a colon, and letters, as @BotFather gave it."


def _chat(value: object, _current: Settings) -> str | None:
    if CHAT.fullmatch(str(value)):
        return None
    return "A chat is a number (negative for groups), or @ and the name of a channel."


def _public(value: object, current: Settings) -> str | None:
    if not vapid.is_public(str(value)):
        return "That is no public key for web push."
    private = current.vapid_private_key.get_secret_value()
    return None if not private or vapid.belong_together(str(value), private) else _NO_PAIR


def _private(value: object, current: Settings) -> str | None:
    if vapid.public_of(str(value)) is None:
        return "That is no private key for web push."
    public = current.vapid_public_key
    return None if not public or vapid.belong_together(public, str(value)) else _NO_PAIR


_NO_PAIR = "The public and the private key do not belong together. Make both anew, or bring both from one place."
_CHECKS: dict[str, Callable[[object, Settings], str | None]] = {
    "port": _port,
    "host": _host,
    "telegram_token": _token,
    "telegram_chat_id": _chat,
    "vapid_public_key": _public,
    "vapid_private_key": _private,
}
