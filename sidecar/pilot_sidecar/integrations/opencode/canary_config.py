"""The environment of a canary's OpenCode: the user's own, but for the model, what it would fetch, and what it keeps."""

import json
from contextlib import suppress
from pathlib import Path

from pilot_sidecar.infra.jsonc import loads
from pilot_sidecar.infra.scripted_model import ScriptedModel, past_proxies
from pilot_sidecar.integrations.opencode.layout import layout_of
from pilot_sidecar.integrations.ports import InstallOptions

NAME, MODEL = "pilot-canary", "canary"
_QUIET = {
    "OPENCODE_DISABLE_AUTOUPDATE": "1",
    "OPENCODE_DISABLE_LSP_DOWNLOAD": "1",
    "OPENCODE_DISABLE_MODELS_FETCH": "1",
    "OPENCODE_DISABLE_PROJECT_CONFIG": "1",  # above the scratch folder may lie what is nobody's project
}
_DROPPED = ("OPENCODE_SERVER_USERNAME", "OPENCODE_PERMISSION")
_FILES = ("config.json", "opencode.json", "opencode.jsonc")


def environment(options: InstallOptions, scratch: Path, model: ScriptedModel, password: str) -> dict[str, str]:
    """Return it; sessions, logs and state go beside the scratch folder."""
    kept = {name: text for name, text in options.environ.items() if name not in _DROPPED}
    beside = scratch.parent / "opencode"
    return {
        **kept,
        **past_proxies(options.environ),
        **_QUIET,
        "XDG_DATA_HOME": str(beside / "data"),
        "XDG_STATE_HOME": str(beside / "state"),
        **dict.fromkeys(("TMPDIR", "TMP", "TEMP"), str(scratch.parent)),  # it unpacks libraries there, and leaves them
        "OPENCODE_SERVER_PASSWORD": password,
        "OPENCODE_CONFIG_CONTENT": json.dumps(_config(options, model)),
    }


def _config(options: InstallOptions, model: ScriptedModel) -> dict[str, object]:
    """Return what goes over the user's own configuration."""
    name = f"{NAME}/{MODEL}"
    provider = {
        "npm": "@ai-sdk/openai-compatible",  # OpenCode carries it
        "name": "Pilot's canary",
        "options": {"baseURL": model.url, "apiKey": model.key},
        "models": {MODEL: {"name": "Scripted", "limit": {"context": 100_000, "output": 8_000}}},
    }
    agent = {"mode": "primary", "model": name, "prompt": "Ask once."}
    return {
        "model": name,
        "small_model": name,
        "provider": {NAME: provider},
        "enabled_providers": [NAME],
        "disabled_providers": [],
        "agent": {NAME: agent},
        "mcp": {server: {"enabled": False} for server in _mcp_servers(options)},
        "server": {"mdns": False},
        "share": "disabled",
        "autoupdate": False,
        "snapshot": False,
    }


def _mcp_servers(options: InstallOptions) -> set[str]:
    """Return the servers that the user's OpenCode would start: they take long, and go where they want."""
    folder = layout_of(options.environ, options.home).config
    named = options.environ.get("OPENCODE_CONFIG")
    found: set[str] = set()
    for path in [*(folder / name for name in _FILES), *([Path(named)] if named else [])]:
        with suppress(OSError, ValueError):
            content = loads(path.read_text("utf-8-sig"))
            servers = content.get("mcp") if isinstance(content, dict) else None
            found |= set(servers) if isinstance(servers, dict) else set()
    return found
