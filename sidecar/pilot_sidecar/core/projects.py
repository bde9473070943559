"""Projects: one per folder, with a name and an id that stay the same."""

import hashlib
from pathlib import PurePath

from pilot_sidecar.core.models import Project


def project_id(directory: str) -> str:
    """Return the id of a folder's project."""
    return "prj_" + hashlib.sha256(directory.encode("utf-8", "surrogatepass")).hexdigest()[:12]


def project_of(directory: str) -> Project:
    """Return the project of a folder, named after its last part."""
    return Project(id=project_id(directory), name=PurePath(directory).name or directory, directory=directory)
