"""How a prompt reaches OpenCode: as text, with pictures, or as one of its commands."""

import asyncio
import logging
import re
from typing import Protocol

from pilot_sidecar.core.agents import Choice, PromptRequest
from pilot_sidecar.core.errors import AgentUnavailableError, BadRequestError, PilotError
from pilot_sidecar.core.models import Session
from pilot_sidecar.core.pictures import checked_picture, data_url
from pilot_sidecar.core.services import Services
from pilot_sidecar.integrations.opencode.link import Answer
from pilot_sidecar.integrations.opencode.sessions import AGENT

logger = logging.getLogger(__name__)
_COMMAND = re.compile(r"/(\S+)[^\S\n]*(.*)", re.DOTALL)
REFUSED_WITHIN_S = 0.5
"""A command that OpenCode does not take is refused within this; one that it takes is answered when its turn ends."""
TURN_S = 24 * 3600.0


class Process(Protocol):
    """The process that runs a session."""

    services: Services

    async def rpc(self, method: str, path: str, directory: str, body: object = None, timeout_s: float = ...) -> Answer:
        """Run a request on the process's own server."""
        ...


async def commands(process: Process, directory: str) -> list[Choice]:
    """Return OpenCode's slash commands in a folder; none where its bridge is older than they are here."""
    answer = await process.rpc("GET", "/command", directory)
    rows = answer.body if answer.ok and isinstance(answer.body, list) else []
    return [
        Choice(id=name, name=name, description=str(raw.get("description") or "")[:300] or None)
        for raw in rows
        if isinstance(raw, dict) and isinstance(name := raw.get("name"), str) and name
    ]


async def command_in(process: Process, session: Session, text: str) -> tuple[str, str] | None:
    """Return the command that a prompt begins with, and the words for it; None for plain text."""
    if (found := _COMMAND.fullmatch(text.strip())) is None:
        return None
    known = {choice.id for choice in await commands(process, session.directory)}
    return (found[1], found[2]) if found[1] in known else None


async def run_command(
    process: Process, session: Session, request: PromptRequest, command: tuple[str, str], files: list[dict[str, str]]
) -> None:
    """Start a command; returns once OpenCode has it, while its answer comes as events."""
    name, arguments = command
    body: dict[str, object] = {"command": name, "arguments": arguments}
    if files:
        body["parts"] = files
    if request.mode:
        body["agent"] = request.mode
    if request.model:
        model_ref(request.model)
        body["model"] = request.model
    running = process.services.tasks.spawn(f"{AGENT}-command", _run(process, session, body))
    done, _ = await asyncio.wait({running}, timeout=REFUSED_WITHIN_S)
    if done and (trouble := running.result()) is not None:
        raise trouble


async def _run(process: Process, session: Session, body: dict[str, object]) -> PilotError | None:
    """Wait for a command's end; return why it did not start, for whoever still waits."""
    try:
        path = f"/session/{session.id}/command"
        answer = await process.rpc("POST", path, session.directory, body, TURN_S)
    except AgentUnavailableError as error:
        logger.info("a command of OpenCode's ended early: %s", error.message)
        return error
    if answer.ok:
        return None
    logger.info("OpenCode refused a command (%d)", answer.status)
    return AgentUnavailableError(f"OpenCode refused the command ({answer.status}).")


def file_parts(request: PromptRequest) -> list[dict[str, str]]:
    """Return a prompt's pictures as parts of a message; raises BadRequestError for what is none."""
    parts = []
    for picture in request.attachments:
        mime, raw = checked_picture(picture.name, picture.data)
        parts.append({"type": "file", "mime": mime, "filename": picture.name, "url": data_url(raw, mime)})
    return parts


def model_ref(name: str) -> dict[str, str]:
    """Return a model in OpenCode's form; raises BadRequestError for what is none."""
    provider, _, model = name.partition("/")
    if not provider or not model:
        raise BadRequestError(f"“{name[:80]}” is no model; write provider/model.")
    return {"providerID": provider, "modelID": model}
