"""Hook posts without a network, on a real domain."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from fakes.clock import FakeClock
from fakes.domain import open_domain
from pilot_sidecar.core.events import Event
from pilot_sidecar.core.models import Session
from pilot_sidecar.core.services import Services
from pilot_sidecar.integrations.codex.hooks import HookDesk, SharedThreads


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
        self.content = Body(json.dumps({"hook_event_name": event, **payload}).encode())

    async def read(self) -> bytes:
        return self.content.read_nowait()


@dataclass
class Scene:
    """A desk, everything it announced, and a clock."""

    services: Services
    desk: HookDesk
    clock: FakeClock
    told: list[Event] = field(default_factory=list)

    async def post(self, event: str, **payload: object) -> bytes | None:
        """Post a hook; ``s`` is the session unless it says otherwise."""
        request: Any = Post(event, {"session_id": "s", "cwd": "/home/dev/project", **payload})
        return await asyncio.wait_for(self.desk.handle(request), 20)

    def of(self, kind: type, session_id: str = "s") -> list[Any]:
        return [event for event in self.told if isinstance(event, kind) and event.session_id == session_id]

    def session(self, session_id: str = "s") -> Session:
        session = self.services.sessions.get(session_id)
        assert session is not None
        return session

    async def items(self, session_id: str = "s") -> list[Any]:
        return (await self.services.sessions.items(session_id)).items

    async def until(self, check: Callable[[], object]) -> None:
        """Return once something holds; the disk of a busy machine takes its seconds."""
        async with asyncio.timeout(20):
            while not check():
                await asyncio.sleep(0.005)


@asynccontextmanager
async def open_scene(
    home: Path, shared: SharedThreads | None = None, clock: FakeClock | None = None
) -> AsyncIterator[Scene]:
    clock = clock or FakeClock()
    home.mkdir(exist_ok=True)
    async with open_domain(home, clock) as services:
        scene = Scene(services, HookDesk(services, shared), clock)
        services.bus.subscribe(lambda entry: scene.told.append(entry.event))
        yield scene
