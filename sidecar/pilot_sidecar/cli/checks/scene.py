"""What the checks look at: found out once, before the first of them."""

import logging
import os
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pilot_sidecar.cli import hub as wire
from pilot_sidecar.core.errors import PilotError
from pilot_sidecar.infra.lock import holder, is_held
from pilot_sidecar.infra.loopback import ask
from pilot_sidecar.infra.processes import is_alive
from pilot_sidecar.server.discovery import HubFile, find_hub, read_hub_file

if TYPE_CHECKING:
    from pilot_sidecar.server.registry import HubAddress, InstallOptions

Json = dict[str, Any]  # Any: what the hub answers
STARTING_S = 1.0
"""How long a hub that holds the lock and says nothing yet may be about to be there."""
CALL_S = 2.0
LOOK_AGAIN_S = 0.05


@dataclass(frozen=True, slots=True)
class Scene:
    """One home, as it is now."""

    home: Path
    environ: Mapping[str, str]
    hub: HubFile | None
    """The hub that answers, if one does."""
    told: HubFile | None
    """What ``hub.json`` says, whether or not anybody answers."""
    held: bool
    """Some process holds the hub's lock."""
    holder: int | None
    """Which one wrote itself into it last."""
    now_ms: int
    settings: dict[str, Any] = field(default_factory=dict)  # Any: values of settings, secrets masked
    problems: list[str] = field(default_factory=list)
    """What is wrong with the settings."""
    snapshot: Json = field(default_factory=dict)
    """Empty without a hub, as is what follows."""
    channels: dict[str, Json] = field(default_factory=dict)

    @property
    def closed(self) -> bool:
        """Tell whether this user cannot even look into the home."""
        return self.home.is_dir() and not os.access(self.home, os.R_OK | os.X_OK)

    @property
    def answered(self) -> bool:
        """Tell whether the hub said how it is."""
        return bool(self.snapshot)

    def path(self, name: str = "") -> str:
        """Return a path below the home, as a person types it."""
        return typed(self.home / name if name else self.home, self.environ)


def look(home: Path, environ: Mapping[str, str]) -> Scene:
    """Find out what there is; whatever does not answer is absent."""
    told, held = read_hub_file(home), _held(home / "hub.lock")
    found = _hub(home, held=held)
    scene = Scene(home, environ, found, told, held, holder(home / "hub.lock"), time.time_ns() // 1_000_000)
    view = _ask(found, "/api/settings") or _own_settings(home, environ)
    scene.settings.update({one["name"]: one["value"] for one in view["settings"]})
    scene.problems.extend(view["problems"])
    scene.snapshot.update(_ask(found, "/api/snapshot") or {})
    channels = (_ask(found, "/api/notifications") or {}).get("channels", [])
    scene.channels.update({one["channel"]: one for one in channels})
    return scene


def _held(lock: Path) -> bool:
    try:
        return is_held(lock)
    except OSError:  # somebody else's: it cannot be told
        return False


def _hub(home: Path, *, held: bool) -> HubFile | None:
    """Return the hub that answers; one that has only just been started gets a moment."""
    deadline = time.monotonic() + STARTING_S
    while True:
        try:
            told = read_hub_file(home)
            if (found := find_hub(home)) is not None:
                return found if _is_hub(found) else None
            hangs = told is not None and is_alive(told.pid)
        except (ValueError, OverflowError):  # no address, and no number of a process
            return None
        if not held or hangs or time.monotonic() > deadline:
            return None
        time.sleep(LOOK_AGAIN_S)


def _is_hub(found: HubFile) -> bool:
    """Tell whether it is a hub that answers: another program may have its port by now, and its number."""
    try:
        return b'"protocol"' in ask(found.url, "GET", "/health", {}, timeout_s=CALL_S)[1]
    except OSError:
        return False


def _ask(found: HubFile | None, path: str) -> Json | None:
    if found is None:
        return None
    try:
        answer = wire.call(found, "GET", path, timeout_s=CALL_S)
    except PilotError:
        return None
    return answer if isinstance(answer, dict) else None


def _own_settings(home: Path, environ: Mapping[str, str]) -> Json:
    """Read the settings as a hub would, and touch nothing."""
    from pilot_sidecar.core.settings import SettingsStore

    logging.getLogger("pilot_sidecar").addHandler(logging.NullHandler())  # what is logged is among the problems
    return SettingsStore(home, environ).view().dump()


def agent_options(scene: Scene) -> "InstallOptions":
    """Return what agents' own checks are told."""
    from pilot_sidecar.server.registry import InstallOptions

    return InstallOptions(scene.home, dict(scene.environ), offline=True, hub=_address(scene))


def _address(scene: Scene) -> "HubAddress | None":
    """Return where agents should find the hub; reads the tokens and makes none."""
    import json

    from pilot_sidecar.server.registry import HubAddress

    if scene.hub is None:
        return None
    try:
        tokens = json.loads((scene.home / "tokens.json").read_bytes())
        return HubAddress(scene.hub.url, str(tokens["bridge"]), str(tokens["hook"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def typed(path: Path, environ: Mapping[str, str]) -> str:
    """Return a path as a person types it in a shell: ``~`` for the home folder, quotes where they are needed."""
    import shlex

    user = environ.get("HOME") or environ.get("USERPROFILE")
    if user and path.is_relative_to(user):
        rest = str(path.relative_to(user))
        return "~" if rest == "." else f"~/{shlex.quote(rest)}"
    return shlex.quote(str(path))
