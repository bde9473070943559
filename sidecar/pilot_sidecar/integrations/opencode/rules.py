"""The approval mode as OpenCode's permission rules: appended to a session's own, and the last that matches wins."""

from collections.abc import Collection, Iterable, Sequence
from fnmatch import fnmatchcase

from pydantic import TypeAdapter, ValidationError

from pilot_sidecar.core.models import ApprovalTopic
from pilot_sidecar.integrations.opencode.native import Rule

PERMISSIONS: dict[ApprovalTopic, tuple[str, ...]] = {
    "shell": ("bash",),
    "edits": ("edit",),
    "outside": ("external_directory",),
    "web": ("webfetch", "websearch", "codesearch"),
}
"""Which of OpenCode's permissions a topic stands for; ``edit`` covers writes and patches too."""
_Rules = TypeAdapter(list[Rule])


def approval_rules(
    topics: Iterable[ApprovalTopic], configured: Sequence[Rule], told: Collection[ApprovalTopic]
) -> list[Rule]:
    """Return rules that make a session ask about ``topics``, and be about those it was ``told`` of as ``configured``.

    Rules cannot be taken back, only overruled: a topic that is off again gets the agent's own rules again, and one
    that is on keeps what the agent's own rules forbid. Nothing is said about other topics: a session's rules outlive
    a switch of its agent, and a copy of ``build``'s would let ``plan`` edit files.
    """
    wanted = set(topics)
    rules: list[Rule] = []
    for topic, names in PERMISSIONS.items():
        if topic not in wanted and topic not in told:
            continue
        for name in names:
            own = _own(name, configured)
            if topic in wanted:
                rules.append(Rule(permission=name, pattern="*", action="ask"))
                rules += [rule for rule in own if rule.action == "deny" and not _lifted(rule, own)]
            else:
                rules += own
    return rules


def topics_told(raw: object) -> set[ApprovalTopic]:
    """Return the topics that a session's own rules make it ask about."""
    try:
        rules = _Rules.validate_python(raw)
    except ValidationError:
        return set()
    asked = {rule.permission for rule in rules if (rule.pattern, rule.action) == ("*", "ask")}
    return {topic for topic, names in PERMISSIONS.items() if asked.intersection(names)}


def _own(name: str, configured: Sequence[Rule]) -> list[Rule]:
    """Return the rules that speak about a permission, as rules about it alone."""
    return [
        Rule(permission=name, pattern=rule.pattern, action=rule.action)
        for rule in configured
        if fnmatchcase(name, rule.permission)
    ]


def _lifted(rule: Rule, own: Sequence[Rule]) -> bool:
    """Tell whether a later rule on everything made this one void."""
    later = own[own.index(rule) + 1 :]
    return any(other.pattern in ("*", rule.pattern) and other.action != "deny" for other in later)
