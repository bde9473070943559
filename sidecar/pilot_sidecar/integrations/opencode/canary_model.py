"""What the scripted model says to OpenCode: one call of ``bash``, then that it is done. Pure but for what it noted."""

import json
from collections.abc import Mapping

from pilot_sidecar.infra.scripted_model import events
from pilot_sidecar.integrations.ports import Errand

TOOL = "bash"
_USAGE = {"prompt_tokens": 0, "completion_tokens": 0, "total_tokens": 0}


class ChatScript:
    """Speaks the chat completions that ``@ai-sdk/openai-compatible`` reads; OpenCode carries that package."""

    def __init__(self, errand: Errand) -> None:
        self._errand = errand
        self.asked = False
        """Whether OpenCode was told to run the errand."""
        self.ran = False
        """Whether OpenCode sent what the errand prints."""

    def answer(self, request: Mapping[str, object]) -> bytes:
        """Call the tool once, where there is one: OpenCode asks for titles, too, and gives no tools then."""
        if any(self._errand.output in result.splitlines() for result in _results(request)):
            self.ran = True
        if _results(request) or not _offers(request, TOOL):
            return _stream({"content": "Done."}, "stop")
        self.asked = True
        arguments = {"command": self._errand.command, "description": "Prints a line, so that Pilot sees it asks"}
        function = {"name": TOOL, "arguments": json.dumps(arguments)}
        return _stream(
            {"tool_calls": [{"index": 0, "id": "call_canary", "type": "function", "function": function}]}, "tool_calls"
        )


def _stream(said: Mapping[str, object], finish: str) -> bytes:
    whole = events(
        _chunk({"role": "assistant", "content": ""}),
        _chunk(said),
        {**_chunk({}, finish), "usage": _USAGE},
    )
    return whole + b"data: [DONE]\n\n"


def _chunk(delta: Mapping[str, object], finish: str | None = None) -> dict[str, object]:
    choice = {"index": 0, "delta": delta, "finish_reason": finish}
    return {"id": "canary", "object": "chat.completion.chunk", "created": 0, "model": "canary", "choices": [choice]}


def _results(request: Mapping[str, object]) -> list[str]:
    """Return what tools came to."""
    messages = request.get("messages")
    found = messages if isinstance(messages, list) else []
    return [_text(one.get("content")) for one in found if isinstance(one, dict) and one.get("role") == "tool"]


def _text(content: object) -> str:
    if isinstance(content, list):
        return "\n".join(str(part.get("text", "")) for part in content if isinstance(part, dict))
    return str(content)


def _offers(request: Mapping[str, object], tool: str) -> bool:
    tools = request.get("tools")
    functions = [one.get("function") for one in tools if isinstance(one, dict)] if isinstance(tools, list) else []
    return any(isinstance(one, dict) and one.get("name") == tool for one in functions)
