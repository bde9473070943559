"""Comparing notes with an OpenCode process: push alone is not relied on."""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Protocol

from pydantic import ValidationError

from pilot_sidecar.core.models import Session
from pilot_sidecar.core.services import Services
from pilot_sidecar.core.session_book import SessionBook
from pilot_sidecar.integrations.opencode.desk import Desk
from pilot_sidecar.integrations.opencode.link import Answer
from pilot_sidecar.integrations.opencode.mapping import Translator
from pilot_sidecar.integrations.opencode.native import SessionInfo, Status, StoredMessage

SESSIONS = 50
MESSAGES = 30
Job = Callable[[], Awaitable[None]]


class Process(Protocol):
    """The process to compare notes with."""

    services: Services
    book: SessionBook
    desk: Desk
    translator: Translator
    mode: str
    version: str | None

    async def rpc(self, method: str, path: str, directory: str, body: object = None) -> Answer:
        """Run a request on the process's own server."""
        ...

    async def learn(self, session_id: str, directory: str) -> Session | None:
        """Return a session, asking the process about one Pilot does not know."""
        ...

    def adopt(self, info: SessionInfo) -> None:
        """Take in a session from the list."""
        ...

    def later(self, job: Job) -> None:
        """Do something after everything that came before it."""
        ...

    def runs(self, session: Session) -> bool:
        """Tell whether a session is known as busy."""
        ...

    def set_status(self, session_id: str, status: Status) -> None:
        """Announce what a session does."""
        ...


async def resync(process: Process, directory: str) -> None:
    """Learn a directory's sessions, what runs in them and what waits."""
    if process.version is None:
        await _version(process, directory)
    for info in await _sessions(process, directory):
        process.adopt(info)
    busy = await reconcile(process, directory)
    for session_id in sorted(busy):
        await _catch_up(process, session_id, directory)
    await _context_limits(process, directory)


async def reconcile(process: Process, directory: str) -> set[str]:
    """Repair the ask queue in both directions; return the sessions whose turn runs."""
    before = {record.ask.id for record in process.desk.pending(directory)}
    permissions = _entries((await process.rpc("GET", "/permission", directory)).body)
    questions = _entries((await process.rpc("GET", "/question", directory)).body)
    busy = await _statuses(process, directory)  # after them: whatever waits in an idle session waits for nobody
    if process.mode == "run":
        return busy
    for raw in permissions:
        await _one(process, raw, directory, busy, question=False)
    for raw in questions:
        await _one(process, raw, directory, busy, question=True)
    gone = before - {str(raw.get("id")) for raw in (*permissions, *questions)}
    if gone:
        process.later(partial(process.desk.missing, gone, busy))  # after what is queued, which may say who answered
    return busy


async def _one(process: Process, raw: dict[str, object], directory: str, busy: set[str], *, question: bool) -> None:
    session_id, ask_id = str(raw.get("sessionID")), str(raw.get("id"))
    if session_id not in busy:
        await process.desk.reject(ask_id, question, directory)
        await process.services.asks.cancel(ask_id, "The turn was over.")
        return
    await process.learn(session_id, directory)
    if question:
        await process.desk.open_question(raw, directory)
    else:
        await process.desk.open_permission(raw, directory)


async def _statuses(process: Process, directory: str) -> set[str]:
    body = (await process.rpc("GET", "/session/status", directory)).body
    found = body if isinstance(body, dict) else {}
    busy: set[str] = set()
    for session_id, raw in found.items():
        status = Status.model_validate(raw)
        if status.type == "idle":
            continue
        busy.add(session_id)
        if await process.learn(session_id, directory):
            process.set_status(session_id, status)
    for session in process.book.all():
        if session.directory == directory and session.id not in busy and process.runs(session):
            process.set_status(session.id, Status(type="idle"))
    return busy


async def _sessions(process: Process, directory: str) -> list[SessionInfo]:
    answer = await process.rpc("GET", f"/session?limit={SESSIONS}&roots=true", directory)
    infos = []
    for raw in _entries(answer.body):
        try:
            info = SessionInfo.model_validate(raw)
        except ValidationError:
            continue
        if info.directory == directory and info.time.archived is None:
            infos.append(info)
    return infos


async def _catch_up(process: Process, session_id: str, directory: str) -> None:
    """Tell the running turn as far as it went; what was told before stays as it is."""
    answer = await process.rpc("GET", f"/session/{session_id}/message?limit={MESSAGES}", directory)
    messages = []
    for raw in _entries(answer.body):
        try:
            messages.append(StoredMessage.model_validate(raw))
        except ValidationError:
            continue
    last_prompt = max((at for at, message in enumerate(messages) if message.info.role == "user"), default=0)
    for message in messages[last_prompt:]:
        for event in process.translator.stored(message, process.services.clock.now_ms()):
            process.book.publish(event)


async def _version(process: Process, directory: str) -> None:
    body = (await process.rpc("GET", "/global/health", directory)).body
    if isinstance(body, dict) and isinstance(version := body.get("version"), str):
        process.version = version


async def _context_limits(process: Process, directory: str) -> None:
    if process.translator.context_limits:
        return
    body = (await process.rpc("GET", "/config/providers", directory)).body
    providers = body.get("providers") if isinstance(body, dict) else None
    for provider in _entries(providers):
        models = provider.get("models")
        for name, model in models.items() if isinstance(models, dict) else ():
            limit = model.get("limit") if isinstance(model, dict) else None
            context = limit.get("context") if isinstance(limit, dict) else None
            if isinstance(context, int) and context > 0:
                process.translator.context_limits[f"{provider.get('id')}/{name}"] = context


def _entries(body: object) -> list[dict[str, object]]:
    return [entry for entry in body if isinstance(entry, dict)] if isinstance(body, list) else []
