"""One model of the settings: each is explained, in the manual, in VS Code, on the page, and read by something."""

import json
import re
import subprocess
from pathlib import Path
from typing import get_args

import pytest
from pydantic import SecretStr
from scripts import hub_settings, settings_table

from pilot_sidecar.core.settings_layers import NO_SETTINGS
from pilot_sidecar.core.settings_model import Group, Settings, env_name, is_secret, shown
from pilot_sidecar.core.settings_words import takes

ROOT = Path(__file__).parents[2]
MANUAL = (ROOT / "docs/configuration.md").read_text("utf-8")
PRODUCT = ("sidecar/pilot_sidecar", "extension/src", "webview/js")
PROMISED = {
    "port": 4097,
    "host": "127.0.0.1",
    "tunnel": "",
    "permission_timeout": 300_000,
    "hook_token": "",
    "codex_permission_timeout_ms": 250_000,
    "project_state": "auto",
    "dev": False,
    "telegram_token": "",
    "telegram_chat_id": "",
    "vapid_public_key": "",
    "vapid_private_key": "",
    "enable_glob_opener": False,
    "fetch_timeout_ms": 10_000,
}
"""Names and defaults that people rely on; their files outlive our versions."""


def _sources() -> dict[str, str]:
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", *PRODUCT],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    names = [name for name in listed.stdout.splitlines() if Path(name).suffix in (".py", ".js", ".ts")]
    return {name: (ROOT / name).read_text("utf-8") for name in names if (ROOT / name).is_file()}


def test_what_was_promised_is_there() -> None:
    defaults = {name: field.default for name, field in Settings.model_fields.items()}
    plain = {
        name: value.get_secret_value() if isinstance(value, SecretStr) else value for name, value in defaults.items()
    }
    assert {name: plain.get(name) for name in PROMISED} == PROMISED


@pytest.mark.parametrize("name", Settings.model_fields)
def test_a_setting_is_explained_wherever_people_meet_it(name: str) -> None:
    about = Settings.model_fields[name].description or ""
    assert re.fullmatch(r"[A-Z].{18,}\.", about), f"{name}: a sentence, please, not {about!r}"
    assert shown(name).title, name
    assert takes(name)
    assert settings_table.row(name) in MANUAL.splitlines(), "make codegen"
    alias = Settings.model_fields[name].alias or name
    manifest = json.loads(hub_settings.MANIFEST.read_text("utf-8"))["contributes"]["configuration"]["properties"]
    in_vscode = f"{hub_settings.SECTION}{alias}" in manifest
    assert in_vscode != (is_secret(name) or name in hub_settings.LEFT_OUT), "in VS Code, or left out for a reason"


def test_the_page_shows_each_group() -> None:
    groups = re.search(
        r"const GROUPS = \[(.*?)\n\];", (ROOT / "webview/js/settings/settings.js").read_text(), re.DOTALL
    )
    assert groups is not None
    assert {shown(name).group for name in Settings.model_fields} <= set(re.findall(r'\["(\w+)"', groups[1]))
    assert set(re.findall(r'\["(\w+)"', groups[1])) == set(get_args(Group))


def test_each_setting_is_read_by_something() -> None:
    code = "\n".join(text for name, text in _sources().items() if name.endswith(".py") and "core/settings" not in name)
    unread = [name for name in Settings.model_fields if not re.search(rf"\.{name}\b", code)]
    assert unread == []


def test_every_variable_that_is_read_is_in_the_manual() -> None:
    ours = {env_name(name) for name in Settings.model_fields} | set(NO_SETTINGS)
    found = {variable for text in _sources().values() for variable in re.findall(r"\bPILOT_[A-Z0-9_]*[A-Z0-9]\b", text)}
    assert sorted(found - ours) == [], "a setting, or one of NO_SETTINGS"
    assert [variable for variable in sorted(ours) if f"| `{variable}` |" not in MANUAL] == []
