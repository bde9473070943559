"""Moments in a hook's life that are too short to hit over the wire."""

import asyncio
import json
from pathlib import Path

from aiohttp import web

from fakes.domain import open_domain
from pilot_sidecar.integrations.codex.hooks import HookDesk


class Body:
    """A body that arrived together with its head."""

    def __init__(self, raw: bytes) -> None:
        self._raw = raw
        self.total_bytes = len(raw)

    def is_eof(self) -> bool:
        return True

    def read_nowait(self) -> bytes:
        return self._raw


class Post:
    """As much of a request as the desk looks at."""

    def __init__(self, event: str, payload: dict[str, object]) -> None:
        self.raw_path = f"/codex/hooks/{event}"
        self.content = Body(json.dumps({**payload, "hook_event_name": event}).encode())


async def test_the_last_reader_leaving_while_an_ask_is_opened_hands_it_back(tmp_path: Path) -> None:
    async with open_domain(tmp_path) as services:
        there = iter([True])
        services.presence.reachable_elsewhere = lambda: next(there, False)
        payload = {"session_id": "s1", "cwd": "/home/dev/api", "tool_name": "Bash", "tool_input": {"command": "ls"}}
        request: web.BaseRequest = Post("PermissionRequest", payload)  # type: ignore[assignment]
        answer = await asyncio.wait_for(HookDesk(services).handle(request), 5)
        assert answer is None, "the terminal's own dialog is due"
        rows = await services.store.read("SELECT state FROM asks")
        assert rows == [("resolved",)], "it was opened, and handed back"
        assert services.asks.pending() == []
