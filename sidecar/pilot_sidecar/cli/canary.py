"""``pilot doctor --canary``: the whole way, with the real agents: each asks once, Pilot answers, and it runs.

A scripted model on loopback has the agent ask for one harmless command, which carries a random word; nothing else is
ever answered. The hub judges this process as it does every other: inside an agent nothing is started.
"""

import asyncio
import os
import secrets
import signal
import sys
import tempfile
import time
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pilot_sidecar.cli import hub
from pilot_sidecar.cli.agents import install_options
from pilot_sidecar.core.checks import Check
from pilot_sidecar.core.errors import PilotError
from pilot_sidecar.infra.tasks import Tasks
from pilot_sidecar.server.discovery import HubFile, find_hub

if TYPE_CHECKING:
    from pilot_sidecar.server.registry import AgentIntegration, CanaryTurn, Errand, InstallOptions

LEAVE_S = 4.0
"""The hub notices a little later than we that an agent has ended."""
LOOK_S = 0.1
ELSEWHERE = "Run it in a terminal that no agent has started."
Ask = dict[str, Any]  # Any: JSON


@dataclass(frozen=True, slots=True)
class Patience:
    """How long each part of the way may take; a busy machine takes its time."""

    whole_s: float = 60.0
    """For one agent, its start included."""
    seen_s: float = 12.0
    ask_s: float = 30.0
    turn_s: float = 15.0


PATIENCE = Patience()


class CanaryError(PilotError):
    """An agent did not come to the end of its way."""

    code = "canary"


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
            walk = _Walk(agent, running, scratch, errand, patience)
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


class _Walk:
    """The way of one ask, from the agent to the hub's queue and back."""

    def __init__(
        self, agent: "AgentIntegration", running: HubFile, scratch: Path, errand: "Errand", patience: Patience
    ) -> None:
        self._agent = agent
        self._hub = running
        self._scratch = str(scratch)
        self._errand = errand
        self._patience = patience

    def say(self, what: str) -> None:
        """Tell whoever waits at a terminal."""
        if sys.stderr.isatty():
            print(f"{self._agent.label}: {what}", file=sys.stderr)

    @asynccontextmanager
    async def announced(self) -> AsyncIterator[None]:
        """Have the hub take this folder for a canary's: it tells nobody of it, and forgets it in the end."""
        try:
            canary = await self._call("POST", "/api/canaries", {"directory": self._scratch})
        except hub.CallFailedError as error:
            hint = ELSEWHERE if error.code == "self_approval" else error.hint
            raise CanaryError(f"not tried: {error.message}", hint) from error
        try:
            yield
        finally:
            await self._leave(str(canary["id"]))

    async def to_the_end(self, turn: "CanaryTurn") -> None:
        """Wait for the ask, allow it, and wait for the end of the turn; raises PilotError with where it stopped."""
        async with Tasks("canary") as tasks:
            over = tasks.spawn("turn", _outcome(turn))
            ask = await self._arrival(over)
            self.say("asked; answering…")
            await self._allow(ask)
            try:
                async with asyncio.timeout(self._patience.turn_s):
                    outcome = await over
            except TimeoutError:
                limit = f"{self._patience.turn_s:.0f} s"
                raise CanaryError(f"the answer was taken, but it did not go on within {limit}.") from None
        if isinstance(outcome, PilotError):
            raise outcome
        if not outcome:
            raise CanaryError("the answer was taken, but it did not run the command.")

    async def _arrival(self, over: "asyncio.Task[bool | PilotError]") -> Ask:
        """Return the ask once it is in the queue."""
        began, patience = time.monotonic(), self._patience
        seen = False
        while True:
            done = over.done()  # looked at first: an ask that was there before the end is in the list
            waiting: list[Ask] = (await self._call("GET", "/api/asks"))["asks"]
            if (ask := next(filter(self._is_ours, waiting), None)) is not None:
                return ask
            if done:
                raise self._unasked(over.result())
            waited_s = time.monotonic() - began
            if waited_s > patience.seen_s and not seen and not (seen := await self._is_seen()):
                raise CanaryError(
                    f"started, but Pilot did not see its session within {patience.seen_s:.0f} s.", self._anew()
                )
            if waited_s > patience.ask_s:
                raise CanaryError(
                    f"its session is in Pilot, but no ask came within {patience.ask_s:.0f} s.", self._anew()
                )
            await asyncio.sleep(LOOK_S)

    def _is_ours(self, ask: Ask) -> bool:
        """Tell whether an ask is for the errand, and for nothing else."""
        return (
            ask.get("command") == self._errand.command
            and ask.get("agent") == self._agent.name
            and self._is_here(ask)
            and "allow_once" in ask.get("decisions", [])
        )

    def _is_here(self, told: Ask) -> bool:
        """Tell whether an ask or a session is about the scratch folder, whichever links lead there."""
        return os.path.realpath(str(told.get("directory"))) == self._scratch

    async def _is_seen(self) -> bool:
        sessions: list[Ask] = (await self._call("GET", "/api/sessions"))["sessions"]
        return any(map(self._is_here, sessions))

    def _unasked(self, outcome: bool | PilotError) -> PilotError:
        if isinstance(outcome, PilotError):
            return outcome
        if outcome:
            hint = f"A rule in {self._agent.label}'s configuration may allow it, or somebody was faster than this."
            return CanaryError("ran the command, but Pilot was not asked.", hint)
        return CanaryError("ended its turn without asking.", self._anew())

    async def _allow(self, ask: Ask) -> None:
        body = {"kind": "allow_once", "digest": ask["digest"]}
        key = {"Idempotency-Key": uuid.uuid4().hex}
        try:
            path = hub.within("asks", str(ask["id"]), "decision")
            await asyncio.to_thread(hub.call, self._hub, "POST", path, body, headers=key)
        except hub.CallFailedError as error:
            if error.code != "already_answered":  # the turn tells whether that was a yes
                raise CanaryError(f"asked, but the answer was not taken: {error.message}", error.hint) from error

    async def _leave(self, canary_id: str) -> None:
        """Have the hub forget the folder, once it knows that nothing runs there any more."""
        until_s = time.monotonic() + LEAVE_S
        while True:
            try:
                await self._call("DELETE", hub.within("canaries", canary_id))
            except hub.CallFailedError as error:
                if error.code == "conflict" and time.monotonic() < until_s:
                    await asyncio.sleep(LOOK_S)
                    continue
            return

    async def _call(self, method: str, path: str, body: object = None) -> Any:  # Any: JSON
        return await asyncio.to_thread(hub.call, self._hub, method, path, body)

    def _anew(self) -> str:
        return f"Run `pilot stop`, then `pilot up`; if that does not help, `pilot init {self._agent.name}`."


async def _outcome(turn: "CanaryTurn") -> bool | PilotError:
    """Return whether the errand ran, or why the turn stopped before."""
    try:
        return await turn.finished()
    except PilotError as error:
        return error
