from pilot_sidecar.integrations.opencode.native import Rule
from pilot_sidecar.integrations.opencode.rules import approval_rules

ALLOW_ALL = [Rule(permission="*", pattern="*", action="allow")]
BASH_DENIED = [*ALLOW_ALL, Rule(permission="bash", pattern="rm *", action="deny")]


def of(name: str, rules: list[Rule]) -> list[tuple[str, str]]:
    return [(rule.pattern, rule.action) for rule in rules if rule.permission == name]


def test_a_topic_that_is_on_asks_about_everything() -> None:
    rules = approval_rules(["shell"], ALLOW_ALL)
    assert of("bash", rules) == [("*", "ask")]
    assert of("edit", rules) == [("*", "allow")]


def test_what_is_forbidden_stays_forbidden() -> None:
    assert of("bash", approval_rules(["shell"], BASH_DENIED)) == [("*", "ask"), ("rm *", "deny")]


def test_a_topic_that_is_off_again_is_as_configured() -> None:
    assert of("bash", approval_rules([], BASH_DENIED)) == [("*", "allow"), ("rm *", "deny")]


def test_a_denial_that_a_later_rule_lifted_does_not_come_back() -> None:
    lifted = [Rule(permission="edit", pattern="*", action="deny"), Rule(permission="edit", pattern="*", action="allow")]
    assert of("edit", approval_rules(["edits"], lifted)) == [("*", "ask")]


def test_web_covers_search_and_fetch() -> None:
    rules = approval_rules(["web"], ALLOW_ALL)
    assert [of(name, rules) for name in ("webfetch", "websearch", "codesearch")] == [[("*", "ask")]] * 3
