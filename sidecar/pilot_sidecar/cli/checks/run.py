"""Doing all checks at the same time, each with what it says if it fails itself."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from pilot_sidecar.cli.checks import (
    agents,
    clock,
    database,
    hub,
    notifications,
    permissions,
    reach,
    service,
    settings,
    vscode,
)
from pilot_sidecar.cli.checks.scene import Scene
from pilot_sidecar.core.checks import Check

Look = Callable[[Scene], list[Check]]
AGENTS = "Agents"
HEADINGS: dict[str, dict[str, Look]] = {
    "Hub": {"hub": hub.checks, "clock": clock.checks, "service": service.checks},
    AGENTS: {},
    "Notifications": {"notifications": notifications.checks},
    "Reach": {"reach": reach.checks},
    "Files": {"permissions": permissions.checks, "database": database.checks, "settings": settings.checks},
    "VS Code": {"vscode": vscode.checks},
}
INSIDE = ("hub", "clock", "database", "settings")
"""What has nothing to look at where the home cannot be entered."""
LIMIT_S = 12.0
"""An agent's version call has 10 s of its own."""
Grouped = dict[str, list[Check]]


@dataclass(slots=True)
class _Running:
    """One look, in a thread of its own."""

    topic: str
    thread: threading.Thread
    found: list[Check] = field(default_factory=list)

    def result(self) -> list[Check]:
        """Return what it found, or that it did not come to an end."""
        self.thread.join(LIMIT_S)
        if self.thread.is_alive():
            message = f"Looking at “{self.topic}” took longer than {LIMIT_S:.0f} s."
            return [Check(id=f"check.{self.topic}", status="warn", message=message, fix="Run `pilot doctor` again.")]
        return self.found


def run_all(scene: Scene) -> Grouped:
    """Return the checks by their headings."""
    looks = HEADINGS | {AGENTS: _safely("agents", lambda: agents.jobs())}
    left_out = INSIDE if scene.closed else ()
    started = {
        heading: [_start(topic, look, scene) for topic, look in topics.items() if topic not in left_out]
        for heading, topics in looks.items()
    }
    found = {heading: [check for one in running for check in one.result()] for heading, running in started.items()}
    found[AGENTS] += agents.any_found(found[AGENTS])
    return found


def _safely(topic: str, jobs: Callable[[], dict[str, Look]]) -> dict[str, Look]:
    try:
        return jobs()
    except Exception as error:
        failed = _failed(topic, error)
        return {topic: lambda _scene: [failed]}


def _start(topic: str, look: Look, scene: Scene) -> _Running:
    def work() -> None:
        try:
            running.found = look(scene)
        except Exception as error:
            running.found = [_failed(topic, error)]

    running = _Running(topic, threading.Thread(target=work, name=f"check {topic}", daemon=True))
    running.thread.start()
    return running


def _failed(topic: str, error: Exception) -> Check:
    message = f"Looking at “{topic}” failed: {type(error).__name__}: {error}"
    fix = "Please report this: it is a mistake of Pilot's, or something about this machine that it should know."
    return Check(id=f"check.{topic}", status="fail", message=message, fix=fix)
