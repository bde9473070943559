"""A line to Telegram for each test."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from fakes.bot_api import BotApi, serve_bot_api
from fakes.telegram_line import Line, open_line


@pytest.fixture
async def api() -> AsyncIterator[BotApi]:
    async with serve_bot_api() as api:
        yield api


@pytest.fixture
async def line(tmp_path: Path, api: BotApi) -> AsyncIterator[Line]:
    """A line to Anna's private chat."""
    async with open_line(tmp_path / "home", api) as line:
        line.choose()
        yield line
