"""Codex's shared daemon, played by a test: on a real Unix socket, held by a process of its own that can die."""

import asyncio
import json
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

from aiohttp import WSMsgType, web

Json = dict[str, Any]
SOCKET = Path("app-server-control/app-server-control.sock")
PROJECT = "/home/dev/project"
TO_ALL = frozenset({"thread/started", "thread/status/changed", "thread/closed", "thread/archived", "thread/deleted"})
"""What every client is told; the rest is for those that have joined the thread."""
HOLD = "import socket, sys; socket.socket(fileno=int(sys.argv[1])).listen(64); print(flush=True); sys.stdin.read()"
"""Listens for the test, so that the system names another process than the test's as the daemon."""
IDLE: Json = {"type": "idle"}
ACTIVE: Json = {"type": "active", "activeFlags": []}
WAITING: Json = {"type": "active", "activeFlags": ["waitingOnApproval"]}
Raw = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
Play = Callable[[Json], Any]
NOTHING = object()
"""What a play returns that leaves a request without an answer."""


class RefusalError(Exception):
    """Answers a request with an error."""


@dataclass
class FakeThread:
    id: str
    status: Json = field(default_factory=lambda: dict(IDLE))
    fields: Json = field(default_factory=dict)
    turns: list[Json] = field(default_factory=list)
    """Newest last; ``thread/turns/list`` gives them newest first."""
    refusals: int = 0
    """How often joining fails, as it does before a first turn is written down."""
    pending: dict[int | str, Json] = field(default_factory=dict)
    loaded: bool = True
    """Otherwise only its record is there, to be read."""

    def wire(self) -> Json:
        """Return it as Codex describes a thread."""
        return {
            "id": self.id, "sessionId": self.id, "cwd": PROJECT, "preview": "A thread", "ephemeral": False,
            "modelProvider": "fake", "model": "gpt-5.5", "createdAt": 1_700_000_000, "updatedAt": 1_700_000_000,
            "status": self.status, "path": None, "source": "vscode", "threadSource": "user", "name": None, "turns": [],
            "parentThreadId": None, **self.fields,
        }  # fmt: skip


@dataclass(eq=False)
class FakeClient:
    """One connection."""

    socket: web.WebSocketResponse
    transport: Any
    joined: set[str] = field(default_factory=set)

    async def send(self, message: object) -> None:
        with suppress(ConnectionError):
            await self.socket.send_str(json.dumps(message))


class FakeAppServer:
    """Answers as Codex 0.169 does, unless a test has it play something else."""

    def __init__(self, codex_home: Path) -> None:
        self.path = codex_home / SOCKET
        self.threads: dict[str, FakeThread] = {}
        self.user_agent = "codex-tui/0.169.0 (Debian 12.0.0; x86_64) (pilot; 0.0.1)"
        self.plays: dict[str, Play] = {}
        """By method, what takes the place of the usual answer: a result, NOTHING, or RefusalError raised."""
        self.raw: Raw | None = None
        """Takes the place of WebSocket altogether."""
        self.greeted: Callable[[FakeClient], Awaitable[None]] | None = None
        """Takes the place of everything once a WebSocket is there."""
        self.received: list[Json] = []
        """Requests and notifications of all clients, in order."""
        self.answers: list[Json] = []
        """Answers of all clients to the requests of this server."""
        self.resolves = True
        """Says at once that a request has its answer."""
        self.connections = 0
        self.clients: list[FakeClient] = []
        self.pid = 0
        self._folders: list[Path] = []
        self._listening: socket.socket | None = None
        self._holder: subprocess.Popen[bytes] | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.die()
        for folder in self._folders:
            shutil.rmtree(folder)

    async def start(self) -> None:
        """Listen, where Codex listens: at a short path, since a Unix socket's may not be long, with a link to it."""
        folder = Path(tempfile.mkdtemp(prefix="cx-", dir="/tmp"))
        self._folders.append(folder)
        self._listening = socket.socket(socket.AF_UNIX)
        self._listening.bind(str(folder / "s"))
        number = self._listening.fileno()
        self._holder = _hold(number)
        assert self._holder.stdout is not None
        await asyncio.wait_for(asyncio.to_thread(self._holder.stdout.readline), 10)
        self.pid = self._holder.pid
        self._listening.setblocking(False)
        self._spawn(self._accept(self._listening))
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self.path.unlink(missing_ok=True)
        self.path.symlink_to(folder / "s")

    async def die(self) -> None:
        """End like a process that was killed: connections break, and the socket's file stays."""
        if self._holder is not None:
            self._holder.kill()
            self._holder.communicate()
            self._holder = None
        if self._listening is not None:
            self._listening.close()
            self._listening = None
        self.drop()
        for task in list(self._tasks):
            task.cancel()
        if self._tasks:
            await asyncio.wait(list(self._tasks), timeout=5)

    def drop(self) -> None:
        """Break the connections; the process lives on."""
        for client in self.clients:
            client.transport.abort()
        self.clients.clear()

    # What it says by itself

    async def say(self, method: str, **params: object) -> None:
        """Notify whoever Codex would."""
        for client in list(self.clients):
            if method in TO_ALL or "threadId" not in params or params["threadId"] in client.joined:
                await client.send({"method": method, "params": params, "emittedAtMs": 1})

    async def open(self, thread_id: str = "t1", status: Json = IDLE, **fields: object) -> FakeThread:
        """Load a thread, as a terminal that was started does."""
        thread = self.threads[thread_id] = FakeThread(thread_id, dict(status), dict(fields))
        await self.say("thread/started", thread=thread.wire())
        return thread

    def unload(self, thread: FakeThread) -> None:
        """Keep only its record, and say nothing of it."""
        thread.loaded, thread.status = False, {"type": "notLoaded"}
        for client in self.clients:
            client.joined.discard(thread.id)

    async def status(self, thread: FakeThread, status: Json) -> None:
        thread.status = dict(status)
        await self.say("thread/status/changed", threadId=thread.id, status=thread.status)

    async def begin(self, thread: FakeThread, turn_id: str = "turn") -> None:
        """Begin a turn; a real one is a moment ahead of who joins it, so whoever waits for that sees it all."""
        thread.turns.append({"id": turn_id, "items": [], "status": "inProgress", "startedAt": 1_700_000_001})
        await self.status(thread, ACTIVE)

    async def end(self, thread: FakeThread, status: str = "completed", **fields: object) -> None:
        """End the running turn."""
        turn = thread.turns[-1] | {"status": status, **fields}
        thread.turns[-1] = turn
        await self.status(thread, IDLE)
        await self.say("turn/completed", threadId=thread.id, turn=turn)

    async def item(self, thread: FakeThread, item: Json, *, done: bool) -> None:
        """Tell of an item, and keep it in the turn."""
        turn = thread.turns[-1]
        turn["items"] = [known for known in turn["items"] if known["id"] != item["id"]] + [item]
        method = "item/completed" if done else "item/started"
        await self.say(method, threadId=thread.id, turnId=turn["id"], item=item)

    async def delta(self, thread: FakeThread, item_id: str, text: str) -> None:
        turn_id = thread.turns[-1]["id"]
        await self.say("item/agentMessage/delta", threadId=thread.id, turnId=turn_id, itemId=item_id, delta=text)

    async def ask(self, thread: FakeThread, request_id: int | str, method: str, params: Json) -> None:
        """Ask all who joined; who joins later is asked too."""
        message = {"method": method, "id": request_id, "params": {"threadId": thread.id, **params}}
        thread.pending[request_id] = message
        await self.status(thread, WAITING)
        for client in list(self.clients):
            if thread.id in client.joined:
                await client.send(message)

    async def resolve(self, thread: FakeThread, request_id: int | str) -> None:
        """Say that somebody has answered."""
        thread.pending.pop(request_id, None)
        if not thread.pending and thread.status == WAITING:
            await self.status(thread, ACTIVE)
        await self.say("serverRequest/resolved", threadId=thread.id, requestId=request_id)

    def calls(self, method: str) -> list[Json]:
        """Return the parameters of the requests of one kind so far."""
        return [message.get("params", {}) for message in self.received if message.get("method") == method]

    # Connections

    async def _accept(self, listening: socket.socket) -> None:
        loop = asyncio.get_running_loop()
        server = web.Server(self._serve)  # type: ignore[arg-type] # aiohttp types it for whole requests only
        while True:
            connection, _ = await loop.sock_accept(listening)
            connection.setblocking(False)
            self.connections += 1
            if self.raw is not None:
                self._spawn(self._speak_raw(connection, self.raw))
            else:
                await loop.connect_accepted_socket(server, connection)

    async def _speak_raw(self, connection: socket.socket, raw: Raw) -> None:
        reader, writer = await asyncio.open_unix_connection(sock=connection)
        try:
            with suppress(ConnectionError):
                await raw(reader, writer)
        finally:
            writer.transport.abort()

    async def _serve(self, request: web.BaseRequest) -> web.StreamResponse:
        socket_ = web.WebSocketResponse(max_msg_size=0)
        await socket_.prepare(request)
        client = FakeClient(socket_, request.transport)
        self.clients.append(client)
        try:
            if self.greeted is not None:
                await self.greeted(client)
                return socket_
            async for frame in socket_:
                if frame.type is WSMsgType.TEXT:
                    await self._take(client, json.loads(frame.data))
        finally:
            if client in self.clients:
                self.clients.remove(client)
        return socket_

    async def _take(self, client: FakeClient, message: Json) -> None:
        if "method" not in message:
            self.answers.append(message)
            if self.resolves:
                await self._settle(message["id"])
            return
        self.received.append(message)
        if "id" not in message:
            return
        try:
            result = await self._result(client, message)
        except RefusalError as error:
            await client.send({"id": message["id"], "error": {"code": -32600, "message": str(error)}})
            return
        if result is not NOTHING:
            await client.send({"id": message["id"], "result": result})
        if message["method"] == "thread/resume":
            for pending in list(self.threads[message["params"]["threadId"]].pending.values()):
                await client.send(pending)

    async def _settle(self, request_id: int | str) -> None:
        for thread in self.threads.values():
            if request_id in thread.pending:
                await self.resolve(thread, request_id)

    async def _result(self, client: FakeClient, message: Json) -> Any:
        method, params = message["method"], message.get("params", {})
        if (play := self.plays.get(method)) is not None:
            result = play(params)
            return await result if asyncio.iscoroutine(result) else result
        if method == "initialize":
            return {"userAgent": self.user_agent, "codexHome": str(self.path.parents[1])}
        if method == "thread/loaded/list":
            return {"data": [thread.id for thread in self.threads.values() if thread.loaded], "nextCursor": None}
        if method == "thread/list":
            return {"data": [], "nextCursor": None}
        if (thread := self.threads.get(params.get("threadId"))) is None:
            raise RefusalError(f"thread not found: {params.get('threadId')}")
        return self._of_thread(client, method, thread)

    def _of_thread(self, client: FakeClient, method: str, thread: FakeThread) -> Any:
        newest = {"data": thread.turns[::-1], "nextCursor": None}
        match method:
            case "thread/read":
                return {"thread": thread.wire()}
            case "thread/turns/list":
                return newest
            case "thread/resume":
                if thread.refusals:
                    thread.refusals -= 1
                    raise RefusalError(f"no rollout found for thread id {thread.id}")
                client.joined.add(thread.id)
                page = {"data": newest["data"][:1], "nextCursor": None}
                return {"thread": thread.wire(), "model": "gpt-5.5", "modelProvider": "fake", "initialTurnsPage": page}
            case "thread/unsubscribe":
                client.joined.discard(thread.id)
                return {"status": "unsubscribed"}
            case "turn/start" | "turn/interrupt" | "thread/queue/add":
                return {"turn": {"id": "turn", "items": [], "status": "inProgress"}}
            case _:
                raise RefusalError(f"Invalid request: unknown variant `{method}`")

    def _spawn(self, work: Any) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def _hold(number: int) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(
        [sys.executable, "-I", "-S", "-c", HOLD, str(number)],
        pass_fds=[number], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    )  # fmt: skip
