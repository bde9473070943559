"""``pilot doctor --canary``: the whole way, with the real agents: each asks once, Pilot answers, and it runs.

A scripted model on loopback has the agent ask for one harmless command, which carries a random word; nothing else is
ever answered. The hub judges this process as it does every other: inside an agent nothing is started.
"""

import asyncio
import secrets
import signal
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from pilot_sidecar.cli import hub
from pilot_sidecar.cli.agents import install_options
from pilot_sidecar.cli.canary_walk import PATIENCE, Patience, Walk
from pilot_sidecar.core.checks import Check
from pilot_sidecar.core.errors import PilotError
from pilot_sidecar.server.discovery import HubFile, find_hub

if TYPE_CHECKING:
    from pilot_sidecar.server.registry import AgentIntegration, InstallOptions


def canary_checks() -> list[Check]:
    """Return how far each connected agent came, one after the other."""
    from pilot_sidecar.server import registry

    options = install_options()
    try:
        found = asyncio.run(_all(registry.agents(), options, find_hub(hub.home())))
    except asyncio.CancelledError:
        raise KeyboardInterrupt from None
    if found:
        return found
    message = "No canary: no agent is connected that could be started."
    return [Check(id="canary", status="warn", message=message, fix="`pilot init` connects the agents that are here.")]


async def _all(agents: "list[AgentIntegration]", options: "InstallOptions", running: HubFile | None) -> list[Check]:
    _end_gently()
    checks = [await check_agent(agent, options, running) for agent in agents]
    return [check for check in checks if check is not None]


def _end_gently() -> None:
    """Have what was started ended, however this command is told to go; Ctrl-C does so by itself."""
    task = asyncio.current_task()
    assert task is not None
    for name in ("SIGTERM", "SIGHUP"):
        with suppress(AttributeError, NotImplementedError):  # Windows
            asyncio.get_running_loop().add_signal_handler(getattr(signal, name), task.cancel)


async def check_agent(
    agent: "AgentIntegration", options: "InstallOptions", running: HubFile | None, patience: Patience = PATIENCE
) -> Check | None:
    """Return how far one agent came; None where it is not there, or not connected."""
    from pilot_sidecar.server.registry import Errand

    words = f"pilot canary {secrets.token_hex(6)}"
    errand = Errand(f"echo {words}", words)
    began = time.monotonic()
    name = f"{agent.name}.canary"
    with tempfile.TemporaryDirectory(prefix="pilot-canary-", ignore_cleanup_errors=True) as root:
        scratch = _folder(root)
        start = agent.canary(options, scratch, errand)
        if start is None:
            return None
        try:
            if running is None:
                raise hub.NoHubError("not tried, since no hub is running.", "Start it with `pilot up`.")
            walk = Walk(agent, running, scratch, errand, patience)
            async with asyncio.timeout(patience.whole_s), walk.announced():
                walk.say("starting…")
                async with start as turn:
                    await walk.to_the_end(turn)
        except PilotError as error:
            fix = error.hint or "`pilot logs` says what the hub saw."
            return Check(id=name, status="fail", message=f"{agent.label}: {error.message}", fix=fix)
        except TimeoutError:
            message = f"{agent.label}: took longer than {patience.whole_s:.0f} s."
            return Check(id=name, status="fail", message=message, fix=f"Start `{agent.name}` in a terminal and look.")
    took_s = time.monotonic() - began
    return Check(id=name, status="ok", message=f"{agent.label}: asked, answered, ran ({took_s:.1f} s).")


def _folder(root: str) -> Path:
    """Return an empty folder for the agent to work in, where it really is: agents resolve links."""
    folder = Path(root).resolve() / "canary"
    folder.mkdir(mode=0o700)
    return folder
