"""Taking Pilot's hooks out of each home of Codex's; every ``config.toml`` is what it was before."""

import contextlib
import shutil
from pathlib import Path

from pilot_sidecar.core.backups import Backups
from pilot_sidecar.integrations.codex.config_file import NAME, Config, check_writable
from pilot_sidecar.integrations.codex.home import CodexHome, put_back, sweep
from pilot_sidecar.integrations.codex.plugin import MARKETPLACE, PLUGIN_ID, marketplace_dir
from pilot_sidecar.integrations.codex.program import CodexFailedError, codex_home, find_codex
from pilot_sidecar.integrations.codex.record import load_record
from pilot_sidecar.integrations.codex.relay import relay_path, remove_relay
from pilot_sidecar.integrations.codex.sessions import AGENT
from pilot_sidecar.integrations.ports import Change, InstallOptions, InstallReport, What

BY_HAND_NOTE = (
    f'Codex is not on the PATH, so {{path}} still has [marketplaces.{MARKETPLACE}], [plugins."{PLUGIN_ID}"] and '
    f'perhaps [hooks.state."{PLUGIN_ID}:…"]. Remove these by hand; nothing they name exists any more.'
)
AGAIN = "Then run `pilot uninstall codex` again; the hooks do nothing meanwhile."


def uninstall(options: InstallOptions) -> InstallReport:
    """Remove the plugin from each home that has it, and our own files."""
    return _Removal(options).run()


class _Removal:
    """One run of the uninstaller."""

    def __init__(self, options: InstallOptions) -> None:
        self._options = options
        self._program = find_codex(options.environ)
        self._folder = marketplace_dir(options.home)
        self._record = load_record(options.home)
        self._backups = Backups(options.home, AGENT, options.environ)
        self._report = InstallReport()

    def run(self) -> InstallReport:
        """Go through the homes; a home that fails keeps its record, for the next time."""
        if remove_relay(self._options.home):
            self._tell(relay_path(self._options.home), "removed")
        for path in self._homes():
            try:
                self._leave(path)
            except CodexFailedError as error:
                self._report.problems.append(f"{error.message} {error.hint or ''} {AGAIN}".replace("  ", " "))
            else:
                self._record.removed(path, path / NAME)
        if not self._report.problems:
            self._own_files()
        return self._report

    def _homes(self) -> list[Path]:
        """Return the homes we know of, and the present one where the record of it was lost."""
        homes = self._record.homes()
        present = codex_home(self._options.environ)
        with contextlib.suppress(CodexFailedError):
            if present not in homes and Config(present).source == str(self._folder):
                homes.append(present)
        return homes

    def _leave(self, path: Path) -> None:
        config = Config(path)
        if config.source not in (None, str(self._folder)):
            self._tell(config.path, "kept", "its hooks are those of another Pilot")
        elif config.source is None and not config.has_plugin and not config.trust_keys(b""):
            self._tell(config.path, "unchanged", "the plugin is gone already")
            sweep(path, self._record.folders(path))
        elif self._program is None:
            self._without_codex(config)
        else:
            self._with_codex(CodexHome(path, self._program, self._options.environ), config.path)

    def _with_codex(self, home: CodexHome, config: Path) -> None:
        original = self._record.original(config)
        check_writable(config)
        if not self._record.untouched(config) and config.exists():
            self._backups.keep(config, config.read_bytes())
        home.distrust(original or b"")
        untouched = self._record.untouched(config)  # but for the user's trust
        home.unplug()
        restored = (untouched and home.restore_untouched(original)) or home.restore(original)
        sweep(home.path, self._record.folders(home.path))
        if not restored:
            self._tell(config, "edited", "only our entries were removed")
        else:
            self._tell(config, "restored" if config.exists() else "removed")

    def _without_codex(self, config: Config) -> None:
        if self._record.untouched(config.path) and config.raw is not None:
            put_back(config.path, self._record.original(config.path), config.raw)
            self._tell(config.path, "restored")
        else:
            self._tell(config.path, "kept", "Codex is needed to edit it")
            self._report.notes.append(BY_HAND_NOTE.format(path=config.path))
        sweep(config.path.parent, self._record.folders(config.path.parent))

    def _own_files(self) -> None:
        if self._folder.exists():
            shutil.rmtree(self._folder)
            self._tell(self._folder, "removed")
        with contextlib.suppress(OSError):
            self._folder.parent.rmdir()

    def _tell(self, path: Path, what: What, note: str = "") -> None:
        self._report.changes.append(Change(path, what, note))
