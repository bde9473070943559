"""The settings of ``@lesquel/opencode-pilot``, as ours: what its page saved, checked one by one."""

import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from pilot_sidecar.core.errors import PilotError
from pilot_sidecar.core.settings import SettingsStore
from pilot_sidecar.core.settings_model import is_secret

NAME = "opencode-pilot"
_NAMES = {
    "port": "port", "host": "host", "tunnel": "tunnel", "permissionTimeoutMs": "permission_timeout",
    "telegramToken": "telegram_token", "telegramChatId": "telegram_chat_id", "vapidPublicKey": "vapid_public_key",
    "vapidPrivateKey": "vapid_private_key", "vapidSubject": "vapid_subject", "enableGlobOpener": "enable_glob_opener",
    "fetchTimeoutMs": "fetch_timeout_ms", "hookToken": "hook_token", "projectStateMode": "project_state",
    "codexPermissionTimeoutMs": "codex_permission_timeout_ms",
}  # fmt: skip
"""Its names and ours; it saves nothing else."""
_PAIR = frozenset({"vapid_public_key", "vapid_private_key"})
_MAX_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class Import:
    """What would be taken over."""

    path: Path
    values: dict[str, object] = field(default_factory=dict)
    """By our own names."""
    left_out: list[str] = field(default_factory=list)
    """What would not, and why, for people."""

    @property
    def opens(self) -> list[str]:
        """Return the names whose value lets others reach the hub."""
        host, tunnel = self.values.get("host", "127.0.0.1"), self.values.get("tunnel", "")
        local = host in ("127.0.0.1", "localhost", "::1")
        return [*([] if local else ["host"]), *(["tunnel"] if tunnel else [])]


def peer_config(environ: Mapping[str, str]) -> Path | None:
    """Return the file that the peer saved its settings in; None where there is none."""
    home = Path(environ.get("USERPROFILE" if sys.platform == "win32" else "HOME") or Path.home())
    folders = [home / f".{NAME}"]
    if sys.platform == "win32":
        folders.insert(0, Path(environ.get("APPDATA") or home / "AppData" / "Roaming") / NAME)
    elif base := environ.get("XDG_CONFIG_HOME"):
        folders.insert(0, Path(base) / NAME)
    return next((path for folder in folders if (path := folder / "config.json").is_file()), None)


def plan_import(environ: Mapping[str, str], store: SettingsStore) -> Import | None:
    """Return what could be taken over; None where the peer saved nothing. What the user set already stays."""
    path = peer_config(environ)
    if path is None:
        return None
    plan = Import(path)
    try:
        saved = _read(path)
    except (OSError, ValueError) as error:
        plan.left_out.append(f"{path} could not be read: {error}.")
        return plan
    sources = {info.name: info.source for info in store.view().settings}
    for key, value in saved.items():
        _take(plan, store, sources, key, value)
    if any(sources[name] != "default" for name in _PAIR) or not plan.values.keys() >= _PAIR:
        for name in _PAIR:
            plan.values.pop(name, None)
    return plan


def _read(path: Path) -> dict[str, object]:
    if path.stat().st_size > _MAX_BYTES:
        raise ValueError("it is too large")
    text = path.read_text("utf-8-sig")
    try:
        data = json.loads(text) if text.strip() else {}
    except RecursionError:
        raise ValueError("it is nested too deeply") from None
    if not isinstance(data, dict):
        raise ValueError("it is not a JSON object")
    return data


def _take(plan: Import, store: SettingsStore, sources: Mapping[str, str], key: str, value: object) -> None:
    name = _NAMES.get(key)
    if name is None or value in (None, "") or sources[name] != "default" or (name, value) == ("tunnel", "off"):
        return
    try:
        if (fit := store.checked(name, value)) is not None:
            plan.values[name] = fit
    except PilotError as error:
        plan.left_out.append(f"{key} is left out: {'it does not fit.' if is_secret(name) else error.message}")
