"""From a notice to a message: what it says, and what may be decided in it. Pure."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from pilot_sidecar.core.asks_model import ALLOWING, Ask, DecisionKind, DecisionRequest
from pilot_sidecar.core.notices_model import Notice
from pilot_sidecar.notifications.telegram.markup import Piece, fit, prose, units, visible

MOST_OPTIONS = 8
LONGEST_OPTION = 40
LONGEST_URL = 1_500
_LABELS: dict[DecisionKind, str] = {"allow_once": "Allow once", "deny": "Deny"}


@dataclass(frozen=True, slots=True)
class Choice:
    """A button that decides."""

    label: str
    decision: DecisionRequest


@dataclass(frozen=True, slots=True)
class Composed:
    """A message before it is sent."""

    html: str
    kept: str
    """The same without what to do: what stays once it was dealt with."""
    rows: Sequence[Sequence[Choice]] = field(default_factory=list)


def compose(notice: Notice, ask: Ask | None, session: str, *, linked: bool) -> Composed:
    """Return a notice as a message; ``linked``: a button below it opens Pilot."""
    head = [Piece(prose(notice.title, 300), "b"), *_place(notice, session)]
    if ask is None:
        body = prose(notice.body, 2_500)
        text = fit(head, [Piece(f"\n\n{body}")] if body else [], []).html
        return Composed(text, text)
    if ask.kind == "question":
        return _question(head, ask, linked=linked)
    return _permission(head, notice, ask, linked=linked)


def _place(notice: Notice, session: str) -> list[Piece]:
    words = " · ".join(part for part in (prose(notice.project, 80), prose(session, 120)) if part)
    return [Piece(f"\n{words}", "i")] if words else []


def _permission(head: list[Piece], notice: Notice, ask: Ask, *, linked: bool) -> Composed:
    where = [Piece("\nin "), Piece(visible(ask.directory)[:300], "code")] if ask.directory else []
    reason = [Piece(f"\n\n{prose(ask.reason)}")] if ask.reason else []
    fitted = fit([*head, *where], _what(ask), reason)
    kinds: list[DecisionKind] = [kind for kind in _LABELS if kind in notice.quick and kind in ask.decisions]
    if not fitted.whole:
        kinds = [kind for kind in kinds if kind not in ALLOWING]
    kept = fitted.html
    if ALLOWING.isdisjoint(kinds):
        hint = _hint("allow it", linked=linked, whole=fitted.whole)
        fitted = fit([*head, *where], _what(ask), [*reason, *_elsewhere(hint)])
    row = [Choice(_LABELS[kind], DecisionRequest(kind=kind, digest=ask.digest)) for kind in kinds]
    return Composed(fitted.html, kept, [row] if row else [])


def _what(ask: Ask) -> Iterator[Piece]:
    """Yield everything that would be allowed, as the agent wrote it; what nobody takes costs nothing."""
    if ask.command is not None:
        yield from (Piece("\n\n"), Piece(visible(ask.command), "pre"))
    if ask.files and all(file.patch for file in ask.files):
        for file in ask.files:
            yield from (Piece(f"\n\n{file.status}: "), Piece(visible(file.path), "code"), Piece("\n"))
            yield Piece(visible(file.patch or ""), "pre")
    elif ask.command is None and ask.input:
        yield from (Piece("\n\n"), Piece(visible(json.dumps(ask.input, indent=1, ensure_ascii=False)), "pre"))
    elif ask.command is None and ask.summary:
        yield from (Piece("\n\n"), Piece(visible(ask.summary), "pre"))


def _question(head: list[Piece], ask: Ask, *, linked: bool) -> Composed:
    main: list[Piece] = []
    for question in ask.questions:
        main.append(Piece(f"\n\n{prose(question.question, 1_500)}"))
        for option in question.options:
            main.append(Piece(f"\n• {prose(option.label, 200)}"))
            if option.description:
                main.append(Piece(f" ({prose(option.description, 300)})", "i"))
    rows = _options(ask)
    tail = _elsewhere(_how(ask, bool(rows), linked=linked))
    return Composed(fit(head, main, tail).html, fit(head, main, []).html, rows)


def _options(ask: Ask) -> list[list[Choice]]:
    """Return a button for each option of a single question, where all of them fit on buttons."""
    if len(ask.questions) != 1 or "answer" not in ask.decisions or ask.questions[0].multiple:
        return []
    labels = [option.label for option in ask.questions[0].options]
    if not 0 < len(labels) <= MOST_OPTIONS or len(set(labels)) < len(labels):
        return []
    if any(not label.strip() or label != prose(label, LONGEST_OPTION) or "\n" in label for label in labels):
        return []
    return [[Choice(label, DecisionRequest(kind="answer", digest=ask.digest, answers=[[label]]))] for label in labels]


def takes_text(ask: Ask) -> bool:
    """Tell whether a question can be answered by writing."""
    return ask.kind == "question" and len(ask.questions) == 1 and "answer" in ask.decisions


def _how(ask: Ask, has_options: bool, *, linked: bool) -> str:
    if takes_text(ask) and ask.questions[0].custom:
        return (
            "Reply to this message to answer in your own words." if has_options else "Reply to this message to answer."
        )
    return "" if has_options else _hint("answer it", linked=linked, whole=True)


def _hint(what: str, *, linked: bool, whole: bool) -> str:
    where = "Open Pilot below" if linked else "Open Pilot on your computer"
    return f"{where} to {what}." if whole else f"{where} to see all of it and {what}."


def _elsewhere(hint: str) -> list[Piece]:
    return [Piece(f"\n\n{hint}", "i")] if hint else []


def is_link(url: str) -> bool:
    """Tell whether Telegram takes an address for a button."""
    return url.startswith(("http://", "https://")) and units(url) <= LONGEST_URL
