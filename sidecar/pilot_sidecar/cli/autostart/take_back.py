"""Taking the hub's start at login away again."""

from collections.abc import Mapping
from pathlib import Path

from pilot_sidecar.cli.autostart.choose import autostart
from pilot_sidecar.cli.autostart.definition import read


def rest(home: Path, environ: Mapping[str, str]) -> None:
    """Have this home's hub stay as it is until it is started again, by a person or at the next login."""
    system = autostart(environ)
    text = read(system.path)
    if text is not None and system.home_of(text) == home:
        system.rest()


def take_back(home: Path, environ: Mapping[str, str]) -> list[str]:
    """Remove what starts this home's hub at login; return what was done, for people. Another home's stays."""
    system = autostart(environ)
    text = read(system.path)
    if text is None or system.home_of(text) != home:
        return []
    try:
        system.remove()
    except OSError as error:
        return [f"{system.path} stays, remove it by hand: {error.strerror or error}."]
    return [f"Removed {system.path}; {system.name} does not start the hub any more."]
