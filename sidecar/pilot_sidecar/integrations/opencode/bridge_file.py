"""The file in which the bridges inside OpenCode find the hub, and what ``opencode run`` needs before it does."""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path

from pilot_sidecar.core.models import Project, Session
from pilot_sidecar.infra.files import private_dir, write_atomic
from pilot_sidecar.integrations.opencode.frames import PROTOCOL

PATH = "/bridge/opencode"


def write_bridge_file(home: Path, base_url: str, token: str, approval: Mapping[str, list[str]] | None = None) -> None:
    """Write where the hub is, readable by its owner only; bridges read it before each attempt to connect."""
    data = {
        "url": base_url.replace("http", "ws", 1).rstrip("/") + PATH,
        "token": token,
        "protocol": PROTOCOL,
        "approval": dict(approval or {}),
    }
    write_atomic(private_dir(home / "hooks") / "opencode.json", json.dumps(data, indent=2).encode() + b"\n")


def approval_by_directory(projects: Iterable[Project], sessions: Iterable[Session] = ()) -> dict[str, list[str]]:
    """Return the topics of each project that has any, by its folder and by whatever its sessions call that."""
    chosen: dict[str, tuple[str, list[str]]] = {
        project.id: (project.directory, [*project.approval.topics])
        for project in projects
        if project.approval and project.approval.topics
    }
    named = {session.directory: chosen[session.project_id][1] for session in sessions if session.project_id in chosen}
    return named | dict(chosen.values())
