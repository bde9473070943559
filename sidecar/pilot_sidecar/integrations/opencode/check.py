"""Whether OpenCode is there, and whether the bridge in it is whole, current and knows the hub."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote, urlsplit
from urllib.request import url2pathname

from pilot_sidecar.core.checks import Check
from pilot_sidecar.core.manifest import load_manifest
from pilot_sidecar.infra.jsonc import JsoncError, list_names
from pilot_sidecar.integrations.opencode.bridge_file import PATH
from pilot_sidecar.integrations.opencode.layout import AGENT, ENTRY, MARKER, Layout, is_ours, layout_of, render
from pilot_sidecar.integrations.opencode.peer import NAME, plan_removal
from pilot_sidecar.integrations.opencode.planned import Planned
from pilot_sidecar.integrations.ports import Detection, HubAddress, InstallOptions, Program, version_check

_MARKED = re.compile(rf"{MARKER} (\S+)")
_IMPORTED = re.compile(r"file://[^\"'\s]+")
_PROGRAM = Program("opencode", "OpenCode", "bridge", "opencode upgrade")
_INIT = "Run `pilot init opencode`, then start OpenCode anew."
_ELSEWHERE = "Run `pilot init opencode` to connect OpenCode to this Pilot, or set PILOT_HOME to the other one's home."


def check(options: InstallOptions, found: Detection) -> list[Check]:
    """Return what is right and wrong with OpenCode and with what Pilot put into it."""
    layout = layout_of(options.environ, options.home)
    installed = bool(load_manifest(options.home, AGENT).entries) or is_ours(_bytes(layout.loader) or b"")
    checks = [version_check(_PROGRAM, found, connected=installed)]
    if installed:
        checks += [_bridge(layout), _loader(layout), _tui(layout), *_address(options.home, options.hub)]
    elif found.installed and found.supported:
        message = "Pilot is not connected to OpenCode."
        checks.append(Check(id="opencode.bridge", status="warn", message=message, fix=_INIT))
    if found.installed or installed:
        checks.append(_conflict(options, layout))
    return checks


def _bridge(layout: Layout) -> Check:
    """Return whether the code that the loader imports is there, and this Pilot's."""
    rendered = render(layout)
    folder, wanted = layout.bridges / rendered.bridge_name, _marked(rendered.loader)
    has = _marked(_bytes(layout.loader) or b"")
    if has not in (None, wanted):
        message = f"OpenCode has the bridge of another version of Pilot ({has}; this one's is {wanted})."
        return Check(id="opencode.bridge", status="warn", message=message, fix=_INIT)
    missing = [name for name in rendered.bridge if not (folder / name).exists()]
    if missing:
        message = f"Files of the bridge are missing in {folder}: {', '.join(missing)}."
        return Check(id="opencode.bridge", status="fail", message=message, fix=_INIT)
    changed = [name for name, data in rendered.bridge.items() if _bytes(folder / name) != data]
    if changed:
        message = f"Files of the bridge were changed in {folder}: {', '.join(changed)}."
        return Check(id="opencode.bridge", status="fail", message=message, fix=_INIT)
    return Check(id="opencode.bridge", status="ok", message="The bridge for OpenCode is whole and current.")


def _loader(layout: Layout) -> Check:
    """Return whether OpenCode loads the bridge."""
    path, data = layout.loader, _bytes(layout.loader)
    if data is None:
        message = f"{path} is missing: OpenCode does not load the bridge."
        return Check(id="opencode.loader", status="fail", message=message, fix=_INIT)
    if not is_ours(data):
        fix = f"Move that file away; then run `pilot init opencode` and start OpenCode anew ({path})."
        return Check(id="opencode.loader", status="fail", message=f"{path} is somebody else's plugin.", fix=fix)
    target = _imported(data)
    if target is None or not target.exists():
        message = f"{path} loads {target or 'nothing'}, which is not there."
        return Check(id="opencode.loader", status="fail", message=message, fix=_INIT)
    if not target.is_relative_to(layout.bridges.absolute()):
        message = f"OpenCode loads the bridge of another Pilot, from {target.parent}."
        return Check(id="opencode.loader", status="warn", message=message, fix=_ELSEWHERE)
    return Check(id="opencode.loader", status="ok", message="OpenCode loads the bridge at its start.")


def _tui(layout: Layout) -> Check:
    """Return whether ``/remote`` and its like are there in the terminal."""
    data, without = _bytes(layout.tui), "there is no /remote in OpenCode's terminal"
    if data is None:
        message = f"{layout.tui} is missing: {without}."
        return Check(id="opencode.tui", status="warn", message=message, fix=_INIT)
    if _marked(data) == _marked(render(layout).loader) and data != render(layout).tui:
        message = f"{layout.tui} was changed since it was installed."
        return Check(id="opencode.tui", status="warn", message=message, fix=_INIT)
    if (broken := next((path for path in layout.tui_configs if _names(path) is None), None)) is not None:
        fix = "Repair that file by hand, then run `pilot init opencode` and start OpenCode anew."
        return Check(id="opencode.tui", status="warn", message=f"{broken} cannot be read: {without}.", fix=fix)
    if not any(ENTRY in (_names(path) or ()) for path in layout.tui_configs):
        message = f"{layout.tui_config} does not list Pilot's plugin: {without}."
        fix = f"{_INIT} Or add “{ENTRY}” to “plugin” in that file."
        return Check(id="opencode.tui", status="warn", message=message, fix=fix)
    return Check(id="opencode.tui", status="ok", message="/remote, /pilot and /pilot-token are in OpenCode's terminal.")


def _names(path: Path) -> list[object] | None:
    """Return the plugins that a file lists; None where it cannot be read as what it should be."""
    if (data := _bytes(path)) is None:
        return []
    try:
        return list_names(data.decode(), "plugin")
    except (JsoncError, UnicodeDecodeError):
        return None


def _address(home: Path, hub: HubAddress | None) -> Iterator[Check]:
    """Yield whether bridges find the running hub; it tells them at its start."""
    if hub is None:
        return
    path, wanted = home / "hooks" / "opencode.json", hub.url.replace("http", "ws", 1).rstrip("/") + PATH
    try:
        told = json.loads(_bytes(path) or b"null") or {}
        right = (told.get("url"), told.get("token")) == (wanted, hub.bridge_token)
    except (ValueError, AttributeError):
        right = False
    if right:
        yield Check(id="opencode.address", status="ok", message="The bridge knows where the hub is.")
        return
    message = f"{path} does not say where the hub that runs now is: OpenCode does not find it."
    fix = "Run `pilot stop`, then `pilot up`: a hub writes it at its start."
    yield Check(id="opencode.address", status="fail", message=message, fix=fix)


def _conflict(options: InstallOptions, layout: Layout) -> Check:
    """Return whether opencode-pilot is beside us, as the installer would find it."""
    planned, notes = Planned(), list[str]()
    plan_removal(options.environ, layout, planned, notes)
    paths = [str(edit.path) for edit in planned.edits]
    if paths:
        message = f"{NAME} is set up too, and has a /remote of its own ({', '.join(paths)})."
        fix = "Run `pilot init opencode --clean-peer`, which removes its entries; then start OpenCode anew."
        return Check(id="opencode.conflict", status="warn", message=message, fix=fix)
    if notes and any(NAME.encode() in (_bytes(path) or b"") for path in layout.config.glob("*.json*")):
        message, _, _ = notes[0].partition(". ")
        fix = f"Remove {NAME}'s entry there by hand, then start OpenCode anew."
        return Check(id="opencode.conflict", status="warn", message=f"{message.rstrip('.')}.", fix=fix)
    return Check(id="opencode.conflict", status="ok", message="No other plugin gets in the way.")


def _marked(data: bytes) -> str | None:
    """Return which bridge a file of ours is of."""
    found = _MARKED.search(data.decode("utf-8", "replace"))
    return found[1] if found else None


def _imported(data: bytes) -> Path | None:
    found = _IMPORTED.search(data.decode("utf-8", "replace"))
    return Path(url2pathname(unquote(urlsplit(found[0]).path))) if found else None


def _bytes(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except OSError:
        return None
