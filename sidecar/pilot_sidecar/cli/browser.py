"""Opening the dashboard where there is a browser to open it in."""

import os
import sys
import webbrowser


def can_open() -> bool:
    """Tell whether opening a browser would reach the person at this terminal."""
    if os.environ.get("SSH_CONNECTION") or os.environ.get("SSH_TTY"):
        return False
    if sys.platform == "linux":
        return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
    return True


def open_page(url: str) -> bool:
    """Open a page; return whether a browser took it."""
    try:
        return webbrowser.open(url)
    except webbrowser.Error:
        return False
