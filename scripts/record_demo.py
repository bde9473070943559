"""Record the demo anew: a real OpenCode on a small project, once allowed and once denied.

PILOT_TEST_OPENCODE=/path/to/opencode .venv/bin/python scripts/record_demo.py
"""

import asyncio
import json
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "tests"))

from agents.harness import model as scripted  # type: ignore[import-not-found] # noqa: E402 - tests are not typed
from agents.harness.hub import Client, Hub  # type: ignore[import-not-found] # noqa: E402
from agents.harness.opencode import Sandbox, Serve, binary  # type: ignore[import-not-found] # noqa: E402

Json = dict[str, Any]
RECORDING = ROOT / "sidecar/pilot_sidecar/integrations/demo/recording.jsonl"
TITLE = "Due dates for the to-do list"
PROMPT = "Give the to-dos a due date, and run the tests."
LONGEST_PAUSE_MS = 1200
LEFT_OUT = {"pilot.permission.pending", "pilot.permission.resolved", "pilot.agent.status"}

CODE = """export function addTodo(list, title) {
  return [...list, { id: list.length + 1, title, done: false }];
}
"""
BETTER = """export function addTodo(list, title, due = null) {
  return [...list, { id: list.length + 1, title, done: false, due }];
}

export function overdue(list, today) {
  return list.filter((todo) => !todo.done && todo.due !== null && todo.due < today);
}
"""
PACKAGE = """{
  "type": "module",
  "scripts": { "test": "node --test --test-reporter=spec" }
}
"""
TESTS = """import assert from "node:assert/strict";
import { test } from "node:test";
import * as todo from "../src/todo.js";

test("a new to-do is open", () => {
  assert.equal(todo.addTodo([], "Buy milk")[0].done, false);
});

test("only open to-dos with a date in the past are overdue", () => {
  const list = todo.addTodo(todo.addTodo([], "Buy milk", "2026-01-01"), "Call Anna");
  assert.deepEqual(todo.overdue(list, "2026-02-01").map((found) => found.title), ["Buy milk"]);
});
"""


def _todos(*states: str) -> tuple[str, tuple[str, Json]]:
    texts = ("Add a due date to to-dos", "Find what is overdue", "Run the tests")
    todos = [
        {"id": str(number), "content": text, "status": state, "priority": "medium"}
        for number, (text, state) in enumerate(zip(texts, states, strict=True), start=1)
    ]
    return ("tool", ("todowrite", {"todos": todos}))


def _script(_words: str, done: int, _result: str, sandbox: str) -> list[tuple[str, Any]]:
    """Return what the model says and does in each step of the demo."""
    path = f"{sandbox}/src/todo.js"
    steps: list[list[tuple[str, Any]]] = [
        [
            ("think", "The to-dos are made in src/todo.js. I look there first, change it, then run the tests. "),
            ("text", "I'll look at how to-dos are made, add the date, and check it with the tests.\n"),
            _todos("in_progress", "pending", "pending"),
        ],
        [("tool", ("read", {"filePath": path}))],
        [
            ("text", "A to-do has no date yet. I'll add an optional `due`, and a way to find what is **overdue**.\n"),
            ("tool", ("edit", {"filePath": path, "oldString": CODE, "newString": BETTER})),
        ],
        [_todos("completed", "completed", "in_progress")],
        [
            ("text", "Now the tests. This runs a command, so it is up to you.\n"),
            ("tool", ("bash", {"command": "npm test", "description": "Run the tests"})),
        ],
        [_todos("completed", "completed", "completed")],
        [
            (
                "text",
                "Both tests pass. What changed:\n\n"
                "- `addTodo(list, title, due)` takes an optional date\n"
                "- `overdue(list, today)` finds open to-dos whose date has passed\n\n"
                "```js\noverdue(todos, \"2026-02-01\")\n```\n",
            )
        ],
    ]  # fmt: skip
    return steps[min(done, len(steps) - 1)]


async def _record() -> list[Json]:
    with tempfile.TemporaryDirectory() as scratch:
        model = scripted.Model(word_delay_s=0.045)
        scripted._script = _script
        model.start()
        program = binary()
        if program is None:
            sys.exit("opencode not found: name the program in PILOT_TEST_OPENCODE")
        sandbox = Sandbox(Path(scratch), program, model.url)
        sandbox.configure(permission={"bash": "ask"})
        model.sandbox = str(sandbox.project)
        sandbox.install("--offline")
        hub = Hub(sandbox.pilot_home, sandbox.environ)
        hub.start()
        serve = sandbox.serve()
        try:
            serve.api("GET", "/session/status")  # OpenCode loads its plugins with the first request
            async with hub.client() as client:
                await client.connected()
                allowed = await _session(serve, client, "allow_once")
                denied = await _session(serve, client, "deny")
        finally:
            serve.stop()
            hub.stop()
            model.stop()
    return _entries(allowed, denied)


async def _session(serve: Serve, client: Client, answer: str) -> list[Json]:
    """Run the session once; return its events, the ask among them."""
    for name, text in {"src/todo.js": CODE, "test/todo.test.js": TESTS, "package.json": PACKAGE}.items():
        path = serve.project / name
        await asyncio.to_thread(_write, path, text)
    await asyncio.to_thread(shutil.rmtree, serve.project / "node_modules", ignore_errors=True)
    session = serve.session()
    serve.prompt(session, PROMPT)
    ask = await client.waiting(session)
    status, body = await client.decide(ask, answer)
    if status >= 400:
        sys.exit(f"the decision was refused: {body}")
    await client.idle(session)
    return [event for event in client.events if event.get("sessionId") == session]


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_text(text)


def _entries(allowed: list[Json], denied: list[Json]) -> list[Json]:
    at, other = _asked(allowed), _asked(denied)
    same = {denied[other]["ask"]["callId"]: allowed[at]["ask"]["callId"]}
    tools = [_tool(events, events[place]["ask"]["callId"]) for events, place in ((denied, other), (allowed, at))]
    same[tools[0]["messageId"]] = tools[1]["messageId"]
    same[allowed[at]["ask"]["directory"]] = "{directory}"
    said = {event.get("text") for event in allowed[:at]} - {None}
    rest = [event for event in denied[other + 1 :] if event.get("text") not in said]
    return [
        *_branch("start", allowed[: at + 1], same),
        *_branch("allowed", allowed[at + 1 :], same),
        *_branch("denied", rest, same),
    ]


def _asked(events: list[Json]) -> int:
    return next(place for place, event in enumerate(events) if event["type"] == "pilot.permission.pending")


def _tool(events: list[Json], call_id: str) -> Json:
    return next(event for event in events if event["type"] == "pilot.tool.started" and event["callId"] == call_id)


def _branch(name: str, events: list[Json], same: dict[str, str]) -> Iterator[Json]:
    """Yield a branch's entries, each with the time since the one before."""
    before = events[0]["at"]
    for number, event in enumerate(events):
        last = name == "start" and number == len(events) - 1
        if event["type"] in LEFT_OUT and not last:
            continue
        pause = max(0, min(event["at"] - before, LONGEST_PAUSE_MS))
        before = event["at"]
        yield {"pauseMs": pause, "branch": name, "event": _neutral(event, same)}


def _neutral(event: Json, same: dict[str, str]) -> Json:
    """Take out what belongs to this machine and moment."""
    text = json.dumps({key: value for key, value in event.items() if key not in ("seq", "epoch", "at")})
    for found, meant in {**same, event["sessionId"]: "{session}"}.items():
        text = text.replace(found, meant)
    neutral: Json = json.loads(text)
    neutral["agent"] = "demo"
    if "startedAt" in neutral:
        neutral["startedAt"] -= event["at"]  # how long before, as the player reads it
    if session := neutral.get("session"):
        session.update(agent="demo", title=TITLE, createdAt=0, updatedAt=0, demo=True)
        session["capabilities"] = {"stream": "tokens", "approve": "race", "usage": True}
        for name in ("process", "model", "mode"):
            session.pop(name, None)
    if ask := neutral.get("ask"):
        ask.update(agent="demo", machine="demo", createdAt=0)
    return neutral


def main() -> None:
    """Write the recording."""
    entries = asyncio.run(_record())
    RECORDING.write_text("".join(json.dumps(entry, ensure_ascii=False) + "\n" for entry in entries), "utf-8")
    print(f"{len(entries)} events in {RECORDING.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
