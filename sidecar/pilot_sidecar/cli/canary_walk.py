"""The way of one ask from an agent to the hub's queue and back: what ``pilot doctor --canary`` goes.

Only the ask for its own errand, in its own folder, is ever answered. The hub judges this process as it does every
other: inside an agent it refuses before anything is started.
"""

import asyncio
import os
import sys
import time
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pilot_sidecar.cli import hub
from pilot_sidecar.core.errors import PilotError
from pilot_sidecar.infra.tasks import Tasks
from pilot_sidecar.server.discovery import HubFile

if TYPE_CHECKING:
    from pilot_sidecar.server.registry import AgentIntegration, CanaryTurn, Errand

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


class Walk:
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
