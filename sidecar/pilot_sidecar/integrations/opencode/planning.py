"""What an installation would do to this user's files: nothing is touched to find out."""

from pathlib import Path

from pilot_sidecar.core.manifest import Manifest, load_manifest
from pilot_sidecar.infra.jsonc import JsoncError, add_to_list, list_names
from pilot_sidecar.integrations.opencode.layout import AGENT, ENTRY, Layout, is_ours, layout_of, render
from pilot_sidecar.integrations.opencode.offline import guard_files
from pilot_sidecar.integrations.opencode.peer import plan_removal
from pilot_sidecar.integrations.opencode.planned import Planned, UnfitError, check_writable, read
from pilot_sidecar.integrations.ports import InstallOptions, InstallPlan

_NEW_TUI_CONFIG = '{\n  "$schema": "https://opencode.ai/tui.json"\n}\n'
_GUARD_NOTE = "without it OpenCode looks for a package at each start"


def plan_install(options: InstallOptions, version: str | None) -> InstallPlan:
    """Return what ``install`` would do now."""
    layout = layout_of(options.environ, options.home)
    plan, peer = InstallPlan(), Planned()
    plan_removal(options.environ, layout, peer, plan.notes)
    plan.peer.extend(peer.edits)
    planned = peer if options.clean_peer else Planned()
    job = _Planning(layout, load_manifest(options.home, AGENT), planned, plan)
    job.own_files()
    if not plan.problems:
        job.tui_plugin()
        job.guards(version)
    plan.edits.extend([] if plan.problems else planned.edits)
    return plan


class _Planning:
    """One run."""

    def __init__(self, layout: Layout, manifest: Manifest, planned: Planned, plan: InstallPlan) -> None:
        self._layout = layout
        self._manifest = manifest
        self._planned = planned
        self._plan = plan

    def own_files(self) -> None:
        """Plan our own files, the code before what loads it; one that cannot be written stops it all."""
        rendered = render(self._layout)
        bridge = self._layout.bridges / rendered.bridge_name
        files = {bridge / name: data for name, data in rendered.bridge.items()}
        files |= {self._layout.loader: rendered.loader, self._layout.tui: rendered.tui}
        for path, data in files.items():
            try:
                self._own_file(path, data)
            except UnfitError as error:
                self._plan.problems.append(
                    f"{path} cannot be written: {error}. "
                    "Nothing was installed; solve that, then run `pilot init` again."
                )
                return
        for old in sorted(self._layout.bridges.glob("bridge-*")):
            if old != bridge:
                self._planned.folder(old, "an older version goes")

    def _own_file(self, path: Path, data: bytes) -> None:
        existing = read(path)
        if existing is not None and existing != data and not is_ours(existing):
            raise UnfitError("it is somebody else's file; move it away first")
        self._planned.write(path, data)

    def tui_plugin(self) -> None:
        """Plan that OpenCode's list names the TUI plugin; where it cannot, say which line to add."""
        path = self._layout.tui_config
        try:
            if any(self._lists_us(each) for each in self._layout.tui_configs):
                return
            found = self._planned.read(path)
            text = _NEW_TUI_CONFIG if found is None else found.decode()
            self._planned.write(path, add_to_list(text, "plugin", ENTRY).encode())
        except (JsoncError, UnicodeDecodeError, UnfitError) as error:
            self._plan.notes.append(
                f"{path} stays as it is: {_why(error)}. "
                f"Add “{ENTRY}” to “plugin” in it to have /remote in the terminal."
            )

    def _lists_us(self, path: Path) -> bool:
        """Tell whether a file names the plugin; one that cannot be read does not, for OpenCode neither."""
        try:
            return ENTRY in list_names((self._planned.read(path) or b"").decode(), "plugin")
        except (JsoncError, UnicodeDecodeError, UnfitError):
            return False

    def guards(self, version: str | None) -> None:
        """Plan what keeps OpenCode's start fast, also without a network, in each folder it reads."""
        for folder in (self._layout.config, *self._layout.others):
            try:
                self._guard(folder, version)
            except UnfitError as error:
                self._plan.notes.append(f"Starting OpenCode may take longer: {folder / 'package.json'}: {error}.")

    def _guard(self, folder: Path, version: str | None) -> None:
        noted = {Path(entry.path) for entry in self._manifest.entries} | {Path(name) for name in self._manifest.folders}
        guard = guard_files(folder, version, noted | {edit.path for edit in self._planned.edits})
        for path in guard:
            check_writable(path)
        for path, data in guard.items():
            entry = self._manifest.entry(path)
            if entry is None or not path.exists() or (version and entry.untouched()):
                self._planned.write(path, data, _GUARD_NOTE)
        if guard and not (folder / "node_modules").exists():
            self._planned.folder(folder / "node_modules", "an empty folder, for the same")


def _why(error: Exception) -> str:
    return "it is not in UTF-8" if isinstance(error, UnicodeDecodeError) else str(error)
