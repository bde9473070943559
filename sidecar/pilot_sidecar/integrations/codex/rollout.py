"""What the lines of a rollout say, as Pilot's events and facts: pure."""

import json
from collections.abc import Callable, Sequence
from datetime import datetime

from pydantic import ValidationError

from pilot_sidecar.core.attachments import Keep, only_named
from pilot_sidecar.core.events import (
    Event,
    PromptReceived,
    TodoUpdated,
    ToolCompleted,
    ToolUpdated,
    UsageUpdated,
)
from pilot_sidecar.core.models import Todo
from pilot_sidecar.integrations.codex import items
from pilot_sidecar.integrations.codex.native import TokenCount, TokenUsage
from pilot_sidecar.integrations.codex.rollout_items import native_item
from pilot_sidecar.integrations.codex.sessions import AGENT, model_name
from pilot_sidecar.integrations.codex.told import About, Began, Json, Line, Named, Output, Over, Runs, Said, Told
from pilot_sidecar.integrations.codex.translator import usage_of

CALLS = 1000
"""Calls remembered while their output is awaited."""
_RUNS_ON = "Process running with session ID"
"""How Codex begins the output of a command that it no longer waits for."""
_REJECTED = "Rejected("
_ABORTED = "aborted by user"
_SILENT = frozenset(
    {"session_meta", "turn_context", "world_state", "response_item", "event_msg", "token_usage_record", "compacted"}
)


class Rollout:
    """Reads one session's lines in their order; keeps what is needed between two of them."""

    def __init__(self, session_id: str, note: Callable[[str, bytes], None], keep: Keep = only_named) -> None:
        self._keep = keep
        self._id = session_id
        self._note = note
        self._provider: str | None = None
        self._turn = ""
        self._prompts = 0
        self._titled = False
        self._known = False
        self._calls: dict[str, str] = {}

    def take(self, line: Line) -> Sequence[Told]:
        """Return what a line says; what nobody knows is noted."""
        try:
            match line.type:
                case "session_meta":
                    return self._about(line)
                case "turn_context":
                    return self._model(line.payload)
                case "event_msg":
                    return self._event(line)
                case "response_item":
                    return self._response(line)
        except (ValidationError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
            self._unknown(line, "damaged")
            return ()
        if line.type not in _SILENT:
            self._unknown(line, line.type)
        return ()

    def _about(self, line: Line) -> Sequence[Told]:
        if self._known:  # a fork repeats what it came from
            return ()
        self._known = True
        meta = line.payload
        self._provider = _text(meta, "model_provider")
        is_exec = meta.get("source") == "exec" or meta.get("originator") == "codex_exec"
        began = datetime.fromisoformat(str(meta["timestamp"])).timestamp() if meta.get("timestamp") else line.at / 1000
        parent, nickname = _text(meta, "parent_thread_id"), _text(meta, "agent_nickname")
        return [About("exec" if is_exec else "embedded", round(began * 1000), parent, nickname)]

    def _model(self, payload: Json) -> Sequence[Told]:
        model = model_name(self._provider, _text(payload, "model"))
        return [Runs(model)] if model else ()

    def _event(self, line: Line) -> Sequence[Told]:
        payload = line.payload
        match payload.get("type"):
            case "item_completed":
                return self._item(line)
            case "task_started":
                self._turn, self._prompts = str(payload["turn_id"]), 0
                return [Began(self._turn)]
            case "task_complete":
                return [_over(payload)]
            case "turn_aborted":
                return [Over(str(payload.get("turn_id") or self._turn), "aborted")]
            case "token_count":
                return self._usage(line)
            case "thread_name_updated":
                name = _text(payload, "thread_name")
                return [Named(name[:200], chosen=True)] if name else ()
            case _:
                return ()

    def _item(self, line: Line) -> Sequence[Told]:
        payload = line.payload
        raw = payload["item"]
        if not isinstance(raw, dict):
            raise TypeError
        item = native_item(raw, payload.get("started_at_ms"), payload.get("completed_at_ms"))
        if item.type not in items.KNOWN:
            self._unknown(line, f"item {item.type}")
        self._calls.pop(item.id, None)
        turn = str(payload.get("turn_id") or self._turn)
        told: list[Told] = []
        for event in items.completed(item, self._id, turn, line.at, self._keep):
            told += self._said(event, turn)
        return told

    def _said(self, event: Event, turn: str) -> Sequence[Told]:
        if not isinstance(event, PromptReceived):
            return [Said(event, turn)]
        self._prompts += 1
        told: list[Told] = [Said(event, turn, self._prompts)]
        if not self._titled and (title := event.text.strip().partition("\n")[0][:200]):
            self._titled = True
            told.append(Named(title, chosen=False))
        return told

    def _usage(self, line: Line) -> Sequence[Told]:
        info = line.payload.get("info")
        if not isinstance(info, dict):
            return ()
        total, last = (TokenCount.model_validate(info.get(f"{name}_token_usage") or {}) for name in ("total", "last"))
        usage = usage_of(TokenUsage(total=total, last=last, model_context_window=info.get("model_context_window")))
        return [Said(UsageUpdated(at=line.at, session_id=self._id, agent=AGENT, usage=usage), self._turn)]

    def _response(self, line: Line) -> Sequence[Told]:
        payload = line.payload
        match payload.get("type"):
            case "function_call" | "custom_tool_call":
                return self._call(line)
            case "function_call_output" | "custom_tool_call_output":
                call_id = str(payload["call_id"])
                return self._output(line, call_id) if call_id in self._calls else ()
            case _:
                return ()

    def _call(self, line: Line) -> Sequence[Told]:
        name = str(line.payload.get("name"))
        self._calls[str(line.payload["call_id"])] = name
        if len(self._calls) > CALLS:
            del self._calls[next(iter(self._calls))]
        if name != "update_plan":
            return ()
        plan = json.loads(str(line.payload["arguments"]))["plan"]
        todos = [Todo(text=step["step"], status=step["status"]) for step in plan]
        return [Said(TodoUpdated(at=line.at, session_id=self._id, agent=AGENT, todos=todos), self._turn)]

    def _output(self, line: Line, call_id: str) -> Sequence[Told]:
        text = _output_text(line.payload.get("output"))
        if _RUNS_ON in text[:400]:
            shown = text.partition("Output:\n")[2]
            return [Output(ToolUpdated(at=line.at, session_id=self._id, agent=AGENT, call_id=call_id, output=shown))]
        tool = self._calls.pop(call_id)
        ended = ToolCompleted(at=line.at, session_id=self._id, agent=AGENT, call_id=call_id, tool=tool, output=text)
        if _REJECTED in text[:400]:
            ended.assign(status="denied", output=None, error=_rejection(text))
        elif text.endswith(_ABORTED):
            ended.assign(status="failed", output=None, error="Aborted.")
        return [Output(ended)]

    def _unknown(self, line: Line, name: str) -> None:
        self._note(f"rollout {name}", json.dumps({"type": line.type, "payload": line.payload}).encode())


def _over(payload: Json) -> Over:
    error = payload.get("error")
    words = _text(error, "message") or "The turn failed." if isinstance(error, dict) else None
    return Over(str(payload["turn_id"]), "error" if words else "completed", words)


def _text(payload: Json, name: str) -> str | None:
    value = payload.get(name)
    return value if isinstance(value, str) and value else None


def _output_text(output: object) -> str:
    if isinstance(output, list):
        return "\n".join(str(part.get("text") or "") for part in output if isinstance(part, dict))
    return output if isinstance(output, str) else json.dumps(output)


def _rejection(text: str) -> str:
    """Return the words of a refusal out of how Codex quotes them."""
    words = text.partition(_REJECTED)[2].rpartition(")")[0]
    return words.replace('\\"', '"').strip('"\\ ') or "Denied."
