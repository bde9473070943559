"""What the real Codex sent and wrote."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

RECORDINGS = Path(__file__).parent / "recordings"
Json = dict[str, Any]


def payloads() -> Iterator[Json]:
    """Yield every recorded hook."""
    for path in sorted((RECORDINGS / "hooks").glob("*.json")):
        for seen in json.loads(path.read_text())["observed"]:
            yield seen["stdin_json"]
    yield from spawn()


def spawn() -> list[Json]:
    """Return the hooks of a one-shot run with a sub-agent, in their order."""
    return [json.loads(line) for line in (RECORDINGS / "hooks-spawn.jsonl").read_text().splitlines()]


def rollout(name: str) -> bytes:
    """Return a recorded rollout."""
    return (RECORDINGS / f"rollout-{name}.jsonl").read_bytes()


def lines(name: str) -> list[Json]:
    """Return its lines."""
    return [json.loads(line) for line in rollout(name).splitlines()]
