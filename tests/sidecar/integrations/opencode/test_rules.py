from pilot_sidecar.integrations.opencode.native import Rule
from pilot_sidecar.integrations.opencode.rules import approval_rules, topics_told

ALLOW_ALL = [Rule(permission="*", pattern="*", action="allow")]
BASH_DENIED = [*ALLOW_ALL, Rule(permission="bash", pattern="rm *", action="deny")]


def of(name: str, rules: list[Rule]) -> list[tuple[str, str]]:
    return [(rule.pattern, rule.action) for rule in rules if rule.permission == name]


def test_a_topic_that_is_on_asks_about_everything() -> None:
    assert of("bash", approval_rules(["shell"], ALLOW_ALL, ())) == [("*", "ask")]


def test_a_topic_that_was_never_on_is_left_alone() -> None:
    """Session rules outlive a switch of agent: build's ``edit: allow`` in them would let plan edit."""
    assert of("edit", approval_rules(["shell"], ALLOW_ALL, ())) == []


def test_an_agent_whose_rules_are_unknown_is_allowed_nothing() -> None:
    rules = approval_rules(["shell"], [], {"shell", "edits", "outside"})
    assert [rule for rule in rules if rule.action == "allow"] == []


def test_the_topics_a_session_was_told_of_are_read_from_its_rules() -> None:
    rules = [*approval_rules(["web"], ALLOW_ALL, ()), Rule(permission="edit", pattern="*", action="deny")]
    assert topics_told([rule.model_dump() for rule in rules]) == {"web"}
    assert topics_told(None) == topics_told([{"odd": 1}]) == set()


def test_what_is_forbidden_stays_forbidden() -> None:
    assert of("bash", approval_rules(["shell"], BASH_DENIED, ())) == [("*", "ask"), ("rm *", "deny")]


def test_a_topic_that_is_off_again_is_as_configured() -> None:
    assert of("bash", approval_rules([], BASH_DENIED, {"shell"})) == [("*", "allow"), ("rm *", "deny")]


def test_a_denial_that_a_later_rule_lifted_does_not_come_back() -> None:
    lifted = [Rule(permission="edit", pattern="*", action="deny"), Rule(permission="edit", pattern="*", action="allow")]
    assert of("edit", approval_rules(["edits"], lifted, ())) == [("*", "ask")]


def test_web_covers_search_and_fetch() -> None:
    rules = approval_rules(["web"], ALLOW_ALL, ())
    assert [of(name, rules) for name in ("webfetch", "websearch", "codesearch")] == [[("*", "ask")]] * 3
