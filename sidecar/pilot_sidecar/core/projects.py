"""Projects: one per folder, with a name and an id that stay the same."""

import hashlib
import os
from functools import lru_cache
from pathlib import Path, PurePath

from pilot_sidecar.core.errors import BadRequestError, ForbiddenError, NotFoundError
from pilot_sidecar.core.models import Project


@lru_cache(maxsize=2048)
def real_place(directory: str) -> str:
    """Return where a folder really is, whichever links lead there; what is no path, or no text there, stays as it is.

    Kept, since agents name the same few folders with each event: a link that is turned elsewhere counts at the next
    start of the hub.
    """
    try:
        real = os.path.realpath(directory) if Path(directory).is_absolute() else directory
    except (OSError, ValueError):
        return directory
    return real if _is_text(real) else directory


def project_id(directory: str) -> str:
    """Return the id of a folder's project, whichever links lead there."""
    return _id_of(real_place(directory))


def present_id(known: str, directory: str) -> str:
    """Return a project's id as it is now: an older Pilot took a link to a folder for another folder."""
    return project_id(directory) if known == _id_of(directory) else known


def project_of(directory: str) -> Project:
    """Return the project of a folder, named after its last part."""
    directory = real_place(directory)
    return Project(id=project_id(directory), name=PurePath(directory).name or directory, directory=directory)


def real_folder(directory: str) -> str:
    """Return the real place of a folder that people named, ``~`` included. Raises what is wrong with it; blocks."""
    try:
        folder = Path(directory.strip()).expanduser()
    except RuntimeError as error:
        raise NotFoundError(f"There is no home folder for {directory[:80]}.") from error
    if not folder.is_absolute():
        raise BadRequestError("The folder has to be named from the root (or from ~).", f"For example {Path.home()}.")
    try:
        real = folder.resolve(strict=True)
        if not real.is_dir():
            raise BadRequestError(f"{folder} is a file, not a folder.", "Open the folder it is in.")
    except (FileNotFoundError, NotADirectoryError) as error:
        raise NotFoundError(f"There is no folder {folder}.", "Check the spelling, or make it first.") from error
    except PermissionError as error:
        raise ForbiddenError(f"Pilot may not look into {folder}.") from error
    except (OSError, ValueError, RuntimeError) as error:
        raise BadRequestError(f"That is no folder ({error}).") from error
    if not os.access(real, os.R_OK | os.X_OK):
        raise ForbiddenError(f"Pilot may not look into {folder}.")
    if not _is_text(str(real)):
        raise BadRequestError("The name of that folder is no text that can be shown.", "Rename it.")
    return str(real)


def _is_text(path: str) -> bool:
    """Tell whether a path can be written down: Linux takes any bytes for a name."""
    try:
        path.encode()
    except UnicodeEncodeError:
        return False
    return True


def _id_of(place: str) -> str:
    return "prj_" + hashlib.sha256(place.encode("utf-8", "surrogatepass")).hexdigest()[:12]
