"""Which OpenCode processes run now: they load what was installed at their next start."""

import os
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from pilot_sidecar.integrations.opencode.layout import layout_of, user_home

if TYPE_CHECKING:
    import psutil

PROGRAMS = ("opencode", "opencode.exe")
SHOWN = 4


def restart_note(environ: Mapping[str, str]) -> str | None:
    """Return whom to restart, for people; None where nothing runs."""
    folders = running_folders(environ)
    if not folders:
        return None
    counted = Counter(_short(folder, environ) for folder in folders)
    named = [f"{name} ({count})" if count > 1 else name for name, count in counted.most_common(SHOWN)]
    more = f" and {len(counted) - SHOWN} more folders" if len(counted) > SHOWN else ""
    many = f"{len(folders)} OpenCode processes run" if len(folders) > 1 else "One OpenCode process runs"
    return f"{many} in {', '.join(named)}{more}: restart to apply this there."


def running_folders(environ: Mapping[str, str]) -> list[str]:
    """Return the folder of each process of this user that reads the same configuration; "" where it cannot be told."""
    import psutil  # only where something was installed

    found = []
    for process in psutil.process_iter():
        try:
            if process.pid != os.getpid() and process.name() in PROGRAMS and _reads_the_same(process, environ):
                found.append(process.cwd())
        except psutil.Error:
            continue
    return found


def _reads_the_same(process: "psutil.Process", environ: Mapping[str, str]) -> bool:
    nowhere = Path()
    return layout_of(process.environ(), nowhere).config == layout_of(environ, nowhere).config


def _short(folder: str, environ: Mapping[str, str]) -> str:
    home = str(user_home(environ))
    if folder == home:
        return "~"
    return "~" + folder.removeprefix(home) if folder.startswith(home + os.sep) else folder or "an unknown folder"
