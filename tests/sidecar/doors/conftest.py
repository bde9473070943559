"""One real hub for all tests of a file."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from fakes.hub_process import HubProcess, visit_hub


@pytest.fixture
async def hub(running_hub: tuple[Path, dict[str, str]]) -> AsyncIterator[HubProcess]:
    async with visit_hub(*running_hub) as hub:
        yield hub
