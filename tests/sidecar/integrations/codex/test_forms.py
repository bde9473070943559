"""Forms of MCP servers: every kind of field in Codex's schema, asked and answered."""

import json

import pytest

from pilot_sidecar.integrations.codex import forms

Json = dict[str, object]
SKIP = "(leave empty)"


def form(field: object, required: bool = True) -> Json:
    return {"requestedSchema": {"properties": {"f": field}, "required": ["f"] if required else []}}


FIELDS: list[tuple[str, Json, list[str], bool, list[str], object]] = [
    ("text", {"type": "string"}, [], False, ["some words"], "some words"),
    ("an address", {"type": "string", "format": "email"}, [], False, ["a@example.org"], "a@example.org"),
    ("a whole number", {"type": "integer"}, [], False, ["-3"], -3),
    ("a number", {"type": "number"}, [], False, ["2.5"], 2.5),
    ("yes", {"type": "boolean"}, ["Yes", "No"], False, ["Yes"], True),
    ("no", {"type": "boolean"}, ["Yes", "No"], False, ["No"], False),
    ("a choice", {"type": "string", "enum": ["a", "b"]}, ["a", "b"], False, ["b"], "b"),
    ("a named choice", {"enum": ["a", "b"], "enumNames": ["A", "B"]}, ["A", "B"], False, ["B"], "b"),
    ("a choice of odd names", {"enum": ["a", "b"], "enumNames": ["A"]}, ["a", "b"], False, ["b"], "b"),
    ("a titled choice", {"oneOf": [{"const": "a", "title": "A"}, {"const": "b"}]}, ["A", "b"], False, ["A"], "a"),
    ("choices", {"type": "array", "items": {"enum": ["a", "b"]}}, ["a", "b"], True, ["a", "b"], ["a", "b"]),
    (
        "titled choices",
        {"type": "array", "items": {"anyOf": [{"const": "a", "title": "A"}, {"const": "b", "title": "B"}]}},
        ["A", "B"], True, ["B"], ["b"],
    ),
    ("numbered choices", {"type": "integer", "enum": [1, 2]}, ["1", "2"], False, ["2"], 2),
]  # fmt: skip


@pytest.mark.parametrize(
    ("field", "labels", "multiple", "answer", "value"), [case[1:] for case in FIELDS], ids=[case[0] for case in FIELDS]
)
def test_each_kind_of_field(field: Json, labels: list[str], multiple: bool, answer: list[str], value: object) -> None:
    (question,) = forms.questions_of(form(field))
    assert [option.label for option in question.options] == labels
    assert (question.multiple, question.custom) == (multiple, not labels)
    assert forms.content_of(form(field), [answer]) == {"f": value}
    assert type(forms.content_of(form(field), [answer])["f"]) is type(value)


@pytest.mark.parametrize("kind", ["text", "integer", "number"])
def test_numbers_are_checked_before_they_are_sent(kind: str) -> None:
    (question,) = forms.questions_of(form({"type": "string" if kind == "text" else kind}))
    assert question.format == kind


def test_a_field_has_a_title_and_a_description() -> None:
    (question,) = forms.questions_of(form({"type": "string", "title": "Name", "description": "Your own"}))
    assert (question.question, question.header) == ("Name", "Your own")
    (question,) = forms.questions_of(form({"type": "string"}))
    assert (question.question, question.header) == ("f", None)


@pytest.mark.parametrize("field", [case[1] for case in FIELDS], ids=[case[0] for case in FIELDS])
def test_what_need_not_be_filled_in_can_be_left_empty(field: Json) -> None:
    (question,) = forms.questions_of(form(field, required=False))
    assert question.options[-1].label == SKIP
    assert forms.content_of(form(field, required=False), [[SKIP]]) == {}


def test_leaving_empty_beside_a_choice_means_the_choice() -> None:
    field = {"type": "array", "items": {"enum": ["a", "b"]}}
    assert forms.content_of(form(field, required=False), [["a", SKIP]]) == {"f": ["a"]}


def test_answers_keep_to_their_fields() -> None:
    params: Json = {"requestedSchema": {"properties": {"a": {"type": "string"}, "odd": 5, "b": {"type": "integer"}}}}
    assert [question.question for question in forms.questions_of(params)] == ["a", "b"]
    assert forms.content_of(params, [["x"], ["3"]]) == {"a": "x", "b": 3}
    assert forms.content_of(params, [["x"]]) == {"a": "x"}
    assert forms.content_of(params, []) == {}


ODD: list[object] = [None, True, 5, "text", [], [5, None, {}], {}, {"enum": 5}, {"items": 5}, {"oneOf": {"a": 1}}]


@pytest.mark.parametrize("odd", ODD)
def test_odd_forms_are_harmless(odd: object) -> None:
    for params in (
        {"requestedSchema": odd},
        {"requestedSchema": {"properties": odd, "required": odd}},
        {"requestedSchema": {"properties": {"f": odd}, "required": odd}},
        *(
            form({"type": kind, name: odd})
            for kind in ("array", "string")
            for name in ("items", "enum", "oneOf", "title")
        ),
        form({"type": odd}),
        form({"type": "array", "items": odd}),
        form({"enum": ["a"], "enumNames": odd}),
    ):
        questions = forms.questions_of(params)
        for question in questions:
            assert question.encode()
        assert json.dumps(forms.content_of(params, [["1"] for _ in questions]))
