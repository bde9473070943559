"""Agents that use the commands with which a person sets Pilot up, or ends it."""

import os
import sys
from pathlib import Path

import pytest

from fakes.found_hub import Door
from fakes.hub_process import pilot
from pilot_sidecar.infra.lock import HubLock

pytestmark = pytest.mark.skipif(sys.platform not in ("linux", "darwin"), reason="this system does not tell who calls")


@pytest.fixture
def user(tmp_path: Path) -> dict[str, str]:
    """A person with OpenCode, in whose home Pilot never was."""
    program = tmp_path / "bin" / "opencode"
    program.parent.mkdir()
    program.write_text("#!/bin/sh\necho 1.18.33\n")
    program.chmod(0o755)
    return {"HOME": str(tmp_path / "user"), "PATH": f"{program.parent}:/usr/bin:/bin", "XDG_CONFIG_HOME": ""}


@pytest.mark.parametrize(
    "typed",
    [
        "stop",
        "init --yes --offline",
        "uninstall --yes",
        "uninstall opencode",
        "service install --yes",
        "service remove",
    ],
)
async def test_an_agent_neither_sets_pilot_up_nor_ends_it(door: Door, user: dict[str, str], typed: str) -> None:
    """This process is the agent."""
    door.services.agent_processes.add("opencode", os.getpid())
    before = set(door.home.iterdir())
    with HubLock(door.home / "hub.lock") as lock:
        assert lock.acquire()
        (door.home / "hub.lock").write_text("")  # nobody to end
        code, _, err = await pilot(door.home, *typed.split(), **user)
    assert (code, err.startswith("pilot: Agents cannot do this:")) == (1, True), err
    assert not Path(user["HOME"]).exists()
    assert before < set(door.home.iterdir())


async def test_an_agent_may_look_what_a_set_up_would_write(door: Door, user: dict[str, str]) -> None:
    door.services.agent_processes.add("opencode", os.getpid())
    code, out, _ = await pilot(door.home, "init", "--dry-run", "--offline", **user)
    assert (code, out.endswith("Nothing was written: --dry-run.\n")) == (0, True)
