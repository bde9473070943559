"""MCP's forms as questions, and their answers as MCP wants them: pure."""

from collections.abc import Mapping, Sequence
from typing import Literal

from pilot_sidecar.core.asks_model import Question, QuestionOption
from pilot_sidecar.integrations.codex.rpc import Json

_YES, _NO = "Yes", "No"
_SKIP = "(leave empty)"
_FORMATS: dict[str, Literal["integer", "number"]] = {"integer": "integer", "number": "number"}


def questions_of(params: Json) -> list[Question]:
    """Return a form's fields as questions; a page to visit, and a form without fields, have none."""
    return [_question(name, field, name in _required(params)) for name, field in _fields(params).items()]


def content_of(params: Json, answers: Sequence[Sequence[str]]) -> dict[str, object]:
    """Return the answers by field; they have been checked against the questions."""
    content: dict[str, object] = {}
    for (name, field), chosen in zip(_fields(params).items(), answers, strict=False):
        if list(chosen) != [_SKIP]:
            content[name] = _value(field, chosen)
    return content


def _fields(params: Json) -> dict[str, Mapping[str, object]]:
    schema = params.get("requestedSchema")
    fields = schema.get("properties") if isinstance(schema, dict) else None
    return {
        name: field for name, field in (fields if isinstance(fields, dict) else {}).items() if isinstance(field, dict)
    }


def _required(params: Json) -> list[object]:
    schema = params.get("requestedSchema")
    required = schema.get("required") if isinstance(schema, dict) else None
    return required if isinstance(required, list) else []


def _question(name: str, field: Mapping[str, object], required: bool) -> Question:
    choices = _choices(field)
    options = [QuestionOption(label=label) for label in choices]
    if not required:
        options.append(QuestionOption(label=_SKIP))
    title, description = field.get("title"), field.get("description")
    return Question(
        question=str(title or name),
        header=str(description) if description else None,
        options=options,
        multiple=field.get("type") == "array",
        custom=not choices,
        format=_FORMATS.get(str(field.get("type")), "text") if not choices else "text",
    )


def _choices(field: Mapping[str, object]) -> dict[str, object]:
    """Return what a field may be, by its label."""
    if field.get("type") == "boolean":
        return {_YES: True, _NO: False}
    inner = field.get("items") if field.get("type") == "array" else field
    if not isinstance(inner, dict):
        return {}
    if isinstance(values := inner.get("enum"), list):
        names = inner.get("enumNames")
        labels = names if isinstance(names, list) and len(names) == len(values) else values
        return {str(label): value for label, value in zip(labels, values, strict=True)}
    titled = inner.get("oneOf") or inner.get("anyOf")
    choices = [one for one in (titled if isinstance(titled, list) else []) if isinstance(one, dict)]
    return {str(one.get("title") or one.get("const")): one.get("const") for one in choices}


def _value(field: Mapping[str, object], chosen: Sequence[str]) -> object:
    choices = _choices(field)
    values = [choices.get(label, label) for label in chosen if label != _SKIP]
    if field.get("type") == "array":
        return values
    value = values[0] if values else ""
    if field.get("type") in ("integer", "number") and isinstance(value, str):
        return int(value) if field.get("type") == "integer" else float(value)
    return value
