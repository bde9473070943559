"""A Responses-API server that follows a script: what it answers depends on the words of the last prompt."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

from agents.harness.answer import Answer
from agents.harness.scripted import ScriptedServer

Json = dict[str, Any]
Step = tuple[Any, ...]
"""What the model does next: ``("text", words)``, ``("call", tool, arguments, namespace)``, and so on."""
SPEECH = "Streaming words, one after another, with an umlaut ü and a rocket 🚀 in them."
THOUGHT = "**Planning** I should run the command the user gave."
TITLE = "A fine title"
PLAN = [("Remove the modules", "in_progress"), ("Install them again", "pending")]
COLOURS = {
    "id": "colour",
    "header": "Colour",
    "question": "Which colour?",
    "options": [{"label": "Red (Recommended)", "description": "warm"}, {"label": "Blue", "description": "cold"}],
}


@dataclass
class Request:
    """One request of Codex's, as the model saw it."""

    body: Json

    @property
    def items(self) -> list[Json]:
        """The conversation so far."""
        return self.body.get("input") or []

    @property
    def tools(self) -> list[str]:
        """The names of what the model may call."""
        return [tool.get("name") or tool["type"] for tool in self.body.get("tools") or []]

    @property
    def is_title(self) -> bool:
        """Whether this is a helper that wants a title of the conversation."""
        return (self.body.get("text") or {}).get("format", {}).get("type") == "json_schema"

    @property
    def prompt(self) -> str:
        """What the user said last; what Codex adds in the user's name is in angle brackets."""
        return _text(self.items[self._last]).strip() if self._last >= 0 else ""

    @property
    def results(self) -> list[str]:
        """What the tools called since then came to."""
        return [_output(item) for item in self.items[self._last + 1 :] if item.get("type", "").endswith("_output")]

    @property
    def folder(self) -> Path:
        """Where the agent works, as it told the model."""
        return Path(re.findall(r"<cwd>(.*?)</cwd>", " ".join(map(_text, self.items)))[-1])

    @property
    def _last(self) -> int:
        found = [
            at for at, item in enumerate(self.items) if item.get("role") == "user" and _text(item).strip()[:1] != "<"
        ]
        return found[-1] if found else -1


@dataclass
class ResponsesModel:
    """The server, and everything it was asked."""

    word_delay_s: float = 0.01
    requests: list[Request] = field(default_factory=list)
    url: str = ""

    def start(self) -> None:
        """Listen on any free port of loopback."""
        self._server = ScriptedServer(self._answer)
        self.url = self._server.url

    def stop(self) -> None:
        """Stop listening."""
        self._server.stop()

    def _answer(self, handler: BaseHTTPRequestHandler, body: dict[str, Any]) -> None:
        request = Request(body)
        self.requests.append(request)
        Answer(handler, body.get("model"), self.word_delay_s).play(script(request))

    def heard(self, text: str) -> bool:
        """Whether the agent ever sent this text, in whatever role."""
        return any(text in _text(item) + _output(item) for request in self.requests for item in request.items)


def script(request: Request) -> list[Step]:
    """Return what the model says and calls next."""
    if request.is_title:
        return [("text", json.dumps({"title": TITLE}))]
    word, _, argument = request.prompt.partition(":")
    if write := SCRIPTS.get(word):
        return write(argument.strip(), request)
    return [("text", SPEECH if "speak" in request.prompt else "Hm.")]


def _once(*steps: Step) -> Callable[[Request], list[Step]]:
    def next_steps(request: Request) -> list[Step]:
        return [("text", f"Done. The tool said: {request.results[-1][-300:]}")] if request.results else [*steps]

    return next_steps


def _run(command: str, request: Request, **more: str) -> list[Step]:
    call = ("call", "exec_command", {"cmd": command, "yield_time_ms": 10_000, **more})
    return _once(("think", THOUGHT), ("text", f"I will run `{command}` now."), call)(request)


def _escape(command: str, request: Request) -> list[Step]:
    why = "the test asks to leave the sandbox"
    return _run(command, request, sandbox_permissions="require_escalated", justification=why)


def _patch(path: str, request: Request) -> list[Step]:
    patch = f"*** Begin Patch\n*** Add File: {path}\n+hello from the patch\n+and a second line\n*** End Patch\n"
    return _once(("text", f"I will add {path}."), ("custom", "apply_patch", patch))(request)


def _edit(path: str, request: Request) -> list[Step]:
    if request.results:
        return _once()(request)
    first = (request.folder / path).read_text().split("\n")[0]
    change = f"@@\n-{first}\n+{first} Edited.\n"
    patch = f"*** Begin Patch\n*** Update File: {path}\n{change}*** End Patch\n"
    return [("text", f"I will edit {path}."), ("custom", "apply_patch", patch)]


def _slow(count: str, _request: Request) -> list[Step]:
    return [("slow", " ".join(f"word{n}" for n in range(int(count))))]


def _spawn(prompt: str, request: Request) -> list[Step]:
    spawn = ("call", "spawn_agent", {"message": prompt, "agent_type": "default"}, "multi_agent_v1")
    if len(request.results) != 1:
        return _once(("text", "Delegating."), spawn)(request)
    found = re.search(r'"agent_id"\s*:\s*"([^"]+)"', request.results[0])
    return [("call", "wait_agent", {"targets": [found[1]] if found else [], "timeout_ms": 15_000}, "multi_agent_v1")]


def _mcp(words: str, request: Request) -> list[Step]:
    server, tool, arguments = words.split(" ", 2)
    return _once(("text", "Calling the tool."), ("call", tool, json.loads(arguments), f"mcp__{server}"))(request)


def _ask(_words: str, request: Request) -> list[Step]:
    return _once(("call", "request_user_input", {"questions": [COLOURS]}))(request)


def _plan(_words: str, request: Request) -> list[Step]:
    steps = [{"step": step, "status": status} for step, status in PLAN]
    return _once(("text", "Here is my plan."), ("call", "update_plan", {"plan": steps}))(request)


def _fail(_words: str, _request: Request) -> list[Step]:
    return [("fail", "scripted failure")]


def _see(path: str, request: Request) -> list[Step]:
    return _once(("call", "view_image", {"path": path}))(request)


SCRIPTS: dict[str, Callable[[str, Request], list[Step]]] = {
    "run": _run, "esc": _escape, "patch": _patch, "edit": _edit, "slow": _slow,
    "spawn": _spawn, "mcp": _mcp, "ask": _ask, "plan": _plan, "fail": _fail, "see": _see,
}  # fmt: skip


def _text(item: Json) -> str:
    content = item.get("content")
    if isinstance(content, str):
        return content
    return " ".join(part.get("text", "") for part in content or [] if isinstance(part, dict))


def _output(item: Json) -> str:
    """Return a tool's result, without what Codex says about its length and time."""
    output = item.get("output") or ""
    text = output if isinstance(output, str) else "\n".join(part.get("text", "") for part in output)
    return text.rpartition("Output:\n")[2].strip()
