"""What an ask may touch, told from its words, and what of it may be decided in a notice. Pure.

A hint, never a verdict: no hint does not mean that nothing can happen. ``webview/js/asks/risk.js`` tells the same.
"""

import re
from collections.abc import Iterator, Mapping

from pilot_sidecar.core import risk_rules as rules
from pilot_sidecar.core.asks_model import Ask, DecisionKind
from pilot_sidecar.core.plain_text import one_line
from pilot_sidecar.core.risk_rules import Fit, Rule
from pilot_sidecar.core.touched_paths import is_inside, paths_in
from pilot_sidecar.core.unseen import has_look_alikes, has_unseen, is_plain

NOTICE_LONGEST = 240
"""Characters of what is asked that a notice shows for sure."""


def _compiled(fit: Fit) -> re.Pattern[str]:
    return re.compile(fit.source, re.ASCII | (re.IGNORECASE if fit.any_case else 0))


_RULES = [(rule, [_compiled(fit) for fit in rule.fits]) for rule in rules.RULES]
_SECRET_FILES = [_compiled(fit) for fit in rules.SECRET_FILES]
_RUNS_LATER = re.compile(rules.RUNS_LATER, re.ASCII)
_ODD_SPACES = re.compile(rules.ODD_SPACES)
_CONTINUED = re.compile(r"\\\r?\n")
_WEB_TOOL = re.compile("web|fetch|browse", re.IGNORECASE)
_CHANGING_TOOL = re.compile("edit|write|patch|delete|remove|move|rename|create|permission", re.IGNORECASE)
_DISGUISED = re.compile(r"""\\\w|\w(?:''|"")|(?:''|"")\w|\w['"]\w{1,40}['"]|\$['"{]|\$IFS|\{[^{}\s]{0,99},""", re.ASCII)
"""Ways to write a word so that a shell reads another one: not to be judged at a glance."""
_TOLD_ANYWAY = frozenset({"command", "description", "reason", "kind", "approvalId", "timeout"})
"""Parts of a command's arguments that change nothing of what runs, or that its ``command`` stands for."""


def quick_decisions(ask: Ask) -> list[DecisionKind]:
    """Return what may be decided where only the notice is seen; allowing only what it shows whole and harmless."""
    quick: list[DecisionKind] = []
    if "allow_once" in ask.decisions and ask.kind == "permission" and _fits_a_notice(ask):
        quick.append("allow_once")
    if "deny" in ask.decisions:
        quick.append("deny")
    return quick


def shown_text(ask: Ask) -> str:
    """Return what a notice shows of an ask: the command, else its summary, else the question."""
    question = ask.questions[0].question if ask.questions else ""
    return ask.command or ask.summary or question


def risks_of(ask: Ask) -> list[Rule]:
    """Return what an ask may touch, most telling first."""
    whole = _asked_text(ask)
    plain = _ODD_SPACES.sub(" ", whole[: rules.LONGEST])
    paths = [*(file.path for file in ask.files), *paths_in(plain)]
    found = [*_by_words(plain), *_by_paths(ask, paths), *_by_letters(whole)]
    told: dict[str, Rule] = {}
    for rule in found:
        if rule.id not in told or rule.high:
            told[rule.id] = rule
    return list(told.values())


def _fits_a_notice(ask: Ask) -> bool:
    shown = shown_text(ask)
    return (
        0 < len(shown) <= NOTICE_LONGEST
        and shown == one_line(shown)
        and is_plain(shown)
        and not _DISGUISED.search(shown)
        and not ask.files
        and sum(option.kind == "allow_once" for option in ask.options) <= 1
        and (ask.command is not None or not _CHANGING_TOOL.search(ask.tool))
        and _shows_everything(ask, shown)
        and not any(rule.high for rule in risks_of(ask))
    )


def _shows_everything(ask: Ask, shown: str) -> bool:
    """Tell whether what is shown leaves out nothing that the decision is about."""
    said = {ask.input.get("reason"), ask.input.get("description")} if ask.command else set()
    if ask.reason and ask.reason not in {text.strip() for text in said if isinstance(text, str)}:
        return False
    return all(_is_shown(ask, name, value, shown) for name, value in ask.input.items())


def _is_shown(ask: Ask, name: str, value: object, shown: str) -> bool:
    if ask.command:
        if name in _TOLD_ANYWAY:
            return True
        if name == "cwd":
            return isinstance(value, str) and is_inside(value, ask.directory)
    return all(leaf != "" and leaf in shown for leaf in _leaves(value))


def _leaves(value: object) -> Iterator[str]:
    """Yield everything in some arguments as text."""
    match value:
        case Mapping():
            for name, part in value.items():
                yield str(name)
                yield from _leaves(part)
        case list() | tuple():
            for part in value:
                yield from _leaves(part)
        case None:
            pass
        case _:
            yield str(value)


def _by_words(text: str) -> Iterator[Rule]:
    for rule, fits in _RULES:
        if any(fit.search(text) for fit in fits):
            yield rule


def _by_paths(ask: Ask, paths: list[str]) -> Iterator[Rule]:
    if any(file.status == "deleted" for file in ask.files):
        yield rules.DELETES
    if not all(is_inside(path, ask.directory) for path in paths):
        yield rules.OUTSIDE
    if any(_RUNS_LATER.search(path) for path in paths):
        yield rules.LATER
    if _WEB_TOOL.search(ask.tool):
        yield rules.NETWORK
    if any(fit.search(path) for fit in _SECRET_FILES for path in paths):
        yield rules.SECRETS


def _by_letters(whole: str) -> Iterator[Rule]:
    if len(whole.encode("utf-16-le", "surrogatepass")) > 2 * rules.LONGEST:  # as JavaScript counts
        yield rules.LONG
    if has_unseen(whole):
        yield rules.UNSEEN
    if has_look_alikes(whole):
        yield rules.LOOK_ALIKES


def _asked_text(ask: Ask) -> str:
    """Return the words that may run; a continued line is one."""
    if ask.kind != "permission":
        return ""
    text = ask.command if ask.command is not None else "" if ask.files else _input_text(ask)
    return _CONTINUED.sub(" ", text)


def _input_text(ask: Ask) -> str:
    return "\n".join([ask.summary, *(value for value in ask.input.values() if isinstance(value, str))])
