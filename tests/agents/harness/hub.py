"""A real hub in a process of its own, and a client that sees what a dashboard would see."""

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Self

import aiohttp

from agents.harness.waiting import LIMIT_S, until, wait_until

Json = dict[str, Any]
REPO = Path(__file__).parents[3]


def run_pilot(environ: dict[str, str], folder: Path, *arguments: str) -> str:
    """Run the ``pilot`` command, which must work, and return what it said."""
    environ = {**environ, "PYTHONPATH": str(REPO / "sidecar")}
    done = subprocess.run(
        [sys.executable, "-m", "pilot_sidecar", *arguments],
        env=environ, cwd=folder, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


class Hub:
    """Starts and ends a hub, gently or not; the same home can be started again."""

    def __init__(self, home: Path, environ: dict[str, str]) -> None:
        self.home = home
        self.environ = {**environ, "PILOT_HOME": str(home), "PILOT_PORT": "0"}
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def file(self) -> Json:
        """What ``hub.json`` says."""
        return json.loads((self.home / "hub.json").read_text())

    @property
    def pid(self) -> int:
        """The process."""
        assert self.process is not None
        return self.process.pid

    def start(self) -> None:
        """Start, and wait until it is ready."""
        self.home.mkdir(parents=True, exist_ok=True)
        (self.home / "hub.json").unlink(missing_ok=True)
        environ = {**self.environ, "PYTHONPATH": str(REPO / "sidecar")}
        output = (self.home / "output.log").open("ab")
        command = [sys.executable, "-m", "pilot_sidecar", "up", "--no-open"]
        self.process = subprocess.Popen(
            command, env=environ, cwd=self.home, stdin=subprocess.DEVNULL, stdout=output, stderr=output
        )
        output.close()
        wait_until("hub.json", self._ready)

    def stop(self) -> None:
        """End it as a user would, and wait."""
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGCONT)
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(10)

    def kill(self) -> None:
        """End it without a chance to say goodbye."""
        assert self.process is not None
        self.process.kill()
        self.process.wait(10)

    def end_successor(self) -> None:
        """End the hub that somebody else has started in this one's place, and start ours again."""
        assert self.process is not None
        self.process.kill()
        self.process.wait(10)
        if (self.home / "hub.json").exists() and (pid := self.file["pid"]) != self.process.pid:
            os.kill(pid, signal.SIGTERM)
            wait_until("its end", lambda: not (self.home / "hub.json").exists())
        self.start()

    def freeze(self) -> None:
        """Stop it from running, with its sockets open."""
        os.kill(self.pid, signal.SIGSTOP)

    def thaw(self) -> None:
        """Let it run again."""
        os.kill(self.pid, signal.SIGCONT)

    def log(self) -> str:
        """What it printed and logged."""
        logs = sorted((self.home / "logs").glob("*")) if (self.home / "logs").exists() else []
        return "\n".join(path.read_text(errors="replace") for path in (self.home / "output.log", *logs))

    def complaints(self) -> list[str]:
        """Lines of its log that no test here should cause."""
        return [line for line in self.log().splitlines() if " ERROR " in line or line.startswith("Traceback")]

    @asynccontextmanager
    async def client(self) -> AsyncIterator["Client"]:
        """Connect as the owner's browser would, with a stream of events."""
        found = self.file
        headers = {"Authorization": f"Bearer {found['token']}"}
        timeout = aiohttp.ClientTimeout(total=None, sock_connect=5)
        async with (
            aiohttp.ClientSession(found["url"], headers=headers, timeout=timeout) as http,
            Client(http) as client,
        ):
            yield client

    def _ready(self) -> bool:
        assert self.process is not None
        if self.process.poll() is not None:
            raise AssertionError(f"the hub ended with {self.process.returncode}:\n{self.log()}")
        try:
            return self.file["pid"] == self.process.pid
        except (OSError, ValueError):
            return False


class Client:
    """One open stream, everything it carried so far, and the calls of the API."""

    def __init__(self, http: aiohttp.ClientSession) -> None:
        self._http = http
        self.events: list[Json] = []
        self._stops: Counter[str] = Counter()
        self._more = asyncio.Event()
        self._reader: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        response = await self._http.get("/events", headers={"Accept": "text/event-stream"})
        assert response.status == 200, await response.text()
        self._reader = asyncio.get_running_loop().create_task(self._read(response))
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._reader is not None
        self._reader.cancel()
        await asyncio.wait([self._reader])

    async def event(self, what: str, check: Callable[[Json], bool], limit_s: float = LIMIT_S) -> Json:
        """Return the first event, past or coming, of a type that satisfies ``check``."""

        async def found() -> Json:
            seen = 0
            while True:
                for event in self.events[seen:]:
                    seen += 1
                    if event["type"] == what and check(event):
                        return event
                self._more.clear()
                await self._more.wait()

        try:
            return await asyncio.wait_for(found(), limit_s)
        except TimeoutError:
            tail = "\n".join(json.dumps(event)[:300] for event in self.events[-15:])
            raise AssertionError(f"no such {what} within {limit_s} s; last events:\n{tail}") from None

    def of(self, session: str, *types: str) -> list[Json]:
        """Return a session's events of some types."""
        return [event for event in self.events if event.get("sessionId") == session and event["type"] in types]

    async def call(self, method: str, path: str, body: object = None, **headers: str) -> tuple[int, Any]:
        """Call the API; return status and body."""
        async with self._http.request(method, path, json=body, headers=headers) as response:
            text = await response.text()
            return response.status, json.loads(text) if text else None

    async def get(self, path: str) -> Any:
        """Read something that must be there."""
        status, body = await self.call("GET", path)
        assert status == 200, body
        return body

    async def asks(self) -> list[Json]:
        """Return what waits."""
        return (await self.get("/api/asks"))["asks"]

    async def session(self, session_id: str) -> Json:
        """Return a session."""
        return await self.get(f"/api/sessions/{session_id}")

    async def waiting(self, session_id: str, kind: str = "permission") -> Json:
        """Return the first ask that waits in a session, or comes to wait."""

        async def look() -> Json | None:
            found = [ask for ask in await self.asks() if ask["sessionId"] == session_id and ask["kind"] == kind]
            return found[0] if found else None

        return await until(f"a {kind} of {session_id}", look)

    async def next_ask(self) -> Json:
        """Return the first ask that waits, or comes to wait, in any session."""

        async def look() -> Json | None:
            return next(iter(await self.asks()), None)

        return await until("an ask", look)

    async def resolved(self, ask_id: str) -> Json:
        """Return an ask once it has ended."""

        async def look() -> Json | None:
            ask = await self.get(f"/api/asks/{ask_id}")
            return ask if ask["state"] != "pending" else None

        return await until(f"the end of {ask_id}", look)

    async def decide(self, ask: Json, kind: str, **fields: object) -> tuple[int, Any]:
        """Answer an ask."""
        body = {"kind": kind, "digest": ask["digest"], **fields}
        return await self.call("POST", f"/api/asks/{ask['id']}/decision", body)

    async def allow(self, ask: Json) -> None:
        """Allow once, which must work."""
        status, body = await self.decide(ask, "allow_once")
        assert status == 200, body

    async def idle(self, session_id: str) -> Json:
        """Return the session's next stop: the first one on the first call, and so on."""
        self._stops[session_id] += 1
        nth = self._stops[session_id]

        def reached(event: Json) -> bool:
            return event in self.of(session_id, "pilot.session.stopped")[nth - 1 :]

        return await self.event("pilot.session.stopped", reached)

    async def connected(self, count: int = 1, agent: str = "opencode") -> None:
        """Return once so many processes of an agent are connected."""

        async def look() -> bool:
            agents = (await self.get("/api/snapshot"))["agents"]
            return any(found["agent"] == agent and found["connections"] == count for found in agents)

        await until(f"{count} {agent} connections", look)

    async def reaches(self, agent: str) -> None:
        """Return once an agent is reached, whether it runs a session or not."""

        async def look() -> bool:
            agents = (await self.get("/api/snapshot"))["agents"]
            return any(one["agent"] == agent and one["state"] == "connected" for one in agents)

        await until(f"{agent} to be reached", look)

    async def _read(self, response: aiohttp.ClientResponse) -> None:
        async with response:
            data: list[str] = []
            async for raw in response.content:
                line = raw.decode().rstrip("\r\n")
                if line.startswith("data:"):
                    data.append(line[5:].lstrip())
                elif not line and data:
                    found = json.loads("\n".join(data))
                    self.events += [found] if "type" in found else []  # a heartbeat is no event
                    data = []
                    self._more.set()
