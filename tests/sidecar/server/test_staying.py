"""How long a hub stays that nobody needs."""

import asyncio
import contextlib
import sys
from pathlib import Path

import pytest

HUB = """\
import asyncio, sys
from pathlib import Path
from pilot_sidecar.server.app import run_hub
from pilot_sidecar.server.options import HubOptions

home, idle = Path(sys.argv[1]), sys.argv[2]
home.mkdir()
environ = {"PILOT_PORT": "0", "PILOT_KEEP_ALIVE": "never", "HOME": str(home), "PATH": ""}
options = HubOptions(home, environ, idle_exit_s=None if idle == "never" else float(idle))
asyncio.run(run_hub(options, lambda _: print("ready", flush=True)))
"""


@pytest.mark.parametrize(("idle", "stays"), [("0.05", False), ("never", True)])
async def test_a_hub_that_the_system_started_does_not_leave_when_idle(tmp_path: Path, idle: str, stays: bool) -> None:
    command = [sys.executable, "-c", HUB, str(tmp_path / "p"), idle]
    hub = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
    assert hub.stdout is not None
    try:
        async with asyncio.timeout(20):
            assert await hub.stdout.readline() == b"ready\n"
            if not stays:
                assert await hub.wait() == 0
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(0.5):
                await hub.wait()
        assert (hub.returncode is None) is stays
    finally:
        with contextlib.suppress(ProcessLookupError):
            hub.kill()
        await hub.wait()
