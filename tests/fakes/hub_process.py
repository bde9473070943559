"""A real hub in a process of its own, as a user would start it."""

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp

START_S = 20.0


@dataclass
class HubProcess:
    home: Path
    process: asyncio.subprocess.Process
    hub: dict[str, str]
    client: aiohttp.ClientSession = field(repr=False)

    @property
    def url(self) -> str:
        return self.hub["url"]

    @property
    def token(self) -> str:
        return self.hub["token"]

    @property
    def socket(self) -> str:
        return self.hub["socket"]

    @property
    def tokens(self) -> dict[str, str]:
        return dict(json.loads((self.home / "tokens.json").read_text()))

    async def call(self, method: str, path: str, body: object = None, **headers: str) -> tuple[int, object]:
        """Call the API as the owner; return the status and the JSON answer."""
        headers = {"Authorization": f"Bearer {self.token}", **headers}
        async with self.client.request(method, self.url + path, json=body, headers=headers) as response:
            raw = await response.read()
            return response.status, json.loads(raw) if raw else None

    async def hook(self, event: str, body: object) -> tuple[int, object]:
        """Post a Codex hook."""
        headers = {"Authorization": f"Bearer {self.tokens['hook']}"}
        async with self.client.post(f"{self.url}/codex/hooks/{event}", json=body, headers=headers) as response:
            raw = await response.read()
            return response.status, json.loads(raw) if raw else None

    @asynccontextmanager
    async def watching(self) -> AsyncIterator[aiohttp.ClientResponse]:
        """Hold an event stream, so that somebody is there to answer."""
        headers = {"Authorization": f"Bearer {self.token}"}
        async with self.client.get(f"{self.url}/events", headers=headers) as response:
            await response.content.readline()
            await asyncio.wait_for(self._seen(), 5)
            yield response

    async def _seen(self) -> None:
        while not (await self.call("GET", "/api/snapshot"))[1]["clients"]:  # type: ignore[index]
            await asyncio.sleep(0.01)

    async def stop(self, number: int = signal.SIGTERM, timeout_s: float = 8) -> tuple[int, str, str]:
        """Send a signal; return the exit code and what was printed."""
        if self.process.returncode is None:
            self.process.send_signal(number)
        out, err = await asyncio.wait_for(self.process.communicate(), timeout_s)
        assert self.process.returncode is not None
        return self.process.returncode, out.decode(), err.decode()

    def logs(self) -> str:
        return (self.home / "logs/hub.log").read_text()


def environment(home: Path, **extra: str) -> dict[str, str]:
    """Return the environment of a hub or a command: a user of its own, whose agents are not the developer's.

    ``PYTHONUNBUFFERED``, which few people have, would hide that something is not flushed.
    """
    inherited = {name: text for name, text in os.environ.items() if name not in ("CODEX_HOME", "PYTHONUNBUFFERED")}
    return {**inherited, "HOME": f"{home}-user", "PILOT_HOME": str(home), "PILOT_PORT": "0", **extra}


async def spawn(home: Path, *arguments: str, **extra: str) -> asyncio.subprocess.Process:
    """Start ``pilot`` with these arguments."""
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", "pilot_sidecar", *arguments, env=environment(home, **extra),
        stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip


async def pilot(home: Path, *arguments: str, **extra: str) -> tuple[int, str, str]:
    """Run a command to its end; return its exit code and what it printed."""
    process = await spawn(home, *arguments, **extra)
    out, err = await asyncio.wait_for(process.communicate(), 30)
    assert process.returncode is not None
    return process.returncode, out.decode(), err.decode()


async def wait_for_hub(home: Path, process: asyncio.subprocess.Process) -> dict[str, str]:
    """Return ``hub.json`` once this process wrote it."""
    async with asyncio.timeout(START_S):
        while process.returncode is None:
            try:
                found = json.loads((home / "hub.json").read_text())
            except (OSError, ValueError):
                found = {}
            if isinstance(found, dict) and found.get("pid") == process.pid:
                return dict(found)
            await asyncio.sleep(0.02)
    out, err = await process.communicate()
    raise AssertionError(f"the hub did not start: {out.decode()} {err.decode()}")


@contextmanager
def shared_hub(home: Path, **extra: str) -> Iterator[dict[str, str]]:
    """Start a hub for several tests, each with an event loop of its own; yield ``hub.json``."""
    command = [sys.executable, "-m", "pilot_sidecar", "up", "--no-open", "--quiet"]
    process = subprocess.Popen(command, env=environment(home, **extra), stdin=subprocess.DEVNULL)
    deadline = time.monotonic() + START_S
    try:
        while not (home / "hub.json").exists():
            assert process.poll() is None, "the hub ended"
            assert time.monotonic() < deadline, "the hub did not start in time"
            time.sleep(0.02)
        yield dict(json.loads((home / "hub.json").read_text()))
    finally:
        process.kill()
        process.wait()


@asynccontextmanager
async def visit_hub(home: Path, found: dict[str, str]) -> AsyncIterator[HubProcess]:
    """Talk to a hub that somebody else started."""
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=30)) as client:
        yield HubProcess(home, None, found, client)  # type: ignore[arg-type] # not ours to stop


@asynccontextmanager
async def start_hub(home: Path, *arguments: str, **extra: str) -> AsyncIterator[HubProcess]:
    """Start a hub, and kill it at the end if the test did not stop it."""
    process = await spawn(home, "up", "--no-open", *arguments, **extra)
    try:
        found = await wait_for_hub(home, process)
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=30)) as client:
            yield HubProcess(home, process, found, client)
    finally:
        if process.returncode is None:
            process.kill()
            await process.communicate()
        process._transport.close()  # type: ignore[attr-defined] # or it warns when collected after the loop
