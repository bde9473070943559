"""OpenCode's sessions in Pilot's form, and the copy of them that this adapter works on."""

import re
from collections.abc import Callable, Sequence
from typing import Protocol

from pilot_sidecar.core.events import (
    Event,
    SessionStarted,
    SessionUpdated,
)
from pilot_sidecar.core.models import AgentProcess, Capabilities, Session, Usage
from pilot_sidecar.core.projects import project_id
from pilot_sidecar.core.reduce import reduce_session
from pilot_sidecar.integrations.opencode.native import SessionInfo

AGENT = "opencode"
_UNTITLED = re.compile(r"(New|Child) session - \d{4}-\d\d-\d\dT")
"""What OpenCode calls a session until the model has named it."""


class SessionLookup(Protocol):
    """Where the present form of a session is found."""

    def get(self, session_id: str) -> Session | None:
        """Return a session, or None."""
        ...


class SessionBook:
    """The adapter's copy of its sessions: whole at once, while the hub's own waits for events to be on disk."""

    def __init__(self, known: SessionLookup, publish: Callable[[Event], None]) -> None:
        self._known = known
        self._publish = publish
        self._sessions: dict[str, Session] = {}

    def get(self, session_id: str) -> Session | None:
        """Return the session as of the last event published here."""
        if session_id not in self._sessions and (known := self._known.get(session_id)) and known.agent == AGENT:
            self._sessions[session_id] = known.model_copy(deep=True)
        return self._sessions.get(session_id)

    def all(self) -> list[Session]:
        """Return every session seen since the hub's start."""
        return list(self._sessions.values())

    def parents(self, session_id: str) -> list[str]:
        """Return the chain of parents, nearest first."""
        chain: list[str] = []
        session = self.get(session_id)
        while session and session.parent_id and session.parent_id not in (*chain, session_id):
            chain.append(session.parent_id)
            session = self.get(session.parent_id)
        return chain

    def family(self, session_id: str) -> set[str]:
        """Return a session with all below it."""
        return {session_id} | {session.id for session in self.all() if session_id in self.parents(session.id)}

    def publish(self, event: Event) -> None:
        """Take an event in and announce it."""
        match event:
            case SessionStarted() | SessionUpdated():
                if isinstance(event, SessionUpdated) and self._same(event.session):
                    return
                self._sessions[event.session.id] = event.session.model_copy(deep=True)
            case _:
                if event.session_id and (session := self.get(event.session_id)):
                    reduce_session(session, event)
        self._publish(event)

    def _same(self, session: Session) -> bool:
        known = self.get(session.id)
        return known is not None and session == known.model_copy(update={"updated_at": session.updated_at})

    def change(self, session: Session, at: int, **fields: object) -> None:
        """Announce a session with some fields changed, if they are."""
        changed = session.model_copy(update=fields, deep=True)
        self.publish(SessionUpdated(at=at, session_id=session.id, agent=AGENT, session=changed))


def session_of(info: SessionInfo, known: Session | None, process: AgentProcess, root: str | None) -> Session:
    """Return a session as OpenCode describes it, keeping what only Pilot knows."""
    return Session(
        id=info.id,
        agent=AGENT,
        project_id=project_id(info.directory),
        directory=info.directory,
        title="" if _UNTITLED.match(info.title) else info.title,
        state=known.state if known else "idle",
        live=True,
        parent_id=info.parent_id,
        root_id=root,
        mode=info.agent or (known.mode if known else None),
        model=(info.model.name() if info.model else None) or (known.model if known else None),
        created_at=info.time.created or info.time.updated or 0,
        updated_at=info.time.updated or info.time.created or 0,
        last_line=known.last_line if known else "",
        last_error=known.last_error if known else None,
        capabilities=capabilities_of(process.mode),
        approval=known.approval if known else None,
        usage=_usage(info, known.usage if known else Usage()),
        todos=known.todos if known else [],
        files=known.files if known else [],
        process=process,
    )


def capabilities_of(mode: str) -> Capabilities:
    """Return what holds for a session of a process of this mode."""
    return Capabilities(
        stream="tokens",
        approve="exclusive" if mode == "run" else "race",
        always=mode != "run",
        deny_message=True,
        prompt="now",
        interrupt=True,
        history=True,
        usage=True,
        guarded=True,
    )


def _usage(info: SessionInfo, known: Usage) -> Usage:
    if info.tokens is None:
        return known
    return known.model_copy(
        update={
            "input_tokens": info.tokens.input,
            "output_tokens": info.tokens.output,
            "reasoning_tokens": info.tokens.reasoning,
            "cache_read_tokens": info.tokens.cache.read,
            "cache_write_tokens": info.tokens.cache.write,
            "cost_usd": info.cost,
        }
    )


def after(session: Session | None, events: Sequence[Event]) -> Session | None:
    """Return a copy of a session as it will be after some events."""
    if session is None:
        return None
    copy = session.model_copy(deep=True)
    for event in events:
        reduce_session(copy, event)
    return copy
