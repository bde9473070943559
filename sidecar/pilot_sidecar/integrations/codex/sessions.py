"""What holds for a Codex session, by the way it runs: pure."""

from typing import Literal

from pilot_sidecar.core.models import AgentProcess, Capabilities, Session, SessionState
from pilot_sidecar.core.projects import project_id
from pilot_sidecar.integrations.codex.native import Thread

AGENT = "codex"
Kind = Literal["daemon", "embedded", "exec", "owned", "stored"]
"""daemon: in the daemon that all plain terminals share · embedded: in a terminal of its own · exec: a one-shot run ·
owned: in a process that Pilot started · stored: nothing runs it now."""

_CAPABILITIES: dict[Kind, Capabilities] = {
    "daemon": Capabilities(
        stream="tokens", approve="race", always=True, deny_message=True, prompt="now", queue=True, resume=True,
        interrupt=True, history=True, usage=True, images=True,
    ),
    "owned": Capabilities(
        stream="tokens", approve="exclusive", always=True, deny_message=True, prompt="now", queue=True, resume=True,
        interrupt=True, history=True, usage=True, images=True,
    ),
    "embedded": Capabilities(
        stream="lines", approve="exclusive", deny_message=True, prompt="at_turn_end", history=True, usage=True,
        images=True,
    ),
    "exec": Capabilities(stream="lines", approve="none", prompt="none", history=True, usage=True),
    "stored": Capabilities(approve="none", prompt="now", resume=True, history=True, usage=True, images=True),
}  # fmt: skip


def capabilities_of(kind: Kind) -> Capabilities:
    """Return what is true for a session of this kind."""
    return _CAPABILITIES[kind].model_copy()


def session_of(
    thread: Thread, known: Session | None, kind: Kind, pid: int | None = None, root: str | None = None
) -> Session:
    """Return a thread as a session, keeping what only Pilot knows of it."""
    session = known or Session(
        id=thread.id, agent=AGENT, project_id=project_id(thread.cwd), directory=thread.cwd, created_at=0, updated_at=0
    )
    live = kind != "stored"
    return session.model_copy(
        update={
            "title": title_of(thread) or session.title,
            "state": _state(thread, session, live=live),
            "live": live,
            "parent_id": thread.parent_thread_id or session.parent_id,
            "root_id": root or session.root_id,
            "model": model_name(thread.model_provider, thread.model) or session.model,
            "created_at": int(thread.created_at * 1000) or session.created_at,
            "updated_at": max(session.updated_at, int(thread.updated_at * 1000)),
            "capabilities": capabilities_of(kind),
            "process": AgentProcess(pid=pid, mode=kind) if live else None,
        },
        deep=True,
    )


def title_of(thread: Thread) -> str:
    """Return the name somebody or Codex gave a thread, else how it began; sub-agents have names of their own."""
    begun = (thread.preview or "").strip().partition("\n")[0][:200]
    return thread.name or begun or thread.agent_nickname or ""


def model_name(provider: str | None, model: str | None) -> str | None:
    """Return ``provider/model``."""
    return f"{provider}/{model}" if provider and model else model


def _state(thread: Thread, session: Session, *, live: bool) -> SessionState:
    match thread.status.type:
        case "active":
            return "busy"
        case "systemError":
            return "error"
        case _ if live or session.state in ("busy", "retrying"):
            return "idle"
        case _:
            return session.state
