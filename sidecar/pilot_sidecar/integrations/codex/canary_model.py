"""What the scripted model says to Codex: one command outside the sandbox, then that it is done."""

import json
from collections.abc import Mapping

from pilot_sidecar.infra.scripted_model import events
from pilot_sidecar.integrations.ports import Errand

WHY = "Pilot's canary: it prints a line, so that Pilot sees that Codex asks."
_SHELLS = ("exec_command", "shell_command", "shell", "local_shell")
"""What Codex calls its shell, by model; the first that it offers is called."""
_USAGE = {
    "input_tokens": 0,
    "input_tokens_details": {"cached_tokens": 0},
    "output_tokens": 0,
    "output_tokens_details": {"reasoning_tokens": 0},
    "total_tokens": 0,
}
Json = dict[str, object]


class ResponsesScript:
    """Speaks the Responses API."""

    def __init__(self, errand: Errand) -> None:
        self._errand = errand
        self.asked = False
        """Whether Codex was told to run the errand."""
        self.ran = False
        """Whether Codex sent what the errand prints."""

    def answer(self, request: Mapping[str, object]) -> bytes:
        """Call the shell once."""
        results = _results(request)
        if any(self._errand.output in result.splitlines() for result in results):
            self.ran = True
        shell = next((name for name in _SHELLS if name in _tools(request)), None)
        if results or shell is None:
            return _stream(_message("Done."))
        self.asked = True
        return _stream(_call(shell, self._errand.command))


def _call(shell: str, command: str) -> Json:
    words: dict[str, object] = {
        "exec_command": {"cmd": command},
        "shell_command": {"command": command},
    }
    named = words.get(shell, {"command": ["sh", "-c", command]})
    assert isinstance(named, dict)
    arguments = json.dumps({**named, "sandbox_permissions": "require_escalated", "justification": WHY})
    call = {"call_id": "call_canary", "name": shell, "arguments": arguments}
    return {"id": "fc_canary", "type": "function_call", "status": "completed", **call}


def _message(text: str) -> Json:
    part = {"type": "output_text", "text": text, "annotations": []}
    return {"id": "msg_canary", "type": "message", "role": "assistant", "status": "completed", "content": [part]}


def _stream(item: Json) -> bytes:
    response = {"id": "resp_canary", "object": "response", "created_at": 0, "model": "canary", "output": []}
    return events(
        {"type": "response.created", "response": {**response, "status": "in_progress"}},
        {"type": "response.output_item.added", "output_index": 0, "item": {**item, "status": "in_progress"}},
        {"type": "response.output_item.done", "output_index": 0, "item": item},
        {
            "type": "response.completed",
            "response": {**response, "status": "completed", "output": [item], "usage": _USAGE},
        },
    )


def _results(request: Mapping[str, object]) -> list[str]:
    """Return what tools came to."""
    items = request.get("input")
    found = [one for one in items if isinstance(one, dict)] if isinstance(items, list) else []
    return [_text(one.get("output")) for one in found if str(one.get("type")).endswith("_call_output")]


def _text(output: object) -> str:
    if isinstance(output, list):
        return "\n".join(str(part.get("text", "")) for part in output if isinstance(part, dict))
    return str(output)


def _tools(request: Mapping[str, object]) -> set[str]:
    tools = request.get("tools")
    found = [one for one in tools if isinstance(one, dict)] if isinstance(tools, list) else []
    return {str(one.get("name") or one.get("type")) for one in found}
