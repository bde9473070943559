"""Giving Codex Pilot's hooks as a plugin. Codex itself edits its configuration; the user alone trusts the hooks."""

import shutil
from pathlib import Path

from pilot_sidecar.infra.files import private_dir, write_atomic
from pilot_sidecar.integrations.codex.config_file import NAME, clear
from pilot_sidecar.integrations.codex.home import CodexHome, tree
from pilot_sidecar.integrations.codex.plugin import marketplace_dir, render
from pilot_sidecar.integrations.codex.program import CodexFailedError, codex_home
from pilot_sidecar.integrations.codex.record import load_record
from pilot_sidecar.integrations.codex.relay import write_relay
from pilot_sidecar.integrations.ports import Change, InstallOptions, InstallReport, What

TRUST_NOTE = (
    "At its next start Codex shows “Hooks need review” and asks whether you trust them. That is for you to say: Pilot "
    "never writes it. `codex exec` skips them silently until you did."
)
USE_NOTE = (
    "Plain `codex` terminals need no hooks: they share Codex's daemon, which Pilot joins by itself. The hooks are for "
    "sessions outside it: `codex exec`, `--no-daemon`, `-c`, `--search` and the like."
)
PEER_QUESTION = "{path} has “endpoint” and “token” below [hooks], from opencode-pilot; Codex ignores them. Remove them?"
PEER_NOTE = (
    "{path} has “endpoint” and “token” below [hooks], from opencode-pilot. Codex ignores them, and they stayed; "
    "`pilot init codex --yes` removes them."
)
OFF_NOTE = "The hooks are switched off in {path}, and stayed so."


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
        job.report.problems.append(f"{error.message} {error.hint or 'Nothing was installed.'}")
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
        self.report = InstallReport()

    def peer_keys(self) -> None:
        """Remove what opencode-pilot had its users write, if this user wants that."""
        keys = self._home.config().peer_keys
        if not keys:
            return
        if not self._options.agree(PEER_QUESTION.format(path=self._config)):
            self.report.notes.append(PEER_NOTE.format(path=self._config))
            return
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
        self.report.notes.append(USE_NOTE)

    def relay(self) -> None:
        """Tell the hooks where the hub is; it does so itself at each start."""
        if self._options.hub is not None:
            write_relay(self._options.home, self._options.hub.url, self._options.hub.hook_token)

    def take_back(self) -> None:
        """Remove our folder after a failure, unless a home uses it."""
        if not self._record.homes():
            shutil.rmtree(self._folder.parent, ignore_errors=True)
            self.report.changes[:] = [change for change in self.report.changes if change.path != self._folder]

    def _add(self) -> None:
        before, folders = self._home.config(), self._home.missing_folders()
        self._home.plug(self._folder)
        self._record.added(before, folders)
        self._tell(self._config, "created" if before.raw is None else "edited", "by Codex")
        self.report.notes.append(TRUST_NOTE)

    def _keep(self) -> None:
        self._record.found(self._config)
        self._tell(self._config, "unchanged")
        if self._home.config().is_off:
            self.report.notes.append(OFF_NOTE.format(path=self._config))

    def _tell(self, path: Path, what: What, note: str = "") -> None:
        self.report.changes.append(Change(path, what, note))
