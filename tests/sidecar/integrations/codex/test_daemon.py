"""When a daemon is looked for, and how soon it is found."""

import time
from pathlib import Path

from fakes.codex_app_server import FakeAppServer
from sidecar.integrations.codex.wire import open_wire


async def test_a_daemon_that_comes_after_one_that_was_killed_is_found_at_once(
    tmp_path: Path, codex: FakeAppServer
) -> None:
    """The socket of the killed one is still there, and nobody listens at it."""
    await codex.start()
    await codex.die()
    assert codex.path.exists()
    async with open_wire(tmp_path, codex) as wire:
        await wire.goes_by(4)  # long enough for pauses that grow to have grown
        await codex.start()
        began = time.monotonic()
        await wire.reaches("connected")
        assert time.monotonic() - began < 1.5
