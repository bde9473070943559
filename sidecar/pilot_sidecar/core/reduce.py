"""What an event changes about its session."""

from pilot_sidecar.core.events import (
    DiffUpdated,
    ErrorRaised,
    Event,
    MessageCompleted,
    PromptReceived,
    SessionStopped,
    TodoUpdated,
    ToolStarted,
    UsageUpdated,
)
from pilot_sidecar.core.models import Session

LAST_LINE = 200


def reduce_session(session: Session, event: Event) -> None:
    """Apply what an event says about its session; ``webview/js/reduce.js`` does the same."""
    match event:
        case SessionStopped():
            session.state = "error" if event.reason == "error" else "idle"
        case PromptReceived():
            session.state, session.last_error, session.last_line = "busy", None, event.text[:LAST_LINE]
        case MessageCompleted(part="text"):
            session.last_line = event.text[:LAST_LINE]
        case ToolStarted():
            session.assign(state="busy", last_line=(event.title or event.tool)[:LAST_LINE])
        case TodoUpdated():
            session.todos = event.todos
        case DiffUpdated():
            session.files = event.files
        case UsageUpdated():
            session.usage = event.usage
        case ErrorRaised():
            session.last_error = event.message
        case _:
            return
    session.assign(updated_at=max(session.updated_at, event.at))
