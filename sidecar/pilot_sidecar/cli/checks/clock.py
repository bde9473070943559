"""Whether this machine's clock can be right: codes, devices and certificates end by it."""

import json
import sqlite3
from datetime import UTC, datetime
from pathlib import Path

from pilot_sidecar.cli.checks.database import open_to_look
from pilot_sidecar.cli.checks.scene import Scene
from pilot_sidecar.core.audit_files import CURRENT
from pilot_sidecar.core.checks import Check

MADE_MS = int(datetime(2025, 9, 1, tzinfo=UTC).timestamp() * 1000)
"""Pilot is not older than this."""
SLACK_MS = 120_000
TAIL_BYTES = 64 * 1024
_FIX = "Set this machine's clock: `sudo timedatectl set-ntp true`, on macOS System Settings → General → Date & Time."
_LAST_EVENT = "SELECT at FROM events ORDER BY epoch DESC, last DESC LIMIT 1"


def checks(scene: Scene) -> list[Check]:
    """Return whether the clock is behind what must be past."""
    now = datetime.fromtimestamp(scene.now_ms / 1000).astimezone()
    if scene.now_ms < MADE_MS:
        message = f"This machine's clock says {now:%Y-%m-%d}: that is before Pilot was made."
        return [Check(id="hub.clock", status="fail", message=message, fix=_FIX)]
    behind_ms = _latest_ms(scene) - scene.now_ms
    if behind_ms > SLACK_MS:
        message = f"This machine's clock is {_span(behind_ms)} behind what Pilot has recorded: it was set back."
        return [Check(id="hub.clock", status="warn", message=message, fix=_FIX)]
    return [Check(id="hub.clock", status="ok", message=f"The clock says {now:%Y-%m-%d %H:%M}.")]


def _latest_ms(scene: Scene) -> int:
    """Return the latest time that something happened at, as far as Pilot knows."""
    started = scene.snapshot.get("hub", {}).get("startedAt", 0)
    return max(int(started), _last_event_ms(scene), _last_audited_ms(scene.home / CURRENT))


def _last_event_ms(scene: Scene) -> int:
    try:
        with open_to_look(scene) as database:
            row = database.execute(_LAST_EVENT).fetchone() if database is not None else None
    except sqlite3.Error:
        return 0  # the database's own check tells of it
    return int(row[0]) if row else 0


def _last_audited_ms(path: Path) -> int:
    try:
        with path.open("rb") as file:
            file.seek(max(0, path.stat().st_size - TAIL_BYTES))
            last = json.loads(file.read().splitlines()[-1])
        return int(last["at"])
    except (OSError, ValueError, LookupError, TypeError):
        return 0


def _span(ms: int) -> str:
    minutes = ms // 60_000
    for unit, name in ((1440, "days"), (60, "hours")):
        if minutes >= 2 * unit:
            return f"{minutes // unit} {name}"
    return f"{minutes} minutes"
