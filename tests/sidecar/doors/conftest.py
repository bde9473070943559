"""One real hub for all tests of a file."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from fakes.hub_process import HubProcess, shared_hub, visit_hub


@pytest.fixture(scope="module")
def running_hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, dict[str, str]]]:
    home = tmp_path_factory.mktemp("hub") / "home"
    with shared_hub(home) as found:
        yield home, found


@pytest.fixture
async def hub(running_hub: tuple[Path, dict[str, str]]) -> AsyncIterator[HubProcess]:
    async with visit_hub(*running_hub) as hub:
        yield hub
