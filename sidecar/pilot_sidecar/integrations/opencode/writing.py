"""Carrying out planned edits: each file is the old or the new one at any moment, and the record says so."""

import shutil
from collections.abc import Sequence
from pathlib import Path

from pilot_sidecar import __version__
from pilot_sidecar.core.backups import Backups
from pilot_sidecar.core.manifest import Manifest, save_manifest
from pilot_sidecar.infra.files import write_atomic
from pilot_sidecar.integrations.opencode.layout import AGENT, is_ours
from pilot_sidecar.integrations.opencode.planned import UnfitError, read
from pilot_sidecar.integrations.ports import Change, InstallReport, PlannedEdit


class ChangedMeanwhileError(Exception):
    """Somebody wrote a file between the plan and its turn."""


class Writing:
    """One run of the installer over the files; what it does is on record before it is done."""

    def __init__(self, home: Path, manifest: Manifest, report: InstallReport, backups: Backups) -> None:
        self._home = home
        self._manifest = manifest
        self._report = report
        self._backups = backups

    def carry_out(self, edits: Sequence[PlannedEdit]) -> bool:
        """Make each edit; stop at the first that does not go, say why, and return whether all went."""
        for edit in edits:
            try:
                self._carry_out(edit)
            except ChangedMeanwhileError:
                self._report.problems.append(
                    f"{edit.path} was changed by somebody else just now and stays as they left it. "
                    "Run `pilot init` again."
                )
                return False
            except (OSError, UnfitError) as error:
                self._report.problems.append(
                    f"{edit.path} could not be written: {error}. See to that, then run `pilot init` again."
                )
                return False
        return True

    def save(self) -> None:
        """Write the record."""
        self._manifest.version = __version__
        save_manifest(self._home, AGENT, self._manifest)

    def _carry_out(self, edit: PlannedEdit) -> None:
        if edit.before is None and edit.after is None:
            self._folder_edit(edit)
        elif edit.after is None:
            self._remove(edit)
        else:
            self._write(edit, edit.after)

    def _folder_edit(self, edit: PlannedEdit) -> None:
        if edit.path.name.startswith("bridge-"):
            self._forget(edit.path)
            self._report.changes.append(Change(edit.path, "removed", edit.note))
        else:
            self._folder(edit.path)

    def _write(self, edit: PlannedEdit, data: bytes) -> None:
        path, existing = edit.path, edit.before
        _expect(edit)
        self._folder(path.parent)
        theirs = existing if existing is not None and not is_ours(existing) else None
        if theirs is not None:
            self._backups.keep(path, theirs)
        self._manifest.changed_since(path, existing, theirs)
        self._manifest.note(path, data, theirs)
        self.save()
        _expect(edit)
        write_atomic(path, data, _mode(path, self._home))
        self._report.changes.append(Change(path, "created" if existing is None else "edited", edit.note))

    def _remove(self, edit: PlannedEdit) -> None:
        _expect(edit)
        self._backups.keep(edit.path, edit.before or b"")
        edit.path.unlink()
        self._report.changes.append(Change(edit.path, "removed", edit.note))

    def _forget(self, old: Path) -> None:
        remove_bridge(old)
        kept = [entry for entry in self._manifest.entries if not Path(entry.path).is_relative_to(old)]
        self._manifest.entries = kept
        self._manifest.folders = [folder for folder in self._manifest.folders if folder != str(old)]
        self.save()

    def _folder(self, folder: Path) -> None:
        missing = []
        while not folder.exists():
            missing.append(folder)
            folder = folder.parent
        self._manifest.folders += [str(path) for path in reversed(missing) if str(path) not in self._manifest.folders]
        if missing:
            self.save()
        for path in reversed(missing):
            path.mkdir(exist_ok=True)


class CleaningUp(Writing):
    """Edits of what is not ours: only a backup is made, nothing is put back later."""

    def _write(self, edit: PlannedEdit, data: bytes) -> None:
        _expect(edit)
        self._backups.keep(edit.path, edit.before or b"")
        entry = self._manifest.entry(edit.path)
        if entry is not None:
            entry.sha256, entry.original = "", entry.original and ""
            self.save()
        write_atomic(edit.path, data, _mode(edit.path, self._home))
        self._report.changes.append(Change(edit.path, "edited", edit.note))


def remove_bridge(path: Path) -> None:
    """Remove one version's code; of a link only the link."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def _expect(edit: PlannedEdit) -> None:
    if read(edit.path) != edit.before:
        raise ChangedMeanwhileError


def _mode(path: Path, home: Path) -> int:
    if path.exists():
        return path.stat().st_mode & 0o7777
    return 0o600 if path.is_relative_to(home) else 0o644
