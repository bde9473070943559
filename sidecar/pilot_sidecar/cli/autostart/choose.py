"""Which of the systems this is."""

import sys
from collections.abc import Mapping

from pilot_sidecar.cli.autostart.launchd import LaunchAgent
from pilot_sidecar.cli.autostart.ports import Autostart
from pilot_sidecar.cli.autostart.systemd import SystemdUser
from pilot_sidecar.cli.autostart.windows import ScheduledTask


def autostart(environ: Mapping[str, str]) -> Autostart:
    """Return this system's way of starting something at login."""
    if sys.platform == "darwin":
        return LaunchAgent(environ)
    if sys.platform == "win32":
        return ScheduledTask(environ)
    return SystemdUser(environ)
