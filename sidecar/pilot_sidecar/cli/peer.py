"""What ``pilot init`` does about ``@lesquel/opencode-pilot``: its leftovers, and the settings it saved."""

import argparse
import contextlib
import os
from collections.abc import Sequence
from typing import TYPE_CHECKING

from pilot_sidecar.cli import hub
from pilot_sidecar.cli.agents import agreed, confirmed
from pilot_sidecar.cli.plan_text import print_edits, shown
from pilot_sidecar.cli.text import at_terminal, safe

if TYPE_CHECKING:
    from pilot_sidecar.core.peer_settings import Import
    from pilot_sidecar.server.registry import PlannedEdit


def may_clean(edits: "Sequence[PlannedEdit]", options: argparse.Namespace) -> bool:
    """Show what the peer left behind and ask about it; ``--yes`` is no answer, ``--clean-peer`` is."""
    if not edits or options.clean_peer:
        return bool(options.clean_peer)
    print("opencode-pilot is installed too. It has a /remote of its own and wants the same port:")
    print_edits(edits, hub.home())
    if options.yes or options.dry_run or not at_terminal():
        print("  It stays; `pilot init --clean-peer` removes this, and keeps a copy.\n")
        return False
    cleaning = agreed("Remove this? A copy is kept.", yes=False)
    print()
    return cleaning


class TakingOver:
    """The settings that the peer saved, where the user did not set their own."""

    def __init__(self) -> None:
        from pilot_sidecar.core.manifest import was_imported
        from pilot_sidecar.core.peer_settings import peer_config, plan_import
        from pilot_sidecar.core.settings import SettingsStore

        self._home = hub.home()
        path = peer_config(os.environ)
        self._store: SettingsStore | None = None
        self._plan: Import | None = None
        with contextlib.suppress(OSError):  # one that cannot be read has nothing to take over
            if path is not None and not was_imported(self._home, path.read_bytes()):
                self._store = SettingsStore(self._home, os.environ)
                self._plan = plan_import(os.environ, self._store)

    @property
    def offers(self) -> bool:
        """Tell whether there is anything to take over."""
        return self._plan is not None and bool(self._plan.values)

    def show(self) -> None:
        """Print what would be taken over; secrets are only named."""
        if self._plan is None:
            return
        from pilot_sidecar.core.settings_model import is_secret

        print(f"Settings of opencode-pilot, from {shown(self._plan.path)}:")
        for name, value in self._plan.values.items():
            opens = "  (others can reach Pilot then)" if name in self._plan.opens else ""
            print(f"  {name} = {'a secret' if is_secret(name) else safe(value)}{opens}")
        for told in self._plan.left_out:
            print(f"  {safe(told)}")

    def ask(self, options: argparse.Namespace) -> None:
        """Take them over if the user agrees; what opens Pilot to others needs a person's word."""
        if self._plan is None or not self._plan.values:
            return
        self.show()
        if options.dry_run:
            return
        if options.yes:
            self._take(without=self._plan.opens)
            for name in self._plan.opens:
                print(f"  {name} was not taken over: set it yourself if Pilot is to be reached from elsewhere.")
        elif not at_terminal():
            print("  `pilot init --yes` takes them over.")
        elif self._wanted("Use these in Pilot too?"):
            self._take(without=[])

    def _wanted(self, question: str) -> bool:
        """Ask; the return key alone lets nobody in."""
        assert self._plan is not None
        return agreed(question, yes=False) if self._plan.opens else confirmed(question)

    def _take(self, without: Sequence[str]) -> None:
        from pilot_sidecar.core.manifest import note_import
        from pilot_sidecar.infra.files import private_dir

        assert self._plan is not None
        assert self._store is not None
        private_dir(self._home)
        values = {name: value for name, value in self._plan.values.items() if name not in without}
        if values:
            self._store.update(values)
        note_import(self._home, self._plan.path.read_bytes())
        taken = "1 setting" if len(values) == 1 else f"{len(values)} settings"
        if values:
            print(f"{taken} taken over into {shown(self._home / 'config.json')}.")
