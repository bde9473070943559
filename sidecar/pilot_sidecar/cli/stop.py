"""``pilot stop``: ask the hub to stop, and see that it does."""

import argparse
import os
import signal
import time
from pathlib import Path

from pilot_sidecar.cli import hub
from pilot_sidecar.core.errors import PilotError
from pilot_sidecar.infra.lock import holder, is_held
from pilot_sidecar.server.discovery import HubFile, find_hub

CLEAN_S, TERM_S, KILL_S = 6.0, 6.0, 2.0
LOOK_AGAIN_S = 0.03


class StillRunningError(PilotError):
    """The hub did not stop."""

    code = "still_running"


def configure(parser: argparse.ArgumentParser) -> None:
    """Add no options."""


def run(_options: argparse.Namespace) -> int:
    """Stop the hub; return 0 also when none runs."""
    lock = hub.home() / "hub.lock"
    if not is_held(lock):
        print("No hub is running.")
        return 0
    stop_hub(lock)
    print("Pilot stopped.")
    return 0


def stop_hub(lock: Path) -> None:
    """Stop whoever holds the lock: politely, then firmly."""
    running = find_hub(hub.home())
    if running is not None and _asked(running) and _released(lock, CLEAN_S):
        return
    for name, wait_s in (("SIGTERM", TERM_S), ("SIGKILL", KILL_S)):
        pid = holder(lock)
        if pid is not None and is_held(lock) and hasattr(signal, name):
            os.kill(pid, getattr(signal, name))
        if _released(lock, wait_s):
            if name == "SIGKILL":
                _keep_it_stopped()
            return
    raise StillRunningError(f"The hub (pid {holder(lock)}) did not stop.", "End that process, then try again.")


def _keep_it_stopped() -> None:
    """Keep the system from starting it again: what was ended by force looks like a failure."""
    from pilot_sidecar.cli.autostart.take_back import rest

    rest(hub.home(), os.environ)


def _asked(running: HubFile) -> bool:
    """Ask it to stop; what does not answer is ended otherwise, but a refusal is a refusal."""
    try:
        hub.call(running, "POST", "/api/hub/stop", {})
    except PilotError as error:
        if error.code == hub.SELF_APPROVAL:
            raise
        return False
    return True


def _released(lock: Path, timeout_s: float) -> bool:
    deadline = time.monotonic() + timeout_s
    while is_held(lock):
        if time.monotonic() > deadline:
            return False
        time.sleep(LOOK_AGAIN_S)
    return True
