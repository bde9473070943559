"""One hub for all cases of a module that leave it unharmed."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from fakes.hub_process import HubProcess, start_hub


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shared_hub(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[HubProcess]:
    async with start_hub(tmp_path_factory.mktemp("hub") / "home") as process:
        yield process


@pytest.fixture
def hub_port(shared_hub: HubProcess) -> int:
    """Where the module's hub listens."""
    return int(shared_hub.url.rpartition(":")[2])


@pytest.fixture
def owner(shared_hub: HubProcess) -> str:
    """The owner's credentials as a header."""
    return f"Bearer {shared_hub.token}"
