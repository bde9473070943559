"""Record turns of the real OpenCode as the bridge tells them: in ``tests``, ``python -m agents.harness.record DIR``."""

import asyncio
import json
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from aiohttp import web

from agents.harness.model import Model
from agents.harness.opencode import Sandbox, Serve, binary
from agents.harness.waiting import until
from pilot_sidecar.integrations.opencode.bridge_file import PATH, write_bridge_file

Act = Callable[[Serve, str], Awaitable[None]]
ASK_EDITS = [{"permission": "edit", "pattern": "*", "action": "ask"}]
SETTLED_S = 0.6
"""What follows the end of a turn comes within this."""


class Recorder:
    """Stands where the hub would, and writes down what it hears."""

    def __init__(self) -> None:
        self.events: list[dict[str, Any]] = []

    async def accept(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse(max_msg_size=0)
        await socket.prepare(request)
        await socket.send_json({"type": "config", "approval": {}})
        async for message in socket:
            frame = json.loads(message.data)
            if frame["type"] == "event":
                self.events.append(frame["event"])
        return socket

    def over(self, session: str) -> bool:
        return any(
            event["type"] == "session.idle" and event["properties"]["sessionID"] == session for event in self.events
        )


async def reply(serve: Serve, answer: str) -> None:
    ask = (await until("a permission", lambda: asyncio.to_thread(serve.api, "GET", "/permission")))[0]
    serve.api("POST", f"/permission/{ask['id']}/reply", {"reply": answer})


async def once(serve: Serve, _session: str) -> None:
    await reply(serve, "once")


async def reject(serve: Serve, _session: str) -> None:
    await reply(serve, "reject")


async def choose(serve: Serve, _session: str) -> None:
    ask = (await until("a question", lambda: asyncio.to_thread(serve.api, "GET", "/question")))[0]
    serve.api("POST", f"/question/{ask['id']}/reply", {"answers": [["bun"]]})


async def abort(serve: Serve, session: str) -> None:
    await until("a permission", lambda: asyncio.to_thread(serve.api, "GET", "/permission"))
    serve.api("POST", f"/session/{session}/abort")
    await reply(serve, "reject")


async def nothing(_serve: Serve, _session: str) -> None:
    return


SCENES: dict[str, tuple[str, Act]] = {
    "speak": ("speak to me", nothing),
    "ponder": ("ponder this", nothing),
    "approved": ("clean please", once),
    "rejected": ("clean please", reject),
    "question": ("choose for me", choose),
    "todos": ("plan it", nothing),
    "compose": ("compose a file", once),
    "delegate": ("delegate this", once),
    "aborted": ("clean please", abort),
    "failed": ("fail now", nothing),
    "listing": ("listing please", once),
}


async def record(folder: Path) -> None:
    """Play every scene and write its events, with the sandbox's paths made plain."""
    program, model, recorder = binary(), Model(), Recorder()
    assert program is not None, "opencode not found"
    model.start()
    sandbox = Sandbox(Path(tempfile.mkdtemp(prefix="record-")), program, model.url)
    model.sandbox = str(sandbox.project)
    sandbox.configure(permission={"bash": "ask"})
    sandbox.install()
    app = web.Application()
    app.add_routes([web.get(PATH, recorder.accept)])
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    write_bridge_file(sandbox.pilot_home, f"http://127.0.0.1:{runner.addresses[0][1]}", "none")
    serve = await asyncio.to_thread(sandbox.serve)
    serve.api("GET", "/session/status")
    for name, (prompt, act) in SCENES.items():
        await _scene(recorder, serve, prompt, act, ASK_EDITS if name == "compose" else [])
        text = "\n".join(json.dumps(event, ensure_ascii=False) for event in recorder.events)
        text = text.replace(str(sandbox.project), "/home/dev/project").replace(str(sandbox.root), "/home/dev")
        (folder / f"{name}.jsonl").write_text(text + "\n")
    serve.stop()
    await runner.cleanup()
    model.stop()


async def _scene(recorder: Recorder, serve: Serve, prompt: str, act: Act, rules: list[dict[str, str]]) -> None:
    recorder.events.clear()
    session = serve.session()
    if rules:
        serve.api("PATCH", f"/session/{session}", {"permission": rules})
    serve.prompt(session, prompt)
    await act(serve, session)

    async def over() -> bool:
        return recorder.over(session)

    await until("the end of the turn", over)
    end = time.monotonic() + SETTLED_S
    while time.monotonic() < end:
        await asyncio.sleep(0.05)


if __name__ == "__main__":
    asyncio.run(record(Path(sys.argv[1])))
