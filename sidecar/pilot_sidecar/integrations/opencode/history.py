"""OpenCode's own transcript and choices, in Pilot's form: pure."""

from pydantic import ValidationError

from pilot_sidecar.core.agents import Choice
from pilot_sidecar.core.models import ErrorItem, FileDiff, Item, PromptItem, ReasoningItem, TextItem, ToolItem
from pilot_sidecar.core.sessions import ItemPage
from pilot_sidecar.integrations.opencode import tools
from pilot_sidecar.integrations.opencode.mapping import merge_files, snake
from pilot_sidecar.integrations.opencode.native import MessageInfo, Part, StoredMessage, Summary


def messages_in(body: object) -> list[StoredMessage]:
    """Return the messages of an answer; those of an unknown shape are left out."""
    found = []
    for raw in body if isinstance(body, list) else []:
        try:
            found.append(StoredMessage.model_validate(raw))
        except ValidationError:
            continue
    return found


def page_of(body: object, before: str | None, seq: int) -> ItemPage:
    """Return messages as a page of a transcript."""
    items: list[Item] = []
    for message in messages_in(body):
        items += _items(message)
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


def _items(message: StoredMessage) -> list[Item]:
    info = message.info
    at = info.time.created or 0
    if info.role == "user":
        return _prompt(message, at)
    items = [item for part in message.parts if (item := _item(part, at)) is not None]
    if info.error and info.error.name != "MessageAbortedError":
        items.append(_error(info, at))
    return items


def _prompt(message: StoredMessage, at: int) -> list[Item]:
    texts = [part.text for part in message.parts if part.type == "text" and not part.synthetic and not part.ignored]
    text = "\n".join(texts)
    return [PromptItem(id=message.info.id, at=at, message_id=message.info.id, text=text)] if text.strip() else []


def _error(info: MessageInfo, at: int) -> Item:
    assert info.error is not None
    words = info.error.data.message or info.error.name
    return ErrorItem(id=f"{info.id}-error", at=info.time.completed or at, code=snake(info.error.name), message=words)


def _item(part: Part, at: int) -> Item | None:
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
            return _tool(part, at)
        case _:
            return None


def _tool(part: Part, at: int) -> Item:
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
        child_session_id=tools.child_session(state),
        ended_at=state.time.end,
    )
