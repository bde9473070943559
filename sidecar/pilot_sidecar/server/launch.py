"""From a command to a running hub: one per home, however many are started at once."""

import asyncio
import os
import time
from collections.abc import Callable
from pathlib import Path

from pilot_sidecar.infra.files import private_dir
from pilot_sidecar.infra.lock import HubLock
from pilot_sidecar.server.app import RunningHub, run_hub
from pilot_sidecar.server.discovery import HubFile, find_hub
from pilot_sidecar.server.errors import HubStartError
from pilot_sidecar.server.options import HubOptions

WINNER_S = 5.0
"""How long another hub, started at the same time, may take to be up."""
LOOK_AGAIN_S = 0.05


def launch(options: HubOptions, on_ready: Callable[[RunningHub], None]) -> HubFile | None:
    """Run the hub of a home until it is stopped; return the one that runs already, if so.

    Raises PilotError when there can be no hub.
    """
    try:
        private_dir(options.home)
        _check_writable(options.home)
        with HubLock(options.home / "hub.lock") as lock:
            if (running := _lock_or_find(lock, options.home)) is not None:
                return running
            _run(options, on_ready)
    except OSError as error:
        raise _not_usable(error, options.home) from error
    return None


def _check_writable(home: Path) -> None:
    if not os.access(home, os.W_OK | os.X_OK):
        raise PermissionError(13, "it is not writable")


def _lock_or_find(lock: HubLock, home: Path) -> HubFile | None:
    deadline = time.monotonic() + WINNER_S
    while not lock.acquire():
        if (running := find_hub(home)) is not None:
            return running
        if time.monotonic() > deadline:
            raise HubStartError(
                f"Another hub holds {home / 'hub.lock'} but does not answer.",
                "`pilot stop` ends it; then start again.",
            )
        time.sleep(LOOK_AGAIN_S)
    return None


def _run(options: HubOptions, on_ready: Callable[[RunningHub], None]) -> None:
    with asyncio.Runner(loop_factory=_loop_factory()) as runner:
        runner.run(run_hub(options, on_ready))


def _not_usable(error: OSError, home: Path) -> HubStartError:
    if isinstance(error, PermissionError | FileExistsError | IsADirectoryError | NotADirectoryError):
        return HubStartError(
            f"{error.filename or home} cannot be used: {error.strerror or error}.",
            f"Make {home} and all in it yours and writable, or set PILOT_HOME to another folder.",
        )
    return HubStartError(f"The hub could not start: {error}", f"Its log is {home / 'logs/hub.log'}.")


def _loop_factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    try:
        import uvloop
    except ImportError:
        return None
    factory: Callable[[], asyncio.AbstractEventLoop] = uvloop.new_event_loop
    return factory
