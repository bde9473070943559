"""The audit log: append-only JSON lines, each chained to the one before by its hash."""

import hashlib
import json
import logging
import os
from collections.abc import Iterator
from pathlib import Path

from pilot_sidecar.core.asks_model import Actor
from pilot_sidecar.core.bus import Announcement
from pilot_sidecar.core.events import AnyAskEvent
from pilot_sidecar.core.store import Store
from pilot_sidecar.infra.clock import Clock

logger = logging.getLogger(__name__)
GENESIS = "0" * 64


class Audit:
    """Writes what was decided, paired or changed, and by whom; never a secret."""

    def __init__(self, path: Path, store: Store, clock: Clock) -> None:
        self._path = path
        self._store = store
        self._clock = clock
        self._last = _last_hash(path)

    def on_event(self, entry: Announcement) -> None:
        """Record how each ask ended, whoever ended it: a person, the terminal, a time-out."""
        event = entry.event
        if isinstance(event, AnyAskEvent) and (resolution := event.ask.resolution) is not None:
            ask = event.ask
            details = {"session": ask.session_id, "state": ask.state, "choice": resolution.choice, "digest": ask.digest}
            self.record("ask.ended", resolution.by, ask=ask.id, **details)

    def record(self, action: str, actor: Actor, **details: str | int | bool | None) -> None:
        """Append a line; it is on its way to disk when this returns, in order with the event log."""
        entry: dict[str, object] = {"at": self._clock.now_ms(), "action": action, "by": actor.dump(), **details}
        entry["prev"] = self._last
        self._last = entry["hash"] = chain_hash(entry)
        line = json.dumps(entry, ensure_ascii=False).encode() + b"\n"
        self._store.post(lambda: _append(self._path, line))


def chain_hash(entry: dict[str, object]) -> str:
    """Return the hash of an entry without its own ``hash`` field."""
    body = {key: value for key, value in entry.items() if key != "hash"}
    return hashlib.sha256(json.dumps(body, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def verify(path: Path) -> Iterator[str]:
    """Yield one sentence for each line that is damaged, or does not follow from the one before."""
    previous = GENESIS
    for number, line in enumerate(path.read_bytes().splitlines(), start=1):
        try:
            entry = json.loads(line)
        except ValueError:
            yield f"Line {number} is not readable."
            continue
        if entry.get("prev") != previous:
            yield f"Line {number} does not follow the line before it."
        if entry.get("hash") != chain_hash(entry):
            yield f"Line {number} was changed."
        previous = str(entry.get("hash"))


def _append(path: Path, line: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        os.write(descriptor, line)
    finally:
        os.close(descriptor)


def _last_hash(path: Path) -> str:
    """Return the hash to chain on; a torn last line is closed off so that the next one starts clean."""
    if not path.exists():
        return GENESIS
    data = path.read_bytes()
    if data and not data.endswith(b"\n"):
        logger.warning("the last line of %s is incomplete; `pilot audit verify` will name it", path)
        _append(path, b"\n")
    for line in reversed(data.splitlines()):
        try:
            return str(json.loads(line)["hash"])
        except (ValueError, KeyError, TypeError):
            continue
    return GENESIS
