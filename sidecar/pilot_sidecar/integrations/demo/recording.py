"""Reads the recording: pilot events of a real session, each with the time to wait before it."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files
from typing import Literal

from pilot_sidecar.core.events import Event, EventAdapter

Branch = Literal["start", "allowed", "denied"]
"""What happens until the ask, and how it goes on after either answer."""


@dataclass(frozen=True, slots=True)
class Step:
    """One event of the recording."""

    pause_s: float
    branch: Branch
    event: Event


def load_recording(session_id: str, directory: str, now_ms: int) -> list[Step]:
    """Return the steps as a session of its own: fresh ids, the present time, another folder."""
    return list(_steps(session_id, directory, now_ms))


def _steps(session_id: str, directory: str, now_ms: int) -> Iterator[Step]:
    text = (files(__package__) / "recording.jsonl").read_text("utf-8")
    text = text.replace("{session}", session_id).replace("{directory}", json.dumps(directory)[1:-1])
    for line in text.splitlines():
        entry = json.loads(line)
        event = EventAdapter.validate_python({**entry["event"], "at": now_ms})
        yield Step(entry["pauseMs"] / 1000, entry["branch"], event)
