"""The table of all settings in the manual, made from the Python model."""

import re
from pathlib import Path

from pydantic import SecretStr

from pilot_sidecar.core.settings_layers import NO_SETTINGS
from pilot_sidecar.core.settings_model import Settings, choices, env_name, shown
from pilot_sidecar.core.settings_words import takes

MANUAL = Path(__file__).parent.parent / "docs/configuration.md"
BEGIN, END = "<!-- settings: written by `make codegen`, do not edit -->", "<!-- end of settings -->"
HEAD = "| name | default | what it does | takes | works |\n|---|---|---|---|---|"
OTHERS = "| name | what it is |\n|---|---|"


def outputs() -> dict[Path, str]:
    """Return the manual with the settings as they are now."""
    before, found, rest = MANUAL.read_text("utf-8").partition(BEGIN)
    _, closed, after = rest.partition(END)
    if not found or not closed:
        raise SystemExit(f"{MANUAL.name} has lost the lines {BEGIN} and {END}: put them back around its table.")
    return {MANUAL: f"{before}{BEGIN}\n\n{text()}\n\n{END}{after}"}


def text() -> str:
    """Return the tables: settings, then what is set in the environment only."""
    rows = [HEAD, *(row(name) for name in Settings.model_fields)]
    others = [OTHERS, *(f"| `{name}` | {about} |" for name, about in NO_SETTINGS.items())]
    return "\n".join([*rows, "", "Set in the environment only, and no settings:", "", *others])


def row(name: str) -> str:
    """Return one setting's line."""
    facts, field = shown(name), Settings.model_fields[name]
    works = "after a restart" if facts.restart else "at once, by hand after a restart" if facts.guarded else "at once"
    about = f"{field.description}{' Never shown again.' if _is_secret(name) else ''}"
    cells = (f"`{env_name(name)}`", _default(name), about, _takes(name), works)
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"


def _default(name: str) -> str:
    default = Settings.model_fields[name].default
    plain = default.get_secret_value() if isinstance(default, SecretStr) else default
    if isinstance(plain, bool):
        return f"`{str(plain).lower()}`"
    return f"`{plain:g}`" if isinstance(plain, float) else f"`{plain}`" if plain != "" else "none"


def _is_secret(name: str) -> bool:
    return isinstance(Settings.model_fields[name].default, SecretStr)


def _takes(name: str) -> str:
    marked = {choice: f"`{choice}`" for choice in choices(name)}
    return re.sub(r"\w+", lambda word: marked.get(word[0], word[0]), takes(name))
