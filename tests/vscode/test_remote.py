"""The server on another machine: nothing of Pilot's needs a port that the browser can reach."""

import pytest

from vscode.harness.remote import ELSEWHERE, forward, possible
from vscode.harness.user import COMMAND, User
from vscode.harness.windows import Windows


@pytest.fixture
def far(user: User) -> User:
    if not possible():
        pytest.skip("this machine lets nobody make a network: unshare --map-root-user --net")
    return user


async def test_it_works_where_the_browser_reaches_no_port_of_the_hub(far: User, windows: Windows) -> None:
    far.server.set(**{"pilot.sidecar.command": COMMAND})
    far.server.install()
    async with forward(far.server.start_elsewhere(ELSEWHERE)) as url:
        far.server.url = url
        window = await windows.open(far.server, far.folder)
        await far.hub.here()
        await windows.close(window)
