"""Taking the bridge away again; a file that nobody touched since is byte for byte as it was."""

import base64
import contextlib
from collections.abc import Sequence
from pathlib import Path

from pilot_sidecar.core.backups import Backups
from pilot_sidecar.core.manifest import Entry, Manifest, fingerprint, load_manifest, save_manifest
from pilot_sidecar.infra.files import write_atomic
from pilot_sidecar.infra.jsonc import JsoncError, loads, remove_from_list
from pilot_sidecar.integrations.opencode.layout import AGENT, ENTRY, Layout, is_ours, layout_of, quoted
from pilot_sidecar.integrations.opencode.offline import left_guards
from pilot_sidecar.integrations.opencode.planned import UnfitError, check_writable, read
from pilot_sidecar.integrations.opencode.writing import remove_bridge
from pilot_sidecar.integrations.ports import Change, InstallOptions, InstallReport

_OTHER_NOTE = "another Pilot, with a home of its own, is connected there"
_SCHEMA_ONLY = {"$schema"}


def uninstall(options: InstallOptions) -> InstallReport:
    """Remove what is ours; what cannot be removed stays on record, for the next time."""
    layout = layout_of(options.environ, options.home)
    manifest = load_manifest(options.home, AGENT)
    job = _Removal(options, InstallReport())
    if _is_of_another_pilot(layout):
        _leave_to_the_other(layout, manifest)
        job.report.changes.append(Change(layout.config, "kept", _OTHER_NOTE))
    else:
        _adopt(layout, manifest)
    manifest.entries = [entry for entry in reversed(manifest.entries) if not job.remove(entry)][::-1]
    _remove_bridges(layout)
    for folder in (str(layout.tui.parent), *reversed(manifest.folders)):
        with contextlib.suppress(OSError):
            Path(folder).rmdir()
    save_manifest(options.home, AGENT, manifest if manifest.entries else None)
    return job.report


def _is_of_another_pilot(layout: Layout) -> bool:
    """Tell whether another home's installer took OpenCode's folder over since."""
    loader = _content(layout.loader)
    return is_ours(loader) and f'"{quoted(str(layout.home))}"'.encode() not in loader


def _leave_to_the_other(layout: Layout, manifest: Manifest) -> None:
    """Forget what is the other Pilot's by now; what was installed elsewhere is ours still."""
    taken = (layout.config, *layout.others)
    manifest.entries = [entry for entry in manifest.entries if not _is_in(entry.path, taken)]
    manifest.folders = [folder for folder in manifest.folders if not _is_in(folder, taken)]


def _is_in(path: str, folders: Sequence[Path]) -> bool:
    return any(Path(path).is_relative_to(folder) for folder in folders)


def _remove_bridges(layout: Layout) -> None:
    for left in layout.bridges.glob("bridge-*"):
        remove_bridge(left)


class _Removal:
    """One run."""

    def __init__(self, options: InstallOptions, report: InstallReport) -> None:
        self.report = report
        self._backups = Backups(options.home, AGENT, options.environ)

    def remove(self, entry: Entry) -> bool:
        """Undo one file; return whether nothing of ours is left in it."""
        path = Path(entry.path)
        try:
            change = self._undo(path, entry)
        except (OSError, UnfitError, JsoncError, UnicodeDecodeError) as error:
            wanted = f"Remove “{ENTRY}” from it by hand" if _lists_plugins(path) else "See to that"
            self.report.problems.append(
                f"{path} still has what is Pilot's: {error}. {wanted}, then run `pilot uninstall opencode` again."
            )
            return False
        self.report.changes.append(change)
        return True

    def _undo(self, path: Path, entry: Entry) -> Change:
        if not path.is_file():
            return Change(path, "unchanged", "it is gone already")
        if entry.untouched():
            return self._restore(path, entry)
        if _lists_plugins(path):
            return self._unlist(path, made_by_us=entry.original is None)
        if is_ours(path.read_bytes()):
            _delete(path)
            return Change(path, "removed", "it had been changed")
        return Change(path, "kept", "it was changed since and is no longer ours")

    def _restore(self, path: Path, entry: Entry) -> Change:
        if entry.original is None:
            _delete(path)
            return Change(path, "removed")
        check_writable(path)
        write_atomic(path, base64.b64decode(entry.original), path.stat().st_mode & 0o7777)
        return Change(path, "restored")

    def _unlist(self, path: Path, *, made_by_us: bool) -> Change:
        before = path.read_bytes()
        if ENTRY.encode() not in before:
            return Change(path, "unchanged")
        text = before.decode()
        rest = remove_from_list(text, "plugin", ENTRY)
        if rest == text:
            return Change(path, "unchanged")
        check_writable(path)
        left = loads(rest)
        if made_by_us and isinstance(left, dict) and set(left) <= _SCHEMA_ONLY:
            _delete(path)
            return Change(path, "removed")
        self._backups.keep(path, before)
        write_atomic(path, rest.encode(), path.stat().st_mode & 0o7777)
        return Change(path, "edited", "only our entry was removed")


def _delete(path: Path) -> None:
    """Remove a file that we made; a link of the user's that leads to it stays."""
    path.resolve().unlink()


def _lists_plugins(path: Path) -> bool:
    return path.name in ("tui.json", "tui.jsonc")


def _adopt(layout: Layout, manifest: Manifest) -> None:
    """Add to the record what is ours and not in it, because it was lost or the user moved a file."""
    for path in (layout.loader, layout.tui):
        if manifest.entry(path) is None and is_ours(_content(path)):
            manifest.entries.append(Entry(path=str(path), sha256=""))
            manifest.folders.append(str(path.parent))
    for path in layout.tui_configs:
        if manifest.entry(path) is None and ENTRY.encode() in _content(path):
            manifest.entries.append(Entry(path=str(path), sha256="", original=""))
    for folder in (layout.config, *layout.others):
        for path in left_guards(folder):
            if manifest.entry(path) is None:
                manifest.entries.append(Entry(path=str(path), sha256=fingerprint(path.read_bytes())))
                manifest.folders.append(str(folder / "node_modules"))


def _content(path: Path) -> bytes:
    """Return what is in a file; nothing where it cannot be read, as OpenCode finds nothing there either."""
    try:
        return read(path) or b""
    except UnfitError:
        return b""
