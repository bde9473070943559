"""The rules of ``core/risk_rules.py`` as a module of the page's."""

import json
from collections.abc import Iterable

from pilot_sidecar.core import risk_rules as rules
from pilot_sidecar.core.risk_rules import Fit, Rule

_RULE = "{ id: string, words: string, fits: RegExp[] }"


def text() -> str:
    """Return the module."""
    words = {rule.id: rule.words for rule in rules.OTHERS}
    return "".join([
        f"export const RISK_LONGEST = {rules.LONGEST}; // characters that are looked at\n\n",
        f"/** By their words. @type {{readonly {_RULE}[]}} */\n",
        f"export const RISK_RULES = [\n{''.join(map(_rule, rules.RULES))}];\n\n",
        f"/** By something else than its words. */\nexport const OTHER_RISKS = {json.dumps(words, indent=2)};\n\n",
        f"export const SECRET_FILES = [{_fits(rules.SECRET_FILES)}];\n\n",
        "/** Paths whose text runs later, by itself. */\n",
        f"export const RUNS_LATER = {_literal(Fit(rules.RUNS_LATER))};\n",
        f"export const ODD_SPACES = {_literal(Fit(rules.ODD_SPACES))}g;\n",
    ])  # fmt: skip


def _rule(rule: Rule) -> str:
    return f"  {{ id: {json.dumps(rule.id)}, words: {json.dumps(rule.words)}, fits: [{_fits(rule.fits)}] }},\n"


def _fits(fits: Iterable[Fit]) -> str:
    return ", ".join(map(_literal, fits))


def _literal(fit: Fit) -> str:
    return f"/{fit.source.replace('/', chr(92) + '/')}/{'i' if fit.any_case else ''}"
