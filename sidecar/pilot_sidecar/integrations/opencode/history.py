"""OpenCode's own transcript and choices, in Pilot's form: pure."""

from pydantic import ValidationError

from pilot_sidecar.core.agents import Choice
from pilot_sidecar.core.attachments import Keep
from pilot_sidecar.core.models import ErrorItem, FileDiff, Item, PromptItem, ReasoningItem, TextItem, ToolItem
from pilot_sidecar.core.sessions import ItemPage
from pilot_sidecar.integrations.opencode import notes, tools
from pilot_sidecar.integrations.opencode.advice import advice
from pilot_sidecar.integrations.opencode.files import attachments_of
from pilot_sidecar.integrations.opencode.mapping import merge_files, snake
from pilot_sidecar.integrations.opencode.native import MessageInfo, Part, StoredMessage, Summary
from pilot_sidecar.integrations.opencode.notes import Setting, setting_of


def messages_in(body: object) -> list[StoredMessage]:
    """Return the messages of an answer; those of an unknown shape are left out."""
    found = []
    for raw in body if isinstance(body, list) else []:
        try:
            found.append(StoredMessage.model_validate(raw))
        except ValidationError:
            continue
    return found


def page_of(body: object, before: str | None, seq: int, keep: Keep) -> ItemPage:
    """Return messages as a page of a transcript."""
    items: list[Item] = []
    setting = Setting()
    for message in messages_in(body):
        if message.info.role == "user" and (prompt := _prompt(message, keep)):
            now = setting_of(message.info)
            items += [*notes.switches(message.info.id, prompt[0].at, setting, now), *prompt]
            setting = notes.after_setting(setting, now)
        items += _items(message, keep)
    return ItemPage(items=items, before=before, seq=seq)


def diffs_in(body: object) -> list[FileDiff]:
    """Return what a session changed, over all of its messages."""
    summaries = [message.info.summary for message in messages_in(body)]
    return merge_files(
        [[tools.file_diff(diff) for diff in summary.diffs] for summary in summaries if isinstance(summary, Summary)]
    )


def models_in(body: object) -> list[Choice]:
    """Return the models of all providers, named ``provider/model``."""
    providers = body.get("providers") if isinstance(body, dict) else None
    choices = []
    for provider in providers if isinstance(providers, list) else []:
        models = provider.get("models") if isinstance(provider, dict) else None
        for key, model in models.items() if isinstance(models, dict) else ():
            name = model.get("name") if isinstance(model, dict) else None
            label = str(provider.get("name") or provider.get("id"))
            choices.append(Choice(id=f"{provider.get('id')}/{key}", name=str(name or key), provider=label))
    return choices


def _items(message: StoredMessage, keep: Keep) -> list[Item]:
    info = message.info
    at = info.time.created or 0
    if info.role == "user":
        return [notes.compaction(part, at) for part in message.parts if part.type == notes.COMPACTION]
    items = [item for part in message.parts if (item := _item(part, at, keep)) is not None]
    if info.error and info.error.name != "MessageAbortedError":
        items.append(_error(info, at))
    return items


def _prompt(message: StoredMessage, keep: Keep) -> list[PromptItem]:
    info = message.info
    texts = [part.text for part in message.parts if part.type == "text" and not part.synthetic and not part.ignored]
    text = "\n".join(texts)
    given = [part for part in message.parts if part.type == "file" and not part.synthetic]
    files = attachments_of(given, info.session_id, keep)
    if not text.strip() and not files:
        return []
    at = info.time.created or 0
    return [PromptItem(id=info.id, at=at, message_id=info.id, text=text, attachments=files)]


def _error(info: MessageInfo, at: int) -> Item:
    assert info.error is not None
    words = info.error.data.message or info.error.name
    code, when = snake(info.error.name), info.time.completed or at
    return ErrorItem(id=f"{info.id}-error", at=when, code=code, message=words, hint=advice(info.error))


def _item(part: Part, at: int, keep: Keep) -> Item | None:
    at = part.time.start or part.state.time.start or at
    match part.type:
        case "text" if part.text:
            streaming = part.time.end is None
            return TextItem(id=part.id, at=at, message_id=part.message_id, text=part.text, streaming=streaming)
        case "reasoning" if part.text:
            ended = part.time.end
            return ReasoningItem(
                id=part.id, at=at, message_id=part.message_id, text=part.text, streaming=ended is None, ended_at=ended
            )
        case "tool" if part.call_id:
            return _tool(part, at, keep)
        case _:
            return None


def _tool(part: Part, at: int, keep: Keep) -> Item:
    state = part.state
    return ToolItem(
        id=part.call_id,
        at=at,
        message_id=part.message_id,
        tool=part.tool,
        tool_kind=tools.kind_of(part.tool),
        title=tools.title_of(part),
        status=tools.status_of(state),
        input=state.input or None,
        output=state.output if state.output is not None else tools.live_output(state),
        error=state.error,
        files=tools.files_of(state),
        attachments=attachments_of(state.attachments, part.session_id, keep),
        child_session_id=tools.child_session(state),
        ended_at=state.time.end,
    )
