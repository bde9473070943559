"""Asks of an app-server that Pilot started: nobody else can answer them; they are held, and denied in the end."""

import logging
from dataclasses import replace

from pilot_sidecar.core.ask_records import AskDraft
from pilot_sidecar.core.asks_model import Ask
from pilot_sidecar.core.errors import AgentUnavailableError
from pilot_sidecar.integrations.codex.desk import STOPPED, Desk, Request
from pilot_sidecar.integrations.codex.replies import reply_of

GONE = "Codex's process ended."
logger = logging.getLogger(__name__)


class OwnedDesk(Desk):
    """Holds each request until a person decides or time is up; silence is a denial."""

    async def withdraw(self) -> None:
        """End what waits: the process that asked is gone."""
        for request in list(self._requests.values()):
            await self._services.asks.cancel(request.ask_id, GONE)

    async def _open(self, request: Request, draft: AskDraft) -> None:
        limit = self._services.settings.current.permission_timeout
        held = replace(draft, id=None, terminal="exclusive", fallback="deny", timeout_ms=limit)
        ask = await self._services.asks.open(held)
        request.ask_id = ask.id
        self._services.tasks.spawn("codex-held", self._carry_out(request))

    async def _carry_out(self, request: Request) -> None:
        ask = await self._services.asks.wait(request.ask_id)
        if request.resolved.is_set() or ask.resolution is None or ask.resolution.choice is None:
            return
        assert request.said.id is not None
        request.delivering = True
        try:
            await self._host.answer(request.said.id, _result(request, ask))
        except AgentUnavailableError:
            logger.warning("an answer did not reach Codex: its process ended at that moment")
            return
        if ask.resolution.choice == "deny" and ask.resolution.message:
            await self._note(request, ask.resolution.message)

    async def _answered_elsewhere(self, request: Request) -> None:
        await self._services.asks.cancel(request.ask_id, STOPPED)


def _result(request: Request, ask: Ask) -> dict[str, object]:
    """Return the answer to send."""
    resolution = ask.resolution
    assert resolution is not None
    assert resolution.choice is not None
    method, params = request.said.method, request.said.params
    return reply_of(method, params, ask, resolution.choice, resolution.option_id, resolution.answers)
