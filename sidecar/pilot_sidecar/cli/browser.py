"""Opening the dashboard where there is a browser to open it in."""

import os
import webbrowser

from pilot_sidecar.infra.desktop import has_desktop


def can_open() -> bool:
    """Tell whether opening a browser would reach the person at this terminal."""
    return has_desktop(os.environ)


def open_page(url: str) -> bool:
    """Open a page; return whether a browser took it."""
    try:
        return webbrowser.open(url)
    except webbrowser.Error:
        return False
