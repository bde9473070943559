"""Other processes: whether they live, and starting one that outlives us."""

import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import subprocess


def is_alive(pid: int) -> bool:
    """Tell whether a process with this id exists."""
    if sys.platform == "win32":
        return _is_alive_windows(pid)
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def start_detached(command: Sequence[str], environ: Mapping[str, str], output: Path) -> "subprocess.Popen[bytes]":
    """Start a process that stays when this one, its terminal or its window goes; what it prints goes to ``output``."""
    import subprocess  # loads much that no other command needs

    with os.fdopen(os.open(output, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        return subprocess.Popen(  # noqa: S603 - the command is our own
            command,
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=subprocess.STDOUT,
            env=dict(environ),
            cwd=output.parent,
            start_new_session=os.name == "posix",
            creationflags=_detached_flags(),
        )


def _detached_flags() -> int:
    if sys.platform == "win32":
        import subprocess

        return subprocess.DETACHED_PROCESS | subprocess.CREATE_NEW_PROCESS_GROUP
    return 0


def _is_alive_windows(pid: int) -> bool:
    import ctypes

    still_active = 259
    handle = ctypes.windll.kernel32.OpenProcess(0x1000, False, pid)  # type: ignore[attr-defined,unused-ignore] # Windows
    if not handle:
        return False
    code = ctypes.c_ulong()
    ctypes.windll.kernel32.GetExitCodeProcess(handle, ctypes.byref(code))  # type: ignore[attr-defined,unused-ignore] # Windows
    ctypes.windll.kernel32.CloseHandle(handle)  # type: ignore[attr-defined,unused-ignore] # Windows
    return code.value == still_active
