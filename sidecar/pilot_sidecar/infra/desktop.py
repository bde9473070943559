"""Opening a page in the browser of whoever sits at this machine, from a process without a terminal."""

import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

_WAIT_S = 5.0
"""What still runs after this has found a browser."""
_STARTERS = {"linux": "xdg-open", "darwin": "open"}
_ELSE = "import sys, webbrowser; sys.exit(not webbrowser.open(sys.argv[1]))"


def has_desktop(environ: Mapping[str, str]) -> bool:
    """Tell whether what a process with this environment opens is seen at this machine."""
    if environ.get("SSH_CONNECTION") or environ.get("SSH_TTY"):
        return False
    return sys.platform != "linux" or bool(environ.get("DISPLAY") or environ.get("WAYLAND_DISPLAY"))


def open_in_browser(url: str, environ: Mapping[str, str]) -> bool:
    """Open a page, and print nothing; return whether a browser took it. Blocks for a moment.

    In a process of its own: whatever the browser or its starter prints, or waits for, is not ours.
    """
    if not has_desktop(environ):
        return False
    private = {name: text for name, text in environ.items() if not name.startswith("PILOT_")}
    try:
        opener = subprocess.Popen(  # noqa: S603 - an address that we made
            [*_starter(environ), url],
            env=private, cwd=Path(sys.executable).parent, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL, start_new_session=True,
        )  # fmt: skip
        return opener.wait(_WAIT_S) == 0
    except subprocess.TimeoutExpired:
        return True
    except OSError:
        return False


def _starter(environ: Mapping[str, str]) -> list[str]:
    """Return what knows this user's browser: the desktop's own starter, else Python's list of them."""
    found = shutil.which(_STARTERS.get(sys.platform, ""), path=environ.get("PATH"))
    return [found] if found else [sys.executable, "-P", "-c", _ELSE]
