"""Whether the history can be read, and whether there is room for more of it."""

import shutil
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager

from pilot_sidecar.cli.checks.scene import Scene
from pilot_sidecar.core.checks import Check
from pilot_sidecar.core.schema import MIGRATIONS

NAME = "pilot.db"
BUSY_S = 0.5
LOOK_S = 0.7
"""The longest a look through the pages takes: a large history is not looked through to its end."""
LOOK = "PRAGMA quick_check(1)"
WHOLE, CUT = "ok", "cut short"
MB = 1024 * 1024
LOW_MB, LOWEST_MB = 500, 50


def checks(scene: Scene) -> list[Check]:
    """Return how the database is, and the disk."""
    return [_database(scene), *_room(scene)]


@contextmanager
def open_to_look(scene: Scene) -> Iterator[sqlite3.Connection | None]:
    """Open the database so that nothing of it, or beside it, is changed; None where there is none."""
    path = scene.home / NAME
    if not path.exists():
        yield None
        return
    left = path.with_name(f"{NAME}-wal")
    alone = not scene.held and not (left.exists() and left.stat().st_size)
    uri = f"{path.absolute().as_uri()}?{'immutable=1' if alone else 'mode=ro'}"
    with closing(sqlite3.connect(uri, uri=True, timeout=BUSY_S, isolation_level=None)) as connection:
        yield connection


def _database(scene: Scene) -> Check:
    path = scene.path(NAME)
    if (scene.home / NAME).is_dir():
        fix = f"Move it away: `mv {path} {path}.old`. The hub makes a new one."
        return Check(id="files.database", status="fail", message=f"{path} is a folder.", fix=fix)
    try:
        with open_to_look(scene) as database:
            if database is None:
                return Check(id="files.database", status="ok", message="There is no history yet.")
            version = int(database.execute("PRAGMA user_version").fetchone()[0])
            said = _look_through(database)
    except sqlite3.OperationalError as error:
        fix = f"Make {scene.path()} and all in it yours: `sudo chown -R $USER {scene.path()}`."
        return Check(id="files.database", status="fail", message=f"{path} cannot be opened: {error}.", fix=fix)
    except sqlite3.DatabaseError as error:
        said, version = str(error), 0
    if version > len(MIGRATIONS):
        message = f"{path} was written by a newer Pilot (schema {version}, this one knows {len(MIGRATIONS)})."
        fix = f"Update Pilot, or start with an empty history: `pilot stop`, `mv {path} {path}.newer`, `pilot up`."
        return Check(id="files.database", status="fail", message=message, fix=fix)
    if said not in (WHOLE, CUT):
        fix = f"Run `pilot stop`, `mv {path} {path}.damaged`, `pilot up`: history and paired devices begin anew."
        return Check(id="files.database", status="fail", message=f"{path} is damaged: {said}.", fix=fix)
    size = (scene.home / NAME).stat().st_size // MB
    told = "whole" if said == WHOLE else "whole as far as the time allowed to look"
    return Check(id="files.database", status="ok", message=f"The history is {told} ({size} MB).")


def _look_through(database: sqlite3.Connection) -> str:
    """Return the first thing wrong with the pages, or that there was none, as far as the time allowed."""
    stop = threading.Timer(LOOK_S, database.interrupt)  # a progress handler is not called within the check itself
    stop.start()
    try:
        return str(database.execute(LOOK).fetchone()[0]).replace("\n", " ")
    except sqlite3.OperationalError as error:
        if "interrupted" not in str(error):
            raise
        return CUT
    finally:
        stop.cancel()


def _room(scene: Scene) -> Iterator[Check]:
    if not scene.home.exists():
        return
    free_mb = shutil.disk_usage(scene.home).free // MB
    if free_mb >= LOW_MB:
        yield Check(id="files.disk", status="ok", message="The disk has room.")
        return
    message = f"The disk of {scene.path()} has {free_mb} MB left."
    fix = "Make room, or keep less history: PILOT_KEEP_MEGABYTES."
    yield Check(id="files.disk", status="warn" if free_mb >= LOWEST_MB else "fail", message=message, fix=fix)
