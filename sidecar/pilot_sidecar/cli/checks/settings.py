"""Whether all settings count that somebody wrote down."""

from collections.abc import Iterator

from pilot_sidecar.cli.checks.scene import Scene
from pilot_sidecar.core.checks import Check

CONFIG = "config.json"
_ASIDE = f"{CONFIG}.broken-*"


def checks(scene: Scene) -> list[Check]:
    """Return what is wrong with the file, and with single values."""
    return [*_file(scene), *_values(scene)]


def _file(scene: Scene) -> Iterator[Check]:
    wrong = _broken(scene)
    if wrong is not None:
        fix = f"Repair {scene.path(CONFIG)}, or move it away: the settings are then as they were at first."
        yield Check(id="settings.file", status="fail", message=f"{scene.path(CONFIG)} {wrong}.", fix=fix)
        return
    aside = sorted(scene.home.glob(_ASIDE))
    if aside:
        path = scene.path(aside[-1].name)
        message = f"A {CONFIG} that could not be read was set aside: what it said does not count."
        fix = f"Take what you need from {path} into the settings, then delete it: `rm {path}`."
        yield Check(id="settings.file", status="warn", message=message, fix=fix)
        return
    there = (scene.home / CONFIG).exists()
    message = f"{scene.path(CONFIG)} can be read." if there else "Nothing was changed in the settings."
    yield Check(id="settings.file", status="ok", message=message)


def _broken(scene: Scene) -> str | None:
    """Return what is wrong with ``config.json``; its words are not repeated, they may be a secret's."""
    from pydantic_core import from_json

    try:
        data = from_json((scene.home / CONFIG).read_bytes())
    except FileNotFoundError:
        return None
    except OSError as error:
        return f"cannot be read ({error.strerror})"
    except ValueError as error:
        return f"is not JSON ({error})"
    return None if isinstance(data, dict) else "is not a JSON object"


def _values(scene: Scene) -> Iterator[Check]:
    wrong = [problem for problem in scene.problems if not problem.startswith(f"{CONFIG} could not be read")]
    for problem in wrong:
        fix = (
            f"Correct it where it was set: your shell's environment, the dashboard's settings or {scene.path('.env')}."
        )
        yield Check(id="settings.values", status="warn", message=problem, fix=fix)
    if not wrong:
        yield Check(id="settings.values", status="ok", message="All settings fit.")
