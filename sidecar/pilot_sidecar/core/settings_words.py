"""What a setting takes, in words: for the tables of the manual and for whoever gave something else."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from pydantic import TypeAdapter, ValidationError

from pilot_sidecar.core.settings_model import Settings, choices, env_name, kind_of, shown


@cache
def takes(name: str) -> str:
    """Return what fits: ``a whole number from 0 to 65535``."""
    facts = shown(name)
    unit = f", in {facts.unit}" if facts.unit else ""
    match kind_of(name):
        case "choice":
            return _choice(choices(name))
        case "boolean":
            return "true or false"
        case "number":
            return _number(_schema(name)) + unit
        case "text" | "secret":
            return facts.form or _text(_schema(name))


def checked(name: str, value: object) -> object:
    """Return a value as the setting's own type; raises ValueError with what would fit."""
    if kind_of(name) == "text" and isinstance(value, int) and not isinstance(value, bool):
        value = str(value)  # JSON has numbers where a shell has words
    fits = not (kind_of(name) == "number" and isinstance(value, bool))  # pydantic takes true for 1
    try:
        if fits:
            return _adapter(name).validate_python(value)
    except ValidationError:
        pass
    raise ValueError(f"has to be {takes(name)}")


@cache
def _adapter(name: str) -> TypeAdapter[object]:
    return TypeAdapter(Settings.model_fields[name].rebuild_annotation())


@cache
def _schemas() -> Mapping[str, Mapping[str, Any]]:  # Any: a JSON Schema is open by nature
    found: dict[str, Mapping[str, Any]] = Settings.model_json_schema(by_alias=False)["properties"]
    return found


def _schema(name: str) -> Mapping[str, Any]:
    return _schemas()[name]


def _choice(values: list[str]) -> str:
    *most, last = [value for value in values if value] + ([] if all(values) else ["empty"])
    return f"{', '.join(most)} or {last}"


def _number(schema: Mapping[str, Any]) -> str:
    noun = "a whole number" if schema["type"] == "integer" else "a number"
    low, high = schema.get("minimum"), schema.get("maximum")
    if high is None:
        return f"{noun} from {low:.0f} up" if low is not None else noun
    return f"{noun} from {low:.0f} to {high:.0f}"


def _text(schema: Mapping[str, Any]) -> str:
    longest = schema.get("maxLength")
    return f"a text of at most {longest} characters" if longest else "a text"


def assigned_name(key: str) -> str | None:
    """Return the setting that is called so on the wire, in the environment or in Python; None: there is none."""
    for name, field in Settings.model_fields.items():
        if key in (name, field.alias, env_name(name)):
            return name
    return None
