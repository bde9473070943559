"""OpenCode's sessions in Pilot's form: pure."""

import re
from collections.abc import Sequence

from pilot_sidecar.core.events import Event
from pilot_sidecar.core.models import AgentProcess, Capabilities, Session, Usage
from pilot_sidecar.core.projects import project_id
from pilot_sidecar.core.reduce import reduce_session
from pilot_sidecar.integrations.opencode.native import SessionInfo

AGENT = "opencode"
_UNTITLED = re.compile(r"(New|Child) session - \d{4}-\d\d-\d\dT")
"""What OpenCode calls a session until the model has named it."""


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
        images=True,
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
