"""What must not happen: the one thing that can only be seen by waiting."""

import asyncio
import time
from collections.abc import Callable

WATCHED_S = 4.0
PAUSE_S = 0.05


async def never(what: str, check: Callable[[], object]) -> None:
    """Fail if ``check`` comes true while it is watched."""
    end = time.monotonic() + WATCHED_S
    while time.monotonic() < end:
        assert not check(), what
        await asyncio.sleep(PAUSE_S)
