"""Write the TypeScript forms of the wire models and, of the settings, VS Code's and the manual's: ``make codegen``.

An emitter of our own: pydantic's JSON Schema is small and regular, and a generator from npm would put Node
between a changed Python model and its types.
"""

import argparse
import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, get_args

from pydantic import TypeAdapter

import hub_settings
import risk_module
import settings_table
from pilot_sidecar import PROTOCOL
from pilot_sidecar.core import asks_model, models
from pilot_sidecar.core.events import Event
from pilot_sidecar.core.models import Item
from pilot_sidecar.transport.api import CALLS
from pilot_sidecar.transport.rpc.wire import WindowParams

Schema = Mapping[str, Any]  # a JSON Schema is open by nature; it is read in this file and nowhere else

ROOT = Path(__file__).parent.parent
TYPES = (ROOT / "webview/js/protocol.gen.d.ts", ROOT / "extension/src/protocol.gen.ts")
ADDRESSES = ROOT / "webview/js/calls.gen.js"
RISKS = ROOT / "webview/js/asks/risk-rules.gen.js"
HEADER = "// Generated from the Python wire models by `make codegen`; do not edit.\n\n"
REF = "#/$defs/"
UNIONS = {"Event": Event, "Item": Item}
ENUMS = {
    get_args(kind): name
    for module in (asks_model, models)
    for name, kind in vars(module).items()
    if get_args(kind) and all(isinstance(value, str) for value in get_args(kind))
}
PLAIN = {"string": "string", "integer": "number", "number": "number", "boolean": "boolean", "null": "null"}


def outputs() -> dict[Path, str]:
    """Return each generated file with its text."""
    return dict.fromkeys(TYPES, HEADER + "\n\n".join(_types()) + "\n") | {
        ADDRESSES: HEADER + _addresses(),
        RISKS: HEADER + risk_module.text(),
        **hub_settings.outputs(),
        **settings_table.outputs(),
    }


def _types() -> Iterator[str]:
    sent = _definitions([*UNIONS.values(), *(call.result for call in CALLS)])
    received = _definitions([*(call.params for call in CALLS), WindowParams])
    yield f"/** Raised when an older client could misread a message. */\nexport type ProtocolVersion = {PROTOCOL};"
    for values, name in ENUMS.items():
        yield f"export type {name} = {' | '.join(map(json.dumps, values))};"
    for name, schema in sorted((received | sent).items()):
        yield _interface(name, schema, complete=name in sent)
    for name, union in UNIONS.items():
        lines = "".join(f"\n  | {member}" for member in _member_names(union))
        yield f"export type {name} ={lines};"
    calls = "".join(
        f'\n  "{call.name}": {{ params: {call.params.__name__}; result: {call.result.__name__} }};' for call in CALLS
    )
    yield f"/** Every call of the API, by name. */\nexport interface Calls {{{calls}\n}}"


def _addresses() -> str:
    rows = "".join(
        f'  "{call.name}": {{ method: "{call.method}", path: "{call.path}", scope: "{call.scope}"'
        f"{', follows: true' if call.follows else ''} }},\n"
        for call in CALLS
    )
    scope = "import('./protocol.gen.js').Scope"
    row = f"{{ method: string, path: string, scope: {scope}, follows?: boolean }}"
    kind = f"Readonly<Record<keyof import('./protocol.gen.js').Calls, {row}>>"
    about = "Where each call lives over HTTP, and who may make it; `follows`: also who follows one session only."
    return f"/** {about} @type {{{kind}}} */\nexport const CALLS = {{\n{rows}}};\n"


def _definitions(roots: list[Any]) -> dict[str, Schema]:
    found: dict[str, Schema] = {}
    for root in roots:
        schema = TypeAdapter(root).json_schema(by_alias=True)
        found |= schema.pop("$defs", {})
        if "properties" in schema or schema.get("type") == "object":
            found[schema["title"]] = schema
    return found


def _member_names(union: object) -> list[str]:
    return [member.__name__ for member in get_args(get_args(union)[0])]


def _interface(name: str, schema: Schema, *, complete: bool) -> str:
    """Return one interface; ``complete``: the hub sends it, so fields with a default are always there."""
    required = set(schema.get("required", ()))
    lines = [
        f"  {key}{'' if _always_there(key, field, required, complete=complete) else '?'}: {_type(_unnulled(field))};"
        for key, field in schema.get("properties", {}).items()
    ]
    if schema.get("additionalProperties") is True:
        lines.append("  [key: string]: unknown;")
    return "\n".join([*_comment(schema), f"export interface {name} {{", *lines, "}"])


def _always_there(key: str, field: Schema, required: set[str], *, complete: bool) -> bool:
    return not _nullable(field) and (complete or key in required)


def _comment(schema: Schema) -> list[str]:
    text = str(schema.get("description", "")).replace("*/", "* /").splitlines()
    if len(text) < 2:
        return [f"/** {line} */" for line in text]
    return ["/**", *(f" * {line}".rstrip() for line in text), " */"]


def _nullable(field: Schema) -> bool:
    return {"type": "null"} in field.get("anyOf", ())


def _unnulled(field: Schema) -> Schema:
    """Return a field without null: absent and null are the same on the wire."""
    if not _nullable(field):
        return field
    return {**field, "anyOf": [option for option in field["anyOf"] if option != {"type": "null"}]}


def _type(schema: Schema) -> str:  # noqa: PLR0911 - one line for each form of a schema
    match schema:
        case {"$ref": str(reference)}:
            return reference.removeprefix(REF)
        case {"const": value}:
            return json.dumps(value)
        case {"enum": list(values)}:
            return ENUMS.get(tuple(values)) or " | ".join(map(json.dumps, values))
        case {"anyOf": list(options)} | {"oneOf": list(options)}:
            return _union(options)
        case {"type": "array", "items": dict(items)}:
            inner = _type(items)
            return f"({inner})[]" if "|" in inner else f"{inner}[]"
        case {"type": "object", "additionalProperties": dict(values)}:
            return f"Record<string, {_type(values)}>"
        case {"type": "object"}:
            return "Record<string, unknown>"
        case {"type": str(plain)} if plain in PLAIN:
            return PLAIN[plain]
    return "unknown"


def _union(options: list[Schema]) -> str:
    members = [_type(option) for option in options]
    known = (name for name, union in UNIONS.items() if set(members) == set(_member_names(union)))
    return next(known, " | ".join(dict.fromkeys(members)))


def main() -> int:
    """Write or compare; return the exit code."""
    parser = argparse.ArgumentParser(description="Generate TypeScript from the wire models.")
    parser.add_argument("--check", action="store_true", help="only say which files are out of date")
    check = parser.parse_args().check
    stale = [path for path, text in outputs().items() if not path.exists() or path.read_text("utf-8") != text]
    for path in stale:
        if not check:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(outputs()[path], "utf-8")
        print(f"{'out of date: ' if check else 'wrote '}{path.relative_to(ROOT)}")
    if stale and check:
        print("Run `make codegen` and commit the result.")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
