"""Giving Codex Pilot's hooks as a plugin. Codex itself edits its configuration; the user alone trusts the hooks."""

import shutil
from pathlib import Path

from pilot_sidecar.core.backups import PEER, Backups
from pilot_sidecar.infra.files import private_dir, write_atomic
from pilot_sidecar.integrations.codex.config_file import NAME, Config, check_writable, clear
from pilot_sidecar.integrations.codex.home import CodexHome, check_owner, check_there, tree
from pilot_sidecar.integrations.codex.planning import OFF_NOTE
from pilot_sidecar.integrations.codex.plugin import marketplace_dir, render
from pilot_sidecar.integrations.codex.program import CodexFailedError, codex_home
from pilot_sidecar.integrations.codex.record import is_without, load_record
from pilot_sidecar.integrations.codex.relay import write_relay
from pilot_sidecar.integrations.codex.sessions import AGENT
from pilot_sidecar.integrations.ports import Change, InstallOptions, InstallReport, What

TRUST_NOTE = (
    "At its next start Codex shows “Hooks need review” and asks whether you trust them. That is for you to say: Pilot "
    "never writes it. `codex exec` skips them silently until you did."
)


def install(options: InstallOptions, program: str) -> InstallReport:
    """Add the plugin to the home that Codex uses now; doing it again changes nothing."""
    job = _Installation(options, program)
    try:
        job.peer_keys()
        job.files()
        job.plugin()
        job.relay()
    except CodexFailedError as error:
        job.take_back()
        job.report.problems.append(f"{error.message} {error.hint or ''} Nothing was installed.".replace("  ", " "))
    except OSError as error:
        job.report.problems.append(f"{error}. See to that, then run `pilot init codex` again.")
    job.say_where_copies_are()
    return job.report


class _Installation:
    """One run of the installer."""

    def __init__(self, options: InstallOptions, program: str) -> None:
        self._options = options
        self._home = CodexHome(codex_home(options.environ), program, options.environ)
        self._config = self._home.path / NAME
        self._folder = marketplace_dir(options.home)
        self._files = render(options.home, options.environ)
        self._record = load_record(options.home)
        self._theirs = Backups(options.home, PEER, options.environ)
        self._ours = Backups(options.home, AGENT, options.environ)
        self.report = InstallReport()

    def peer_keys(self) -> None:
        """Remove what opencode-pilot had its users write, if this user wants that."""
        check_there(self._home.path, self._options.environ)
        config = self._home.config()
        check_owner(config, self._folder)
        keys = config.peer_keys
        if not keys or not self._options.clean_peer:
            return
        self._keep_copy(config, self._theirs)
        clear(self._home.program, self._home.environ, keys)
        self._tell(self._config, "edited", "opencode-pilot's keys were removed")

    def files(self) -> None:
        """Write the folder Codex takes the plugin from."""
        found = tree(self._folder)
        if found == self._files:
            self._tell(self._folder, "unchanged")
            return
        shutil.rmtree(self._folder, ignore_errors=True)
        private_dir(self._options.home)
        for name, data in self._files.items():
            path = self._folder / name
            private_dir(path.parent)
            write_atomic(path, data)
        self._tell(self._folder, "edited" if found else "created")

    def plugin(self) -> None:
        """Have Codex add the plugin, and remember what its configuration was."""
        if self._home.has(self._folder, self._files):
            self._keep()
        else:
            self._add()

    def relay(self) -> None:
        """Tell the hooks where the hub is; it does so itself at each start."""
        if self._options.hub is not None:
            write_relay(self._options.home, self._options.hub.url, self._options.hub.hook_token)

    def take_back(self) -> None:
        """Remove our folder after a failure, unless a home uses it."""
        if not self._record.homes():
            shutil.rmtree(self._folder.parent, ignore_errors=True)
            self.report.changes[:] = [change for change in self.report.changes if change.path != self._folder]

    def say_where_copies_are(self) -> None:
        """Name the folders with what files were before."""
        folders = (backups.folder for backups in (self._theirs, self._ours) if backups.folder is not None)
        self.report.notes.extend(f"As it was before: {folder}" for folder in folders)

    def _add(self) -> None:
        before, folders = self._home.config(), self._home.missing_folders()
        if self._theirs.folder is None:
            self._keep_copy(before, self._ours)
        self._record.adding(before, folders)
        try:
            self._home.plug(self._folder)
        except CodexFailedError:
            if is_without(before):
                self._record.removed(self._home.path, self._config)
            raise
        self._record.added(before)
        self._tell(self._config, "created" if before.raw is None else "edited", "by Codex")
        self.report.notes.append(TRUST_NOTE)

    def _keep(self) -> None:
        self._record.found(self._config)
        self._tell(self._config, "unchanged")
        if self._home.config().is_off:
            self.report.notes.append(OFF_NOTE.format(path=self._config))

    def _keep_copy(self, config: Config, backups: Backups) -> None:
        check_writable(config.path)
        if config.raw is not None:
            backups.keep(config.path, config.raw)

    def _tell(self, path: Path, what: What, note: str = "") -> None:
        self.report.changes.append(Change(path, what, note))
