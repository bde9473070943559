"""Whether the system starts the hub at login, where the user has set that up."""

from pilot_sidecar.cli.autostart.choose import autostart
from pilot_sidecar.cli.autostart.definition import read
from pilot_sidecar.cli.autostart.told import lost_program
from pilot_sidecar.cli.checks.scene import Scene
from pilot_sidecar.core.checks import Check

_ID, _AGAIN = "hub.service", "Run `pilot service install`."


def checks(scene: Scene) -> list[Check]:
    """Return whether what is set up works; nothing where nothing is."""
    system = autostart(scene.environ)
    text = read(system.path)
    if text is None or system.home_of(text) != scene.home:
        return []
    if (lost := lost_program(system, text)) is not None:
        message = f"{system.name} would start {lost} at login, which is not there any more."
        return [Check(id=_ID, status="warn", message=message, fix=f"{_AGAIN} It then starts this Pilot.")]
    if not system.state().at_login:
        message = f"{system.path} is there, but {system.name} does not use it."
        return [Check(id=_ID, status="warn", message=message, fix=f"{_AGAIN} `pilot service remove` takes it away.")]
    return [Check(id=_ID, status="ok", message=f"{system.name} starts the hub at login.")]
