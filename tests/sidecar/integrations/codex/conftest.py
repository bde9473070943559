"""A fake daemon of Codex's, and a hub in its home."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from fakes.codex_app_server import FakeAppServer
from sidecar.integrations.codex.wire import Wire, open_wire


@pytest.fixture
async def codex(tmp_path: Path) -> AsyncIterator[FakeAppServer]:
    """A daemon that is not there yet."""
    async with FakeAppServer(tmp_path / "home" / ".codex") as codex:
        (tmp_path / "home" / ".codex").mkdir(parents=True)
        yield codex


@pytest.fixture
async def wire(tmp_path: Path, codex: FakeAppServer) -> AsyncIterator[Wire]:
    """A daemon that listens, and a hub."""
    await codex.start()
    async with open_wire(tmp_path, codex) as wire:
        yield wire
