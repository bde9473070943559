"""Prompts of people, whichever way they come."""

from pilot_sidecar.core.agents import PromptRequest
from pilot_sidecar.core.asks_model import Actor
from pilot_sidecar.core.models import Session
from pilot_sidecar.core.services import Services


async def send_prompt(services: Services, session_id: str, request: PromptRequest, actor: Actor) -> Session:
    """Hand a prompt to a session's agent, note who wrote it, and return the session."""
    session, driver = services.agents.for_session(session_id)
    await driver.prompt(session, request)
    services.audit.record("session.prompt", actor, session=session.id)
    return session
