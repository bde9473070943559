"""A hub in a process of its own, Codex's daemon played by the test, and somebody at the dashboard."""

import asyncio
import os
import sys
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp

from agents.harness.hub import Client
from agents.harness.waiting import LIMIT_S, until
from fakes.codex_app_server import FakeAppServer, FakeThread
from fakes.hub_process import HubProcess, start_hub

Json = dict[str, Any]
QUICK_S = 1.0
"""What is answered at once is answered within this, however loaded the machine."""


@dataclass
class Wire:
    codex: FakeAppServer
    hub: HubProcess
    client: Client

    async def agent(self) -> Json:
        """Return how Codex is reached, as the dashboard shows it."""
        agents = (await self.client.get("/api/snapshot"))["agents"]
        return next((one for one in agents if one["agent"] == "codex"), {"state": None})

    async def reaches(self, state: str) -> Json:
        """Return how Codex is reached once it is that."""

        async def look() -> Json | None:
            agent = await self.agent()
            return agent if agent["state"] == state else None

        return await until(f"Codex to be {state}", look)

    async def session(
        self, thread: FakeThread, check: Callable[[Json], bool] = lambda _: True, limit_s: float = LIMIT_S
    ) -> Json:
        """Return a thread's session once it is there and as it should be."""

        async def look() -> Json | None:
            status, body = await self.client.call("GET", f"/api/sessions/{thread.id}")
            return body if status == 200 and check(body) else None

        return await until(f"the session of {thread.id}", look, limit_s)

    async def joined(self, thread: FakeThread) -> None:
        """Return once Pilot listens to a thread, and has read all that was said before."""

        async def look() -> bool:
            return any(thread.id in one.joined for one in self.codex.clients)

        await until(f"{thread.id} to be joined", look)

    async def turn(self, thread_id: str = "t1", turn_id: str = "turn") -> FakeThread:
        """Return a thread with a turn that runs and that Pilot listens to."""
        await self.reaches("connected")
        thread = self.codex.threads.get(thread_id) or await self.codex.open(thread_id)
        await self.codex.begin(thread, turn_id)
        await self.joined(thread)
        await self.codex.say("turn/started", threadId=thread.id, turn=thread.turns[-1])
        await self.session(thread, lambda session: session["state"] == "busy")
        return thread

    async def goes_by(self, seconds: float) -> None:
        """Return after so long: where it counts that nothing happens."""
        end = time.monotonic() + seconds

        async def over() -> bool:
            return time.monotonic() > end

        await until("some time", over)

    async def well(self) -> None:
        """Check that the hub answers at once."""
        began = time.monotonic()
        async with asyncio.timeout(5), self.hub.client.get(f"{self.hub.url}/health") as response:
            assert response.status == 200
        assert time.monotonic() - began < QUICK_S

    def complaints(self) -> list[str]:
        """Return lines of the hub's log that nothing from outside should cause."""
        return [line for line in self.hub.logs().splitlines() if " ERROR " in line or line.startswith("Traceback")]


@asynccontextmanager
async def open_wire(root: Path, codex: FakeAppServer) -> AsyncIterator[Wire]:
    """Start a hub in the home of a fake daemon; in the end it has stopped quickly, and complained of nothing."""
    home = codex.path.parents[2]
    path = f"{Path(sys.executable).parent}:/usr/bin:/bin"
    environ = {"HOME": str(home), "CODEX_HOME": str(home / ".codex"), "PATH": path}
    environ["PYTHONPATH"] = os.environ.get("PYTHONPATH", str(Path(__file__).parents[4] / "sidecar"))
    async with start_hub(root / "pilot", **environ) as hub:
        headers = {"Authorization": f"Bearer {hub.token}"}
        async with aiohttp.ClientSession(hub.url, headers=headers) as http, Client(http) as client:
            wire = Wire(codex, hub, client)
            yield wire
        began = time.monotonic()
        code, _, _ = await hub.stop()
        assert code == 0
        assert time.monotonic() - began < 4, "stopping is quick whatever the daemon does"
        assert wire.complaints() == []
