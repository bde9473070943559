"""No agent answers its own ask: calls above ``view`` from inside an agent's process are refused."""

import asyncio
import logging
from collections.abc import Callable
from weakref import WeakKeyDictionary

from pilot_sidecar.core.agent_processes import AgentProcesses
from pilot_sidecar.core.asks_model import Actor
from pilot_sidecar.core.audit import Audit
from pilot_sidecar.core.bus import Bus
from pilot_sidecar.core.devices_model import SelfApproval
from pilot_sidecar.core.errors import SelfApprovalError
from pilot_sidecar.core.events import SelfApprovalRefused
from pilot_sidecar.core.kinship import Kin, SessionAgent, Stranger, Verdict, judge, judge_hidden
from pilot_sidecar.core.whence import Whence
from pilot_sidecar.infra.clock import Clock

QUIET_S = 5.0
"""An agent that tries the same again within this is not told of again."""
YOURSELF = "Do it yourself: in the dashboard, in VS Code, on your phone, or in a terminal that no agent has started."
logger = logging.getLogger(__name__)
SessionOf = Callable[[str], str | None]
"""Tells which session an ask belongs to."""


class SelfApprovalGuard:
    """Looks at who calls."""

    def __init__(
        self,
        processes: AgentProcesses,
        bus: Bus,
        audit: Audit,
        clock: Clock,
        session_agent: SessionAgent = lambda _: None,
        session_of: SessionOf = lambda _: None,
    ) -> None:
        self._processes = processes
        self._bus = bus
        self._audit = audit
        self._clock = clock
        self._session_agent = session_agent
        self._session_of = session_of
        self._verdicts: WeakKeyDictionary[Callable[[], int | None], tuple[int, Verdict]] = WeakKeyDictionary()
        """By connection: its process stays the same; whether that is an agent's may turn out later."""
        self._told: dict[tuple[str, str, str | None], float] = {}

    async def check(self, whence: Whence, call: str, ask_id: str | None = None) -> bool:
        """Tell whether it is certain that no agent calls; raises SelfApprovalError when one does, or may well do."""
        if whence.pid is None:
            return whence.reach != "local"
        verdict = await self._verdict(whence.pid)
        if isinstance(verdict, Stranger):
            return verdict.certain
        if isinstance(verdict, Kin):
            self._tell(verdict, call, ask_id)
            raise _refusal(verdict)
        logger.warning("refused %s from a program that had already ended", call)
        self._audit.record("self_approval.refused", Actor(kind="agent", verified=False), call=call, ask=ask_id)
        raise SelfApprovalError(
            "The program that called had ended before Pilot could see which one it was.",
            "Keep the connection open until the answer is there.",
        )

    async def _verdict(self, find: Callable[[], int | None]) -> Verdict:
        generation = self._processes.generation
        known = self._verdicts.get(find)
        if known is not None and known[0] == generation:
            return known[1]
        verdict = await asyncio.to_thread(self._look, find)
        if isinstance(verdict, Stranger) or (isinstance(verdict, Kin) and verdict.certain):
            self._verdicts[find] = (generation, verdict)
        return verdict

    def _look(self, find: Callable[[], int | None]) -> Verdict:
        try:
            pid = find()
        except ProcessLookupError:
            return "gone"
        return judge_hidden(self._processes) if pid is None else judge(pid, self._processes, self._session_agent)

    def _tell(self, kin: Kin, call: str, ask_id: str | None) -> None:
        """Let the person know, and the audit; not again and again of an agent in a loop."""
        session_id = self._session_of(ask_id) if ask_id else None
        now = self._clock.monotonic_s()
        what = (kin.agent, call, ask_id if session_id else None)
        self._told = {told: at for told, at in self._told.items() if now - at < QUIET_S}
        if what in self._told:
            return
        self._told[what] = now
        logger.warning("refused %s from %s: it belongs to %s, process %d", call, kin.program, kin.agent, kin.pid)
        details: dict[str, str | int | bool] = {
            "pid": kin.pid,
            "program": kin.program,
            "call": call,
            "certain": kin.certain,
        }
        self._audit.record("self_approval.refused", Actor(kind="agent", name=kin.agent), ask=ask_id, **details)
        attempt = SelfApproval(
            agent=kin.agent, pid=kin.pid, program=kin.program, call=call, ask_id=ask_id,
            session_id=session_id, certain=kin.certain,
        )  # fmt: skip
        self._bus.publish(SelfApprovalRefused(at=self._clock.now_ms(), attempt=attempt))


def _refusal(kin: Kin) -> SelfApprovalError:
    if kin.certain:
        what = f"Agents cannot do this: “{kin.program}” was started by {kin.agent} (process {kin.pid})."
        return SelfApprovalError(what, YOURSELF)
    what = f"Pilot cannot tell whether an agent started “{kin.program}”, so it does not do this for it."
    return SelfApprovalError(what, YOURSELF)
