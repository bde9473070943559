"""The least an aiohttp server can do for the same job: the yardstick of the same run, on the same noisy machine."""

import asyncio
import json
import sys

import uvloop
from aiohttp import web
from pydantic_core import from_json

COALESCE_S = 0.005


class Bare:
    """Takes posts, and sends each to all streams, joined over 5 ms."""

    def __init__(self) -> None:
        self._streams: list[web.StreamResponse] = []
        self._batch: list[bytes] = []
        self._wake = asyncio.Event()
        self._seq = 0
        self._gone: set[web.StreamResponse] = set()

    async def hook(self, request: web.Request) -> web.Response:
        """Parse, frame, answer 204."""
        payload = from_json(await request.read())
        self._seq += 1
        if self._streams:
            body = {"seq": self._seq, "type": "pilot.tool.started", "sessionId": payload["session_id"], "tool": "Bash"}
            body |= {"input": payload["tool_input"], "callId": payload["tool_use_id"], "title": "ls -la"}
            self._batch.append(b"id: x-%d\ndata: %b\n\n" % (self._seq, json.dumps(body).encode()))
            self._wake.set()
        return web.Response(status=204)

    async def events(self, request: web.Request) -> web.StreamResponse:
        """Stream until the client leaves."""
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await response.prepare(request)
        await response.write(b": hello\n\n")
        self._streams.append(response)
        await asyncio.Event().wait()
        return response

    async def flush(self) -> None:
        """Write batches for ever."""
        while True:
            await self._wake.wait()
            self._wake.clear()
            batch, self._batch = b"".join(self._batch), []
            for stream in self._streams:
                try:
                    await stream.write(batch)
                except ConnectionError:
                    self._gone.add(stream)
            self._streams = [stream for stream in self._streams if stream not in self._gone]
            self._gone.clear()
            await asyncio.sleep(COALESCE_S)


async def main() -> None:
    """Serve on a free port, printed as the first line."""
    bare = Bare()
    app = web.Application()
    app.router.add_post("/codex/hooks/PreToolUse", bare.hook)
    app.router.add_get("/events", bare.events)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    sys.stdout.write(f"{runner.addresses[0][1]}\n")
    sys.stdout.flush()
    await bare.flush()


if __name__ == "__main__":
    uvloop.run(main())
