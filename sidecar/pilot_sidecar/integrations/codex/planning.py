"""What installing would do to a home of Codex's: nothing is touched to find out."""

from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

from pilot_sidecar.integrations.codex.config_file import check_writable
from pilot_sidecar.integrations.codex.home import CodexHome, check_owner, check_there, tree
from pilot_sidecar.integrations.codex.plugin import marketplace_dir, render
from pilot_sidecar.integrations.codex.program import CodexFailedError, codex_home
from pilot_sidecar.integrations.codex.rehearsal import Rehearsal, rehearse
from pilot_sidecar.integrations.codex.relay import relay_path, relay_text
from pilot_sidecar.integrations.ports import InstallOptions, InstallPlan, PlannedEdit

USE_NOTE = (
    "Plain `codex` terminals need no hooks: they share Codex's daemon, which Pilot joins by itself. The hooks are for "
    "sessions outside it: `codex exec`, `--no-daemon`, `-c`, `--search` and the like."
)
OFF_NOTE = "The hooks are switched off in {path}, and stay so."
_PEER_NOTE = "opencode-pilot's keys, which Codex ignores"
_UNSEEN_NOTE = "Codex edits it itself; what it would write could not be seen beforehand: {why}"


def plan_install(options: InstallOptions, program: str) -> InstallPlan:
    """Return what ``install`` would do now."""
    plan = InstallPlan()
    try:
        with ExitStack() as stack:
            _Planning(options, program, plan, stack).run()
    except (CodexFailedError, OSError) as error:
        told = f"{error.message} {error.hint or ''}" if isinstance(error, CodexFailedError) else f"{error}. "
        return InstallPlan(problems=[f"{told.rstrip()} Nothing was installed."])
    return plan


class _Planning:
    """One run."""

    def __init__(self, options: InstallOptions, program: str, plan: InstallPlan, stack: ExitStack) -> None:
        self._options = options
        self._plan = plan
        self._stack = stack
        self._stage: Rehearsal | None = None
        self._home = CodexHome(codex_home(options.environ), program, options.environ)
        self._config = self._home.config()
        self._folder = marketplace_dir(options.home)
        self._files = render(options.home, options.environ)

    def run(self) -> None:
        """Plan step by step, in the order of the installation."""
        check_there(self._home.path, self._options.environ)
        before = self._config.raw
        if keys := self._config.peer_keys:
            before = self._peer_keys(keys, before)
        if tree(self._folder) != self._files:
            note = f"the hooks as a plugin, {len(self._files)} files"
            self._plan.edits.append(PlannedEdit(self._folder, None, None, note))
        if not self._home.has(self._folder, self._files):
            self._plugin(before)
        elif self._config.is_off:
            self._plan.notes.append(OFF_NOTE.format(path=self._config.path))
        self._relay()

    def _peer_keys(self, keys: list[str], before: bytes | None) -> bytes | None:
        check_writable(self._config.path)
        edit = self._seen(before, lambda stage: stage.clear(keys), _PEER_NOTE)
        self._plan.peer.append(edit)
        if not self._options.clean_peer:
            self._stage = None  # the keys stay, so the next rehearsal begins with them
            return before
        self._plan.edits.append(edit)
        return edit.after

    def _plugin(self, before: bytes | None) -> None:
        check_owner(self._config, self._folder)
        check_writable(self._config.path)
        edit = self._seen(before, Rehearsal.plug, "by Codex")
        if edit.before == edit.after and edit.after is not None:
            edit = PlannedEdit(self._cache(), None, None, "Codex takes the hooks anew, and asks for your trust again")
        self._plan.edits.append(edit)
        self._plan.notes.append(USE_NOTE)

    def _relay(self) -> None:
        hub, path = self._options.hub, relay_path(self._options.home)
        if hub is None:
            return
        wanted = relay_text(hub.url, hub.hook_token).encode()
        if not path.exists() or path.read_bytes() != wanted:
            self._plan.edits.append(PlannedEdit(path, None, None, "where the hub is; only you can read it"))

    def _seen(self, before: bytes | None, act: Callable[[Rehearsal], bytes], note: str) -> PlannedEdit:
        """Return what Codex does to its configuration; only named where it cannot be tried."""
        try:
            if self._stage is None:
                self._stage = self._stack.enter_context(rehearse(self._home, self._folder, self._files))
            return PlannedEdit(self._config.path, before, act(self._stage), note)
        except OSError as error:
            return PlannedEdit(self._config.path, None, None, _UNSEEN_NOTE.format(why=error))

    def _cache(self) -> Path:
        return self._home.path / "plugins"
