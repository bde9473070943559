"""A prompt that is sent again once the connection is back reaches the agent once, whoever the caller is by then."""

from pathlib import Path

from fakes.domain import make_session, open_domain
from pilot_sidecar.core.agents import PromptRequest
from pilot_sidecar.core.events import SessionStarted
from pilot_sidecar.core.models import Session
from pilot_sidecar.integrations.demo.driver import DemoDriver
from pilot_sidecar.transport.api import CALLS, run_call
from pilot_sidecar.transport.call import ApiContext, Caller, Invitation, PairingCode
from pilot_sidecar.transport.calls.sessions import PromptParams


class Listener(DemoDriver):
    """An agent that takes prompts."""

    def __init__(self) -> None:
        self.heard: list[str] = []

    async def prompt(self, session: Session, request: PromptRequest) -> None:
        self.heard.append(f"{session.id}: {request.text}")


class NoPairing:
    """Nobody is let in here."""

    def link(self, invitation: Invitation) -> PairingCode:
        raise AssertionError(invitation)

    async def rotate(self) -> None:
        raise AssertionError


async def test_an_editor_that_came_back_sends_a_prompt_again(tmp_path: Path) -> None:
    [call] = [call for call in CALLS if call.name == "sessions.prompt"]
    async with open_domain(tmp_path) as services:
        listener = Listener()
        services.agents.register("opencode", listener)
        for one in ("s1", "s2"):
            session = make_session(one)
            services.bus.publish(SessionStarted(at=1, session_id=one, agent="opencode", session=session))
        context = ApiContext(services, NoPairing(), NoPairing())
        for connection, session_id in (("rpc_1", "s1"), ("rpc_2", "s1"), ("rpc_2", "s2")):
            caller = Caller(kind="vscode", name="VS Code", scope="admin", id=connection)
            await run_call(call, context, caller, PromptParams(id=session_id, text="Go on", idempotency_key="k"))
        assert listener.heard == ["s1: Go on", "s2: Go on"]
