"""Parts of messages as they change: text, reasoning and tool calls."""

from dataclasses import dataclass, field

from pilot_sidecar.core.attachments import Keep
from pilot_sidecar.core.events import (
    Event,
    MessageCompleted,
    MessageDelta,
    PromptReceived,
    ToolCompleted,
    ToolStarted,
    ToolUpdated,
)
from pilot_sidecar.core.models import Attachment
from pilot_sidecar.integrations.opencode import notes, tools
from pilot_sidecar.integrations.opencode.files import attachments_of
from pilot_sidecar.integrations.opencode.native import Delta, FilePart, Part
from pilot_sidecar.integrations.opencode.notes import Setting
from pilot_sidecar.integrations.opencode.sessions import AGENT


@dataclass(slots=True)
class Parts:
    """What is known of the parts of one session's present turn."""

    keep: Keep
    """Takes in the pictures that messages carry."""
    roles: dict[str, str] = field(default_factory=dict)
    """Who wrote a message, by its id."""
    sent: dict[str, int] = field(default_factory=dict)
    """When a prompt was made, by its message's id."""
    settings: dict[str, Setting] = field(default_factory=dict)
    """Who is to answer a prompt, by its message's id."""
    setting: Setting = field(default_factory=Setting)
    """Who answered last."""
    setting_at: int = 0
    """Since when; what was said before that says nothing about it."""
    reasoning: set[str] = field(default_factory=set)
    ended: set[str] = field(default_factory=set)
    """Parts and calls that are whole."""
    started: set[str] = field(default_factory=set)
    """Calls announced."""
    prompt: dict[str, str] = field(default_factory=dict)
    """Text parts of a prompt that is still coming in."""
    files: dict[str, FilePart] = field(default_factory=dict)
    """Files of that prompt."""
    prompt_id: str | None = None
    prompt_at: int = 0

    def forget(self) -> None:
        """Make room for a new turn; prompts that came in for it stay."""
        self.reasoning.clear()
        self.ended.clear()
        self.started.clear()

    def take_prompt(self, session_id: str) -> list[Event]:
        """Return the prompt that came in, now that something else follows it."""
        text, message, at = "\n".join(self.prompt.values()), self.prompt_id, self.prompt_at
        files = attachments_of(list(self.files.values()), session_id, self.keep)
        self.prompt.clear()
        self.files.clear()
        self.prompt_id = None
        if message is None or not (text.strip() or files):
            return []
        told = PromptReceived(
            at=at, session_id=session_id, agent=AGENT, message_id=message, text=text, attachments=files
        )
        return [*self._switches(session_id, message, at), told]

    def _switches(self, session_id: str, message: str, at: int) -> list[Event]:
        before, now = self.setting, self.settings.pop(message, Setting())
        if at <= self.setting_at:
            return []
        self.setting, self.setting_at = notes.after_setting(before, now), at
        return [notes.noted(note, session_id) for note in notes.switches(message, at, before, now)]

    def delta(self, delta: Delta, at: int) -> list[Event]:
        """Return more text of a part."""
        if delta.field != "text" or delta.part_id in self.ended or self.roles.get(delta.message_id) == "user":
            return []
        return [
            MessageDelta(
                at=at,
                session_id=delta.session_id,
                agent=AGENT,
                message_id=delta.message_id,
                part_id=delta.part_id,
                part="reasoning" if delta.part_id in self.reasoning else "text",
                offset=delta.offset,
                delta=delta.delta,
            )
        ]

    def update(self, part: Part, at: int, *, snapshot: bool = False) -> list[Event]:
        """Return what a part's new form means; a snapshot also tells the text so far."""
        if part.type == "tool":
            return self._tool(part, at)
        if part.type == notes.COMPACTION and part.id not in self.ended:
            self.ended.add(part.id)
            return [notes.noted(notes.compaction(part, self.sent.get(part.message_id, at)), part.session_id)]
        if part.type == "file" and self.roles.get(part.message_id) == "user":
            return self._prompt(part, at)
        if part.type not in ("text", "reasoning") or part.ignored:
            return []
        if self.roles.get(part.message_id) == "user":
            return self._prompt(part, at)
        return self._text(part, at, snapshot)

    def _prompt(self, part: Part, at: int) -> list[Event]:
        if part.synthetic or part.type not in ("text", "file") or part.message_id in self.ended:
            return []
        self.prompt_id, self.prompt_at = part.message_id, self.sent.get(part.message_id, at)
        if part.type == "file":
            self.files[part.id] = part
        else:
            self.prompt[part.id] = part.text
        return []

    def _text(self, part: Part, at: int, snapshot: bool) -> list[Event]:
        kind = "reasoning" if part.type == "reasoning" else "text"
        if kind == "reasoning":
            self.reasoning.add(part.id)
        owner = {"session_id": part.session_id, "agent": AGENT, "message_id": part.message_id, "part_id": part.id}
        if part.time.end is not None and part.id not in self.ended:
            self.ended.add(part.id)
            started = part.time.start
            return [MessageCompleted(at=part.time.end, part=kind, text=part.text, started_at=started, **owner)]
        if snapshot and part.text and part.id not in self.ended:
            return [MessageDelta(at=part.time.start or at, part=kind, offset=0, delta=part.text, **owner)]
        return []

    def _tool(self, part: Part, at: int) -> list[Event]:
        call, state = part.call_id, part.state
        if not call or call in self.ended:
            return []
        if state.status in ("completed", "error"):
            self.ended.add(call)
            self.started.discard(call)
            files = attachments_of(state.attachments, part.session_id, self.keep)
            return [_completed(part, at, files)]
        if call not in self.started:
            self.started.add(call)
            return [_started(part, at)]
        return [_updated(part, at)]


def _started(part: Part, at: int) -> Event:
    return ToolStarted(
        at=part.state.time.start or at,
        session_id=part.session_id,
        agent=AGENT,
        call_id=part.call_id,
        message_id=part.message_id,
        tool=part.tool,
        tool_kind=tools.kind_of(part.tool),
        title=tools.title_of(part),
        status=tools.status_of(part.state),
        input=part.state.input or None,
    )


def _updated(part: Part, at: int) -> Event:
    return ToolUpdated(
        at=at,
        session_id=part.session_id,
        agent=AGENT,
        call_id=part.call_id,
        title=tools.title_of(part),
        status=tools.status_of(part.state),
        input=part.state.input or None,
        output=tools.live_output(part.state),
        child_session_id=tools.child_session(part.state),
    )


def _completed(part: Part, at: int, attachments: list[Attachment]) -> Event:
    state = part.state
    return ToolCompleted(
        at=state.time.end or at,
        session_id=part.session_id,
        agent=AGENT,
        call_id=part.call_id,
        message_id=part.message_id,
        tool=part.tool,
        tool_kind=tools.kind_of(part.tool),
        status=tools.status_of(state),
        title=tools.title_of(part),
        input=state.input or None,
        output=state.output,
        error=state.error,
        files=tools.files_of(state),
        attachments=attachments,
        child_session_id=tools.child_session(state),
    )
