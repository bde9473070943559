"""A chat-completions server that follows a script: what it answers depends on the words of the last prompt."""

import json
import re
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from threading import Event
from typing import Any

from agents.harness.scripted import ScriptedServer, send_json

Step = tuple[str, Any]
CLEAN = ("tool", ("bash", {"command": "rm -rf node_modules", "description": "Remove node_modules"}))
LOOP = "for n in 1 2 3; do echo line-$n; sleep 0.2; done"
SPEECH = "Streaming words, one after another, with an umlaut ü and a rocket 🚀 in them."


@dataclass
class Request:
    """One request of the agent's, as the model saw it."""

    messages: list[dict[str, Any]]
    tools: list[str]

    @property
    def last_tool_result(self) -> str:
        """What the last tool call came to, in the agent's words."""
        return next((_text(message) for message in reversed(self.messages) if message["role"] == "tool"), "")


@dataclass
class Model:
    """The server, and everything it was asked."""

    sandbox: str = ""
    word_delay_s: float = 0.01
    requests: list[Request] = field(default_factory=list)
    url: str = ""
    may_go_on: Event = field(default_factory=Event)
    """What a prompt that says “dawdle” waits for, halfway."""
    throttled: bool = False
    """Whether it has refused a prompt that says “throttle” for coming too soon."""

    def start(self) -> None:
        """Listen on any free port of loopback."""
        self._server = ScriptedServer(lambda handler, body: _answer(handler, self, body))
        self.url = self._server.url

    def stop(self) -> None:
        """Stop listening."""
        self._server.stop()

    def heard(self, text: str) -> bool:
        """Whether the agent ever sent this text, in whatever role."""
        return any(text in _text(message) for request in self.requests for message in request.messages)


def _text(message: dict[str, Any]) -> str:
    content = message.get("content")
    if isinstance(content, str):
        return content
    return " ".join(part.get("text", "") for part in content or [] if isinstance(part, dict))


def _script(words: str, done: int, result: str, sandbox: str) -> list[Step]:
    """Return what the model says and calls; ``done`` tool calls of this turn have come back."""
    final = [("text", f"Done. The tool said: {result.strip()[:300] or 'nothing'}.")]
    if "speak" in words:
        return [("text", SPEECH)]
    if "slow" in words:
        return [("slow", " ".join(f"word{n}" for n in range(600)))]
    if "ponder" in words:
        return [("think", "Let me think about this for a moment."), ("text", "I thought about it.")]
    if "fail" in words:
        return [("error", 400)]
    if "forbid" in words:
        return [("error", 403)]
    if "thrice" in words and done < 3:
        return [("tool", ("bash", {"command": f"echo step-{done + 1}", "description": "Step"}))]
    if done:
        return final
    calls: dict[str, list[Step]] = {
        "clean": [("text", "I will remove node_modules."), CLEAN],
        "listing": [("tool", ("bash", {"command": LOOP, "description": "Count"}))],
        "thrice": [],
        "plan": [("tool", ("todowrite", {"todos": [
            {"id": "1", "content": "Remove node_modules", "status": "in_progress", "priority": "high"},
            {"id": "2", "content": "Reinstall", "status": "pending", "priority": "medium"}]}))],
        "dawdle": [("text", "One moment."), ("wait", ""),
                   ("tool", ("write", {"filePath": f"{sandbox}/hello.txt", "content": "hello\nworld\n"}))],
        "compose": [("tool", ("write", {"filePath": f"{sandbox}/hello.txt", "content": "hello\nworld\n"}))],
        "both": [("text", "Two commands."),
                 ("tool", ("bash", {"command": "rm -rf node_modules", "description": "one"})),
                 ("tool", ("bash", {"command": "rm -rf dist", "description": "two"}))],
        "choose": [("tool", ("question", {"questions": [{
            "question": "Which package manager?", "header": "Package manager",
            "options": [{"label": "npm", "description": "Use npm"}, {"label": "bun", "description": "Use bun"}]}]}))],
        "delegate": [("text", "Delegating."), ("tool", ("task", {
            "description": "child work", "prompt": "please clean", "subagent_type": "general"}))],
        "hand the writing": [("tool", ("task", {
            "description": "child work", "prompt": "compose a file", "subagent_type": "general"}))],
        "elsewhere": [("tool", ("read", {"filePath": "/etc/hostname"}))],
    }  # fmt: skip
    return next((steps for word, steps in calls.items() if word in words), [("text", "Hm.")])


def _dictated(prompt: str, results: list[str]) -> list[Step]:
    """Return the call that a prompt spells out: ``call edit {"filePath": …}``."""
    if (found := re.search(r"call (\w+) (\{.*\})", prompt, re.DOTALL)) is None:
        return []
    return [("text", "Done.")] if results else [("tool", (found[1], json.loads(found[2])))]


def _answer(handler: BaseHTTPRequestHandler, model: Model, body: dict[str, Any]) -> None:
    messages = body.get("messages", [])
    tools = [tool["function"]["name"] for tool in body.get("tools", [])]
    last = max((at for at, message in enumerate(messages) if message["role"] == "user"), default=-1)
    words = _text(messages[last]).lower() if last >= 0 else ""
    results = [_text(message) for message in messages[last + 1 :] if message["role"] == "tool"]
    model.requests.append(Request(messages, tools))
    steps: list[Step] = [("text", "A fine title")]
    if tools and "throttle" in words and not model.throttled:
        model.throttled = True
        send_json(handler, 429, {"error": {"message": "scripted limit", "type": "rate_limit"}})
        return
    if tools:
        prompt = _text(messages[last]) if last >= 0 else ""
        steps = _dictated(prompt, results) or _script(words, len(results), "".join(results[-1:]), model.sandbox)
    if steps and steps[0][0] == "error":
        send_json(handler, steps[0][1], {"error": {"message": "scripted refusal", "type": "scripted"}})
        return
    _stream(handler, model, body.get("model"), steps)


def _stream(handler: BaseHTTPRequestHandler, model: Model, name: str | None, steps: list[Step]) -> None:
    handler.send_response(200)
    handler.send_header("content-type", "text/event-stream")
    handler.send_header("transfer-encoding", "chunked")
    handler.end_headers()

    def chunk(delta: dict[str, Any], finish: str | None = None, usage: dict[str, Any] | None = None) -> None:
        event = {
            "id": "chatcmpl-scripted", "object": "chat.completion.chunk", "created": int(time.time()), "model": name,
            "choices": [{"index": 0, "delta": delta, "finish_reason": finish}],
        }  # fmt: skip
        data = b"data: " + json.dumps(event | ({"usage": usage} if usage else {})).encode() + b"\n\n"
        handler.wfile.write(b"%x\r\n%s\r\n" % (len(data), data))
        handler.wfile.flush()

    chunk({"role": "assistant", "content": ""})
    calls = 0
    for kind, value in steps:
        if kind == "tool":
            _call(chunk, calls, *value)
            calls += 1
        elif kind == "wait":
            model.may_go_on.wait(60)
        else:
            for word in re.findall(r"\S+\s*", value):
                chunk({"reasoning_content" if kind == "think" else "content": word})
                time.sleep(0.1 if kind == "slow" else model.word_delay_s)
    chunk({}, "tool_calls" if calls else "stop", {"prompt_tokens": 1200, "completion_tokens": 45, "total_tokens": 1245})
    handler.wfile.write(b"e\r\ndata: [DONE]\n\n\r\n0\r\n\r\n")
    handler.wfile.flush()


def _call(chunk: Any, index: int, name: str, arguments: dict[str, Any]) -> None:
    call = f"call_{time.time_ns()}_{index}"
    function = {"name": name, "arguments": ""}
    chunk({"tool_calls": [{"index": index, "id": call, "type": "function", "function": function}]})
    text = json.dumps(arguments)
    for at in range(0, len(text), 40):
        chunk({"tool_calls": [{"index": index, "function": {"arguments": text[at : at + 40]}}]})
