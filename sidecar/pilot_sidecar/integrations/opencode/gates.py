"""Held tool calls of ``opencode run``, which answers its own dialogs within milliseconds."""

from typing import Protocol

from pilot_sidecar.core.ask_records import AnsweredElsewhere, Delivered
from pilot_sidecar.core.asks_model import Ask, DecisionRequest
from pilot_sidecar.core.errors import AgentUnavailableError
from pilot_sidecar.core.services import Services
from pilot_sidecar.core.session_book import SessionBook
from pilot_sidecar.integrations.opencode.drafts import gate_draft
from pilot_sidecar.integrations.opencode.frames import GateFrame
from pilot_sidecar.integrations.opencode.sessions import AGENT

DENIED = "Denied in Pilot."


class Host(Protocol):
    """The process that holds the calls."""

    boot: str

    @property
    def connected(self) -> bool:
        """Whether it can be talked to now."""
        ...

    def origin(self, directory: str) -> dict[str, object]:
        """Return what finds this process and directory again after a restart of the hub."""
        ...

    async def send(self, frame: dict[str, object]) -> None:
        """Send a frame; AgentUnavailableError when the process cannot be reached."""
        ...


class Gates:
    """Asks about each held call, and lets it go with the answer."""

    def __init__(self, services: Services, book: SessionBook, host: Host) -> None:
        self._services = services
        self._book = book
        self._host = host
        self._waiting: set[str] = set()

    async def open(self, gate: GateFrame) -> None:
        """Ask about a call; the same one again, after a lost connection, gets the answer it may have missed."""
        timeout_ms = self._services.settings.current.permission_timeout
        parents = tuple(self._book.parents(gate.session_id))
        draft = gate_draft(gate, self._host.origin(gate.directory), parents, timeout_ms)
        ask = await self._services.asks.open(draft, self._deliver)
        if ask.state != "pending":
            await self._host.send(result_of(ask))
        elif gate.id not in self._waiting:
            self._waiting.add(gate.id)
            self._services.tasks.spawn(f"opencode-gate-{gate.call_id}", self._settle(gate.id))

    async def withdraw(self, gate_id: str) -> None:
        """End an ask whose call was given up by the process itself."""
        await self._services.asks.cancel(gate_id, "The turn was stopped.")

    async def release(self, sessions: set[str], reason: str) -> None:
        """Deny what some sessions hold, because they are being stopped."""
        for record in self._services.asks.pending(AGENT):
            mine = record.ask.terminal == "exclusive" and record.origin.get("boot") == self._host.boot
            if mine and record.ask.session_id in sessions:
                await self._services.asks.cancel(record.ask.id, reason)

    async def _settle(self, gate_id: str) -> None:
        try:
            ask = await self._services.asks.wait(gate_id)
            await self._host.send(result_of(ask))
        except AgentUnavailableError:
            return  # the bridge asks again once it is back
        finally:
            self._waiting.discard(gate_id)

    async def _deliver(self, _ask: Ask, _decision: DecisionRequest) -> Delivered | AnsweredElsewhere:
        if not self._host.connected:
            raise AgentUnavailableError("This OpenCode process is not connected.", "Its call stays held, or is denied.")
        return Delivered()


def result_of(ask: Ask) -> dict[str, object]:
    """Return how an ended ask lets its call go; only an allow allows."""
    resolution = ask.resolution
    if ask.state == "resolved" and resolution and resolution.choice == "allow_once":
        return {"type": "gate.result", "id": ask.id, "action": "allow"}
    if ask.state == "expired":
        message = "Denied in Pilot: nobody answered in time."
    elif resolution and resolution.message:
        message = f"{DENIED} The user said: {resolution.message}"
    else:
        message = DENIED
    return {"type": "gate.result", "id": ask.id, "action": "deny", "message": message}
