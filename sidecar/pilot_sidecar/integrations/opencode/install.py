"""Putting the bridge where OpenCode finds it, and taking it away again."""

import base64
import contextlib
import shutil
from pathlib import Path

from pilot_sidecar import __version__
from pilot_sidecar.core.manifest import Entry, Manifest, load_manifest, save_manifest
from pilot_sidecar.infra.files import private_dir, write_atomic
from pilot_sidecar.infra.jsonc import JsoncError, add_to_list, loads, remove_from_list
from pilot_sidecar.integrations.opencode.layout import ENTRY, MARKER, Layout, Rendered, layout_of, render
from pilot_sidecar.integrations.opencode.offline import guard_files
from pilot_sidecar.integrations.ports import Change, InstallOptions, InstallReport

AGENT = "opencode"
_NEW_TUI_CONFIG = '{\n  "$schema": "https://opencode.ai/tui.json"\n}\n'
_SCHEMA_ONLY = {"$schema"}


def install(options: InstallOptions, version: str | None) -> InstallReport:
    """Write the bridge, its loader and the TUI plugin; what is so already stays."""
    layout = layout_of(options.environ, options.home)
    job = _Installation(layout, load_manifest(options.home, AGENT))
    job.files(render(layout))
    job.list_tui_plugin()
    job.guard(version)
    job.warn_of_others()
    job.manifest.version = __version__
    save_manifest(options.home, AGENT, job.manifest)
    return job.report


def uninstall(options: InstallOptions) -> InstallReport:
    """Remove what is ours; a file that nobody touched since is byte for byte as it was."""
    layout = layout_of(options.environ, options.home)
    manifest = load_manifest(options.home, AGENT)
    if not manifest.entries:
        _adopt(layout, manifest)
    report = InstallReport()
    for entry in reversed(manifest.entries):
        report.changes.append(_remove(entry, layout))
    for left in layout.bridges.glob("bridge-*"):
        shutil.rmtree(left)
    for folder in reversed(manifest.folders):
        with contextlib.suppress(OSError):
            Path(folder).rmdir()
    save_manifest(options.home, AGENT, None)
    return report


class _Installation:
    """One run of the installer."""

    def __init__(self, layout: Layout, manifest: Manifest) -> None:
        self.layout = layout
        self.manifest = manifest
        self.report = InstallReport()

    def files(self, rendered: Rendered) -> None:
        """Write our own files, the code before what loads it."""
        private_dir(self.layout.home)
        bridge = self.layout.bridges / rendered.bridge_name
        for name, data in rendered.bridge.items():
            self._write(bridge / name, data)
        self._write(self.layout.loader, rendered.loader)
        self._write(self.layout.tui, rendered.tui)
        for old in self.layout.bridges.glob("bridge-*"):
            if old != bridge:
                self._forget(old)

    def _forget(self, old: Path) -> None:
        shutil.rmtree(old)
        kept = [entry for entry in self.manifest.entries if not Path(entry.path).is_relative_to(old)]
        self.manifest.entries = kept
        self.manifest.folders = [folder for folder in self.manifest.folders if folder != str(old)]
        self.report.changes.append(Change(old, "removed", "an older version"))

    def list_tui_plugin(self) -> None:
        """Name the TUI plugin in OpenCode's list, with every comment kept."""
        path = self.layout.tui_config
        original = path.read_bytes() if path.exists() else None
        try:
            text = _NEW_TUI_CONFIG if original is None else original.decode()
            wanted = add_to_list(text, "plugin", ENTRY).encode()
        except (JsoncError, UnicodeDecodeError) as error:
            self.report.changes.append(Change(path, "kept", f"it could not be read: {error}"))
            self.report.notes.append(f"Add “{ENTRY}” to “plugin” in {path} to have /remote in the terminal.")
            return
        self._write(path, wanted, original)

    def warn_of_others(self) -> None:
        """Name plugins that register the same commands."""
        for name in ("opencode.json", "opencode.jsonc", "config.json", "tui.json", "tui.jsonc"):
            path = self.layout.config / name
            if path.exists() and b"opencode-pilot" in path.read_bytes():
                self.report.notes.append(f"{path} lists opencode-pilot, which has a /remote of its own; remove one.")

    def guard(self, version: str | None) -> None:
        """Keep OpenCode's start fast, also without a network."""
        ours = {Path(entry.path) for entry in self.manifest.entries}
        guard = guard_files(self.layout.config, version, ours)
        for path, data in guard.items():
            if path not in ours:
                self._write(path, data)
        if guard:
            self._folder(self.layout.config / "node_modules")

    def _write(self, path: Path, data: bytes, original: bytes | None = None) -> None:
        self._folder(path.parent)
        existing = path.read_bytes() if path.exists() else None
        if existing == data:
            if self.manifest.entry(path) is None and _is_ours(data):
                self.manifest.note(path, data, original)
            self.report.changes.append(Change(path, "unchanged"))
            return
        if existing is not None and original is None and not _is_ours(existing):
            original = existing
        if existing is None:
            mode = 0o600 if path.is_relative_to(self.layout.home) else 0o644
        else:
            mode = path.stat().st_mode & 0o777
        self.manifest.changed_since(path, existing, original)
        write_atomic(path, data, mode)
        self.manifest.note(path, data, original)
        self.report.changes.append(Change(path, "created" if existing is None else "edited"))

    def _folder(self, folder: Path) -> None:
        missing = []
        while not folder.exists():
            missing.append(folder)
            folder = folder.parent
        for path in reversed(missing):
            path.mkdir()
            if str(path) not in self.manifest.folders:
                self.manifest.folders.append(str(path))


def _remove(entry: Entry, layout: Layout) -> Change:
    path = Path(entry.path)
    if not path.exists():
        return Change(path, "unchanged", "it is gone already")
    if entry.untouched():
        if entry.original is None:
            path.unlink()
            return Change(path, "removed")
        write_atomic(path, base64.b64decode(entry.original), path.stat().st_mode & 0o777)
        return Change(path, "restored")
    if path.name in ("tui.json", "tui.jsonc"):
        return _unlist(path, made_by_us=entry.original is None)
    if _is_ours(path.read_bytes()):
        path.unlink()
        return Change(path, "removed", "it had been changed")
    return Change(path, "kept", "it was changed since and is no longer ours")


def _unlist(path: Path, *, made_by_us: bool) -> Change:
    try:
        text = path.read_bytes().decode()
        rest = remove_from_list(text, "plugin", ENTRY)
        left = loads(rest)
    except (JsoncError, UnicodeDecodeError) as error:
        return Change(path, "kept", f"it could not be read: {error}; remove “{ENTRY}” from it")
    if made_by_us and isinstance(left, dict) and set(left) <= _SCHEMA_ONLY:
        path.unlink()
        return Change(path, "removed")
    if rest == text:
        return Change(path, "unchanged")
    write_atomic(path, rest.encode(), path.stat().st_mode & 0o777)
    return Change(path, "edited", "only our entry was removed")


def _adopt(layout: Layout, manifest: Manifest) -> None:
    """Find our files where the record of them was lost."""
    for path in (layout.loader, layout.tui):
        if path.exists() and _is_ours(path.read_bytes()):
            manifest.entries.append(Entry(path=str(path), sha256=""))
    if layout.tui_config.exists():
        manifest.entries.append(Entry(path=str(layout.tui_config), sha256="", original=""))


def _is_ours(data: bytes) -> bool:
    first = data.split(b"\n", 1)[0]
    return MARKER.encode() in first
