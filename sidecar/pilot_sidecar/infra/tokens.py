"""The hub's own secrets: made once, kept in a private file, never shown."""

import json
import logging
import secrets
from dataclasses import asdict, dataclass, fields
from pathlib import Path

from pilot_sidecar.infra.files import set_aside, write_atomic

logger = logging.getLogger(__name__)
SHORTEST = 20


@dataclass(frozen=True, slots=True, repr=False)
class Tokens:
    """owner: local surfaces · hook: agents' hooks · bridge: agents' plugins."""

    owner: str
    hook: str
    bridge: str


def load_tokens(path: Path, stamp: int) -> Tokens:
    """Return the tokens of a home, made at the first start; a file that cannot be read is set aside."""
    if path.exists():
        try:
            return _read(path)
        except (OSError, ValueError, TypeError) as error:
            aside = set_aside(path, stamp)
            logger.warning("%s could not be read (%s); kept as %s, new tokens were made", path, error, aside.name)
    tokens = Tokens(*(secrets.token_urlsafe(32) for _ in fields(Tokens)))
    write_atomic(path, json.dumps(asdict(tokens)).encode())
    return tokens


def _read(path: Path) -> Tokens:
    data = json.loads(path.read_bytes())
    if not isinstance(data, dict):
        raise TypeError("it is not a JSON object")
    found = {field.name: data.get(field.name) for field in fields(Tokens)}
    for name, value in found.items():
        if not isinstance(value, str) or len(value) < SHORTEST or not value.isascii():
            raise ValueError(f"no usable “{name}” in it")
    return Tokens(**{name: str(value) for name, value in found.items()})
