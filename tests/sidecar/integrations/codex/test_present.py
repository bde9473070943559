"""A session while the disk is behind."""

from pathlib import Path

from fakes.domain import make_session, open_domain
from pilot_sidecar.core.events import PromptReceived, SessionStarted, SessionStopped, SessionUpdated
from pilot_sidecar.integrations.codex.present import Present

ABOUT = {"at": 5, "session_id": "s1", "agent": "codex"}


async def test_what_is_published_counts_at_once(tmp_path: Path) -> None:
    async with open_domain(tmp_path) as services:
        told: list[object] = []
        services.bus.subscribe(lambda entry: told.append(entry.event))
        present = Present(services, "s1")
        written = services.bus.publish_durably(SessionStopped(at=1, session_id="other", agent="codex"), [])
        present.publish(PromptReceived(**ABOUT, message_id="m0", text="of a session that nobody knows"))
        assert present.get() is None
        present.publish(SessionStarted(**ABOUT, session=make_session()))
        present.publish(PromptReceived(**ABOUT, message_id="m", text="hi"))
        assert services.sessions.get("s1") is None, "it waits for the disk"
        session = present.get()
        assert session is not None
        assert session.state == "busy"
        present.change(session, 6, title="New")
        present.change(present.get() or session, 7, title="New")
        await written
        assert services.sessions.get("s1") == present.get()
        found = services.sessions.get("s1")
        assert found is not None
        assert (found.state, found.title) == ("busy", "New"), "a change takes back nothing"
        assert len([event for event in told if isinstance(event, SessionUpdated)]) == 1
        present.publish(SessionStopped(**ABOUT))
        assert len(present._published) == 1, "what is announced is forgotten"
