"""The hub's own secrets: made once, kept in a private file, never shown."""

import hashlib
import json
import logging
import re
import secrets
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from pilot_sidecar.infra.files import set_aside, write_atomic

logger = logging.getLogger(__name__)
SHORTEST = 20
_COOKIE = re.compile(r"pilot_[0-9a-f]{8}")
_SECRETS = ("owner", "hook", "bridge")


@dataclass(frozen=True, slots=True, repr=False)
class Tokens:
    """owner: local surfaces · hook: agents' hooks · bridge: agents' plugins."""

    owner: str
    hook: str
    bridge: str
    cookie: str
    """The name of paired browsers' cookie, no secret. Cookies know no ports: each hub has a name of its own, so that
    two on one machine do not evict each other. It outlasts the owner's token."""


def load_tokens(path: Path, stamp: int) -> Tokens:
    """Return the tokens of a home, made at the first start; a file that cannot be read is set aside."""
    if path.exists():
        try:
            return _read(path)
        except (OSError, ValueError, TypeError) as error:
            aside = set_aside(path, stamp)
            logger.warning("%s could not be read (%s); kept as %s, new tokens were made", path, error, aside.name)
    owner, hook, bridge = (make_token() for _ in _SECRETS)
    tokens = Tokens(owner, hook, bridge, _cookie_of(owner))
    save_tokens(path, tokens)
    return tokens


def save_tokens(path: Path, tokens: Tokens) -> None:
    """Write the tokens down, all or nothing."""
    write_atomic(path, json.dumps(asdict(tokens)).encode())


def rotated(tokens: Tokens) -> Tokens:
    """Return the tokens with another owner's token."""
    return replace(tokens, owner=make_token())


def make_token() -> str:
    """Return a fresh secret of 256 bits."""
    return secrets.token_urlsafe(32)


def _read(path: Path) -> Tokens:
    data = json.loads(path.read_bytes())
    if not isinstance(data, dict):
        raise TypeError("it is not a JSON object")
    found = {name: data.get(name) for name in _SECRETS}
    for name, value in found.items():
        if not isinstance(value, str) or len(value) < SHORTEST or not value.isascii():
            raise ValueError(f"no usable “{name}” in it")
    known = {name: str(value) for name, value in found.items()}
    cookie = data.get("cookie")
    if not isinstance(cookie, str) or not _COOKIE.fullmatch(cookie):
        tokens = Tokens(**known, cookie=_cookie_of(known["owner"]))  # of a version that kept no name
        save_tokens(path, tokens)
        return tokens
    return Tokens(**known, cookie=cookie)


def _cookie_of(owner: str) -> str:
    return "pilot_" + hashlib.sha256(owner.encode()).hexdigest()[:8]
