"""Whether the system starts the hub at login, where the user has set that up; else it is not even asked."""

from pilot_sidecar.cli.checks.scene import Scene, typed
from pilot_sidecar.core.checks import Check


def checks(scene: Scene) -> list[Check]:
    """Return how the service of this home is, where there is one."""
    from pilot_sidecar.cli.autostart.choose import autostart
    from pilot_sidecar.cli.autostart.definition import read

    system = autostart(scene.environ)
    text = read(system.path)
    if text is None or system.home_of(text) != scene.home:
        return []
    program, path = system.program_of(text), typed(system.path, scene.environ)
    if program is not None and not program.exists():
        message = f"{path} is to start the hub at login, with a program that is gone: {program}."
        fix = "Run `pilot service install`: it then starts the Pilot that you call now."
        return [Check(id="hub.service", status="warn", message=message, fix=fix)]
    if not system.state().at_login:
        message = f"{path} is there, but {system.name} does not use it."
        fix = "Run `pilot service install`, or `pilot service remove`."
        return [Check(id="hub.service", status="warn", message=message, fix=fix)]
    return [Check(id="hub.service", status="ok", message="The hub is started at login.")]
