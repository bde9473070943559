"""What was installed: every file with its fingerprint, and what it was before."""

import base64
import hashlib
import time
from pathlib import Path

from pydantic import Field, ValidationError

from pilot_sidecar.core.wire import Wire
from pilot_sidecar.infra.files import private_dir, set_aside, write_atomic


class Entry(Wire):
    """One file of an installation."""

    path: str
    sha256: str
    """Of what we wrote."""
    original: str | None = None
    """Base64 of what it was before; absent where we made the file."""

    def untouched(self) -> bool:
        """Tell whether the file is as we left it."""
        return fingerprint(Path(self.path).read_bytes()) == self.sha256


class Manifest(Wire):
    """One agent's installation."""

    version: str = ""
    entries: list[Entry] = Field(default_factory=list)
    folders: list[str] = Field(default_factory=list)
    """Folders we made, outermost first."""

    def entry(self, path: Path) -> Entry | None:
        """Return what is known of a file."""
        return next((entry for entry in self.entries if entry.path == str(path)), None)

    def note(self, path: Path, data: bytes, original: bytes | None) -> None:
        """Remember a file as it is now; what it was at first stays known."""
        known = self.entry(path)
        if known is not None:
            known.sha256 = fingerprint(data)
            return
        self.entries.append(Entry(path=str(path), sha256=fingerprint(data), original=_packed(original)))

    def changed_since(self, path: Path, existing: bytes | None, original: bytes | None) -> None:
        """Restore what somebody made of a file after we wrote it, not what it was before them."""
        known = self.entry(path)
        if known is not None and existing == original and fingerprint(existing or b"") != known.sha256:
            known.original = _packed(original)


class Manifests(Wire):
    """``$PILOT_HOME/installed.json``: one manifest an agent."""

    agents: dict[str, Manifest] = Field(default_factory=dict)
    imported: str = ""
    """The fingerprint of another product's settings that were taken over."""


def _packed(data: bytes | None) -> str | None:
    return base64.b64encode(data).decode() if data is not None else None


def fingerprint(data: bytes) -> str:
    """Return SHA-256 in hex."""
    return hashlib.sha256(data).hexdigest()


def load_manifest(home: Path, agent: str) -> Manifest:
    """Return an agent's manifest; an empty one where there is none that can be read."""
    return _load(home).agents.get(agent, Manifest())


def save_manifest(home: Path, agent: str, manifest: Manifest | None) -> None:
    """Write an agent's manifest, or forget it."""
    manifests = _load(home)
    manifests.agents.pop(agent, None)
    if manifest is not None:
        manifests.agents[agent] = manifest
    _save(home, manifests)


def was_imported(home: Path, data: bytes) -> bool:
    """Tell whether these settings were taken over before."""
    return _load(home).imported == fingerprint(data)


def note_import(home: Path, data: bytes) -> None:
    """Remember that these settings were taken over, so that they are not offered again."""
    manifests = _load(home)
    manifests.imported = fingerprint(data)
    _save(home, manifests)


def _save(home: Path, manifests: Manifests) -> None:
    path = _path(home)
    if path.exists() and _read(path) is None:
        set_aside(path, int(time.time() * 1000))  # what it knew of users' files is not lost
    if not manifests.agents and not manifests.imported:
        path.unlink(missing_ok=True)
        return
    write_atomic(private_dir(home) / path.name, manifests.model_dump_json(by_alias=True, indent=2).encode() + b"\n")


def _path(home: Path) -> Path:
    return home / "installed.json"


def _load(home: Path) -> Manifests:
    return _read(_path(home)) or Manifests()


def _read(path: Path) -> Manifests | None:
    try:
        return Manifests.model_validate_json(path.read_bytes())
    except (OSError, ValidationError):
        return None
