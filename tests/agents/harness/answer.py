"""One streamed answer of a Responses-API server."""

import json
import re
import time
import uuid
from collections.abc import Sequence
from http.server import BaseHTTPRequestHandler
from typing import Any

Json = dict[str, Any]
SLOW_S = 0.1
USAGE = {
    "input_tokens": 1200,
    "input_tokens_details": {"cached_tokens": 400},
    "output_tokens": 45,
    "output_tokens_details": {"reasoning_tokens": 7},
    "total_tokens": 1245,
}


class Answer:
    """Writes steps as server-sent events, the way the Responses API does."""

    def __init__(self, handler: BaseHTTPRequestHandler, model: str | None, word_delay_s: float) -> None:
        self._handler = handler
        self._delay_s = word_delay_s
        self._items: list[Json] = []
        self._sent = 0
        self._response = {
            "id": _id("resp"), "object": "response", "created_at": int(time.time()), "model": model,
            "status": "in_progress", "output": [],
        }  # fmt: skip

    def play(self, steps: Sequence[tuple[Any, ...]]) -> None:
        """Send every step, then the end."""
        self._handler.send_response(200)
        self._handler.send_header("content-type", "text/event-stream")
        self._handler.send_header("transfer-encoding", "chunked")
        self._handler.end_headers()
        self._event("response.created", response=self._response)
        for kind, *values in steps:
            getattr(self, f"_{kind}")(*values)
        if self._response["status"] == "in_progress":
            done = {**self._response, "status": "completed", "output": self._items, "usage": USAGE}
            self._event("response.completed", response=done)
        self._chunk(b"")

    def _text(self, text: str) -> None:
        self._words(text, self._delay_s)

    def _slow(self, text: str) -> None:
        self._words(text, SLOW_S)

    def _words(self, text: str, delay_s: float) -> None:
        item = {"id": _id("msg"), "type": "message", "role": "assistant"}
        part: Json = {"type": "output_text", "annotations": []}
        self._event("response.output_item.added", item={**item, "status": "in_progress", "content": []})
        where = {"item_id": item["id"], "content_index": 0}
        self._event("response.content_part.added", **where, part={**part, "text": ""})
        for word in re.findall(r"\S+\s*", text):
            self._event("response.output_text.delta", **where, delta=word)
            time.sleep(delay_s)
        self._event("response.output_text.done", **where, text=text)
        self._done({**item, "status": "completed", "content": [{**part, "text": text}]})

    def _think(self, text: str) -> None:
        item: Json = {"id": _id("rs"), "type": "reasoning"}
        part = {"type": "summary_text", "text": ""}
        self._event("response.output_item.added", item={**item, "summary": []})
        where = {"item_id": item["id"], "summary_index": 0}
        self._event("response.reasoning_summary_part.added", **where, part=part)
        for word in re.findall(r"\S+\s*", text):
            self._event("response.reasoning_summary_text.delta", **where, delta=word)
        self._event("response.reasoning_summary_text.done", **where, text=text)
        self._done({**item, "summary": [{**part, "text": text}], "encrypted_content": None})

    def _call(self, name: str, arguments: Json, namespace: str | None = None) -> None:
        item = {"id": _id("fc"), "type": "function_call", "call_id": _id("call"), "name": name, "arguments": ""}
        item |= {"namespace": namespace} if namespace else {}
        self._event("response.output_item.added", item={**item, "status": "in_progress"})
        self._done({**item, "arguments": json.dumps(arguments), "status": "completed"})

    def _custom(self, name: str, text: str) -> None:
        item = {"id": _id("ctc"), "type": "custom_tool_call", "call_id": _id("call"), "name": name, "input": ""}
        self._event("response.output_item.added", item={**item, "status": "in_progress"})
        self._done({**item, "input": text, "status": "completed"})

    def _fail(self, message: str) -> None:
        self._response["status"] = "failed"
        error = {"code": "invalid_prompt", "message": message}
        self._event("response.failed", response={**self._response, "error": error, "usage": USAGE})

    def _done(self, item: Json) -> None:
        self._event("response.output_item.done", item=item)
        self._items.append(item)

    def _event(self, kind: str, **fields: Any) -> None:
        event = {"type": kind, "sequence_number": self._sent, "output_index": len(self._items), **fields}
        self._sent += 1
        self._chunk(f"event: {kind}\ndata: {json.dumps(event)}\n\n".encode())

    def _chunk(self, data: bytes) -> None:
        self._handler.wfile.write(b"%x\r\n%s\r\n" % (len(data), data))
        self._handler.wfile.flush()


def _id(prefix: str) -> str:
    return f"{prefix}_{uuid.uuid4().hex[:16]}"
