"""The hub's settings as VS Code's: their part of the extension's manifest, made from the Python model."""

import json
from pathlib import Path
from typing import Any

from pilot_sidecar.core.settings_model import Settings, env_name, shown

EXTENSION = Path(__file__).parent.parent / "extension"
MANIFEST, TEXTS = EXTENSION / "package.json", EXTENSION / "package.nls.json"
SECTION, TEXT = "pilot.hub.", "setting.hub."
LEFT_OUT = frozenset({
    "dev",  # for whoever works on Pilot
    "telegram_api_url",  # only together with its token
    "vapid_public_key",  # made on demand, with its private half
})  # fmt: skip
SHAPE = ("type", "enum", "minimum", "maximum", "minLength", "default")
"""What VS Code's settings take from a JSON Schema as it is."""


def outputs() -> dict[Path, str]:
    """Return the manifest and its texts, with the hub's settings as they are now."""
    manifest, texts = _read(MANIFEST), _read(TEXTS)
    configuration = manifest["contributes"]["configuration"]
    configuration["properties"] = _without(configuration["properties"], SECTION) | {
        f"{SECTION}{name}": _property(name, schema) for name, schema in _shown().items()
    }
    texts = _without(texts, TEXT) | {f"{TEXT}{name}": _text(name, schema) for name, schema in _shown().items()}
    return {MANIFEST: _written(manifest), TEXTS: _written(texts)}


def _shown() -> dict[str, dict[str, Any]]:
    """Return the schemas by name on the wire; secrets are no business of a settings file that syncs and is shared."""
    schemas = Settings.model_json_schema(by_alias=True)["properties"]
    names = {field.alias or name: name for name, field in Settings.model_fields.items()}
    return {
        alias: schema
        for alias, schema in schemas.items()
        if not schema.get("writeOnly") and names[alias] not in LEFT_OUT
    }


def _property(name: str, schema: dict[str, Any]) -> dict[str, Any]:
    shape = {key: schema[key] for key in SHAPE if key in schema}
    return shape | {"scope": "machine", "markdownDescription": f"%{TEXT}{name}%"}


def _text(name: str, schema: dict[str, Any]) -> str:
    names = {field.alias or own: own for own, field in Settings.model_fields.items()}
    restart = " Works after a restart of the hub." if shown(names[name]).restart else ""
    return f"{schema['description']}{restart} Saved in the hub, like `{env_name(names[name])}`."


def _without(entries: dict[str, Any], prefix: str) -> dict[str, Any]:
    return {key: value for key, value in entries.items() if not key.startswith(prefix)}


def _read(path: Path) -> Any:
    return json.loads(path.read_text("utf-8"))


def _written(data: object) -> str:
    return json.dumps(data, indent=2, ensure_ascii=False) + "\n"
