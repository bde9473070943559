"""A hub in the test's own process, for commands to talk to."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from fakes.found_hub import Door, found_hub


@pytest.fixture
async def door(tmp_path: Path) -> AsyncIterator[Door]:
    async with found_hub(tmp_path / "home") as opened:
        yield opened
