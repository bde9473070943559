"""Commands typed in OpenCode's own terminal: they only ask; a person confirms in Pilot."""

from aiohttp import web
from pydantic import ValidationError

from pilot_sidecar.core.errors import BadRequestError
from pilot_sidecar.core.services import Services
from pilot_sidecar.core.whence import Whence
from pilot_sidecar.core.wire import Wire
from pilot_sidecar.integrations.ports import BridgeRoute

PATH = "/bridge/opencode/token"
POLL_S = 20.0
"""How long the terminal's question for the outcome waits at most; it asks again."""
MAX_BODY = 1_000
NAME = "OpenCode"


class TokenRequest(Wire):
    """Without an id: ask a person for a new token. With one: what has become of it."""

    id: str = ""


class TokenAnswer(Wire):
    """How far it is."""

    id: str
    state: str


class SlashDesk:
    """Takes what the TUI plugin sends; whoever confirms it in Pilot has it done there."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self.routes = [BridgeRoute("POST", PATH, self.token, "bridge")]

    async def token(self, request: web.BaseRequest) -> bytes:
        """Answer ``/pilot-token``: one question at a time, however many terminals ask."""
        wanted = await _parse(request)
        if wanted.id:
            return await self._outcome(wanted.id)
        waiting = [one for one in self._services.confirmations.pending() if one.kind == "token_rotation"]
        asked = waiting[0] if waiting else self._services.confirmations.ask("token_rotation", NAME, None, Whence())
        return TokenAnswer(id=asked.id, state=asked.state).encode()

    async def _outcome(self, confirmation_id: str) -> bytes:
        found = await self._services.confirmations.wait(confirmation_id, POLL_S)
        return TokenAnswer(id=found.id, state=found.state).encode()


async def _parse(request: web.BaseRequest) -> TokenRequest:
    data = await request.content.read(MAX_BODY + 1)
    try:
        return TokenRequest.model_validate_json(data or b"{}")
    except ValidationError:
        raise BadRequestError("This is not what the plugin in OpenCode's terminal sends.") from None
