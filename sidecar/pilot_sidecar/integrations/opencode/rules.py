"""The approval mode as OpenCode's permission rules: appended to a session's own, and the last that matches wins."""

from collections.abc import Iterable, Sequence
from fnmatch import fnmatchcase

from pilot_sidecar.core.models import ApprovalTopic
from pilot_sidecar.integrations.opencode.native import Rule

PERMISSIONS: dict[ApprovalTopic, tuple[str, ...]] = {
    "shell": ("bash",),
    "edits": ("edit",),
    "outside": ("external_directory",),
    "web": ("webfetch", "websearch", "codesearch"),
}
"""Which of OpenCode's permissions a topic stands for; ``edit`` covers writes and patches too."""


def approval_rules(topics: Iterable[ApprovalTopic], configured: Sequence[Rule]) -> list[Rule]:
    """Return rules that make a session ask about ``topics``, and be about the others as ``configured``.

    Rules cannot be taken back, only overruled: a topic that is off gets the agent's own rules again, and one that
    is on keeps what the agent's own rules forbid.
    """
    wanted = set(topics)
    rules: list[Rule] = []
    for topic, names in PERMISSIONS.items():
        for name in names:
            own = _own(name, configured)
            if topic in wanted:
                rules.append(Rule(permission=name, pattern="*", action="ask"))
                rules += [rule for rule in own if rule.action == "deny" and not _lifted(rule, own)]
            else:
                rules += own or [Rule(permission=name, pattern="*", action="allow")]
    return rules


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
