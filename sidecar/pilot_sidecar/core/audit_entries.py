"""The lines of the audit log: JSON, each chained to the one before by its hash. Pure."""

import hashlib
import json
from dataclasses import dataclass

GENESIS = "0" * 64
"""What the first line follows."""
Entry = dict[str, object]


@dataclass(frozen=True, slots=True)
class Head:
    """The end of a log: how many lines it has, and the hash of the last."""

    lines: int = 0
    hash: str = GENESIS


def chain_hash(entry: Entry) -> str:
    """Return the hash of an entry without its own ``hash`` field."""
    body = {key: value for key, value in entry.items() if key != "hash"}
    return hashlib.sha256(json.dumps(body, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def chained(entry: Entry, head: Head) -> tuple[bytes, Head]:
    """Return an entry as the line that follows ``head``, and the new head."""
    line: Entry = {"n": 0, **entry} | {"n": head.lines + 1, "prev": head.hash}
    line["hash"] = found = chain_hash(line)
    return json.dumps(line, ensure_ascii=False).encode() + b"\n", Head(head.lines + 1, found)


def parse(line: bytes) -> Entry | None:
    """Return a line's entry, or None for what is no entry at all."""
    try:
        entry = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return entry if isinstance(entry, dict) else None


def is_intact(line: bytes, entry: Entry) -> bool:
    """Tell whether a line is, byte for byte, what was written: its hash covers what it says, not how it is spelt."""
    try:
        return entry.get("hash") == chain_hash(entry) and json.dumps(entry, ensure_ascii=False).encode() == line
    except (ValueError, RecursionError):
        return False


def broken(number: int, line: bytes) -> dict[str, object]:
    """Return how a repair names a line that is no entry."""
    return {"n": number, "bytes": len(line), "sha256": hashlib.sha256(line).hexdigest()}
