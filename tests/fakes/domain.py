"""The whole domain over a real database in a scratch folder, with a clock that tests move."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from fakes.clock import FakeClock
from pilot_sidecar.core.ask_records import AskDraft
from pilot_sidecar.core.models import Session
from pilot_sidecar.core.services import Services
from pilot_sidecar.core.settings import SettingsStore
from pilot_sidecar.infra.tasks import Tasks
from pilot_sidecar.server.domain import build_services
from pilot_sidecar.server.options import HubOptions


@asynccontextmanager
async def open_domain(home: Path, clock: FakeClock | None = None, **environ: str) -> AsyncIterator[Services]:
    clock = clock or FakeClock()
    clock.advance(1)  # each start is an epoch of its own
    async with Tasks("test") as tasks:
        options = HubOptions(home=home, environ=environ, webview=home)
        services = await build_services(options, SettingsStore(home, environ, 0), tasks, clock)
        try:
            yield services
        finally:
            await services.search.close()
            await services.audit.close()
            await services.store.close()


def make_session(session_id: str = "s1", **fields: object) -> Session:
    values = {
        "id": session_id, "agent": "opencode", "project_id": "p", "directory": "/home/dev/api", "created_at": 1,
        "updated_at": 1, **fields,
    }  # fmt: skip
    return Session.model_validate(values)


def make_draft(**fields: object) -> AskDraft:
    values: dict[str, object] = {
        "kind": "permission", "agent": "opencode", "session_id": "s1", "directory": "/home/dev/api", "tool": "bash",
        "title": "Run a command", "input": {"command": "rm -rf node_modules"},
        "decisions": ("allow_once", "allow_always", "deny", "release"), **fields,
    }  # fmt: skip
    return AskDraft(**values)  # type: ignore[arg-type]
