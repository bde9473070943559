"""A raw JSON-RPC client on the hub's socket."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any


class RpcError(Exception):
    def __init__(self, error: dict[str, Any]) -> None:
        super().__init__(error["message"])
        self.error = error


class RpcClient:
    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer
        self.events: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self.places: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self.answers: dict[object, asyncio.Future[dict[str, Any]]] = {}
        self.others: list[dict[str, Any]] = []
        self.ended = asyncio.Event()
        self._id = 0
        self._pump = asyncio.get_running_loop().create_task(self._read())

    async def request(self, method: str, params: object = None) -> Any:
        self._id += 1
        future = self.answers[self._id] = asyncio.get_running_loop().create_future()
        self.send({"jsonrpc": "2.0", "id": self._id, "method": method, "params": params})
        answer = await asyncio.wait_for(future, 10)
        if "error" in answer:
            raise RpcError(answer["error"])
        return answer["result"]

    def notify(self, method: str, params: object = None) -> None:
        self.send({"jsonrpc": "2.0", "method": method, "params": params})

    def send(self, message: object) -> None:
        self.send_raw(json.dumps(message).encode())

    def send_raw(self, body: bytes) -> None:
        self.writer.write(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))

    async def initialize(self, kind: str = "vscode", name: str = "Test window") -> Any:
        options = {"client": {"kind": kind, "name": name}}
        params = {"processId": None, "rootUri": None, "capabilities": {}, "initializationOptions": options}
        return await self.request("initialize", params)

    async def event(self, kind: str) -> dict[str, Any]:
        """Return the next event of a kind."""
        while True:
            found = await asyncio.wait_for(self.events.get(), 10)
            if found["type"] == kind:
                return found

    async def place(self) -> dict[str, Any]:
        """Return the next place the hub asks this window to show."""
        return await asyncio.wait_for(self.places.get(), 10)

    async def close(self) -> None:
        self.writer.close()
        await asyncio.wait_for(self._pump, 5)

    async def _read(self) -> None:
        try:
            while True:
                size = 0
                while (line := await self.reader.readline()).strip():
                    if line.lower().startswith(b"content-length:"):
                        size = int(line.split(b":")[1])
                if not line:
                    return
                self._take(json.loads(await self.reader.readexactly(size)))
        except (ConnectionError, asyncio.IncompleteReadError):
            return
        finally:
            self.ended.set()

    def _take(self, message: dict[str, Any]) -> None:
        if message.get("method") == "pilot/event":
            self.events.put_nowait(message["params"])
        elif message.get("method") == "pilot/show":
            self.places.put_nowait(message["params"])
        elif message.get("id") in self.answers:
            self.answers.pop(message["id"]).set_result(message)
        else:
            self.others.append(message)


@asynccontextmanager
async def connect_rpc(socket: str, *, kind: str | None = "vscode") -> AsyncIterator[RpcClient]:
    client = RpcClient(*await asyncio.open_unix_connection(socket))
    try:
        if kind is not None:
            await client.initialize(kind)
        yield client
    finally:
        await client.close()
