"""The plugin that brings Codex Pilot's hooks: files that stay the same, byte for byte, as long as the hooks do.

Codex asks for trust again whenever one byte of them changes, so neither Pilot's version nor the hub's address or
token is in them.
"""

import json
import shlex
from collections.abc import Mapping
from pathlib import Path

from pilot_sidecar.integrations.codex.program import user_home
from pilot_sidecar.integrations.codex.relay import HOOKS_PATH, NAME, relay_path

MARKETPLACE = "agent-pilot"
PLUGIN = "pilot"
PLUGIN_ID = f"{PLUGIN}@{MARKETPLACE}"
VERSION = "1.0.0"
"""Of the hooks. Raise it with each change of what is rendered: everybody is asked for trust again then."""
FOLDER = f"plugins/{PLUGIN}"
_DESCRIPTION = "Tells Pilot on this machine of Codex's sessions and lets you answer permission requests there."
_ASYNC = (
    "SessionStart", "UserPromptSubmit", "PreToolUse", "PostToolUse", "Interrupt", "SubagentStart", "SubagentStop",
)  # fmt: skip
_AWAITED = ("Stop", "SessionEnd")
"""At these the process may end, and would take an asynchronous hook with it."""
EVENTS = ("PermissionRequest", *_ASYNC, *_AWAITED)
"""Those that hooks are for."""
ANSWER_S, TELL_S, TELL_CURL_S = 3600, 3, 2


def marketplace_dir(home: Path) -> Path:
    """Return the folder Codex takes the plugin from."""
    return (home / "codex" / "marketplace").resolve()  # as Codex notes it


def render(home: Path, environ: Mapping[str, str]) -> dict[str, bytes]:
    """Return the marketplace's files by their names."""
    files = {
        ".claude-plugin/marketplace.json": {
            "name": MARKETPLACE,
            "owner": {"name": "Pilot"},
            "plugins": [{"name": PLUGIN, "source": f"./{FOLDER}", "description": _DESCRIPTION}],
        },
        f"{FOLDER}/.codex-plugin/plugin.json": {
            "name": PLUGIN,
            "version": VERSION,
            "description": _DESCRIPTION,
            "hooks": "./hooks/hooks.json",
        },
        f"{FOLDER}/hooks/hooks.json": {"hooks": hooks(shell_path(home, environ))},
    }
    return {name: json.dumps(content, indent=2).encode() + b"\n" for name, content in files.items()}


def hooks(relay: str) -> dict[str, object]:
    """Return the handlers of each event."""
    waiting = "Waiting for Pilot (esc to interrupt)"
    handlers: dict[str, dict[str, object]] = {
        "PermissionRequest": {
            "command": command("PermissionRequest", relay),
            "timeout": ANSWER_S,
            "statusMessage": waiting,
        }
    }
    for event in (*_ASYNC, *_AWAITED):
        quiet = command(event, relay, f"-m {TELL_CURL_S} -o /dev/null ")
        handlers[event] = {"command": quiet, "timeout": TELL_S, **({"async": True} if event in _ASYNC else {})}
    return {event: [{"hooks": [{"type": "command", **handler}]}] for event, handler in handlers.items()}


def command(event: str, relay: str, options: str = "") -> str:
    """Return a hook's command: never an error, and never a word that is not the hub's."""
    # -q: the user's own ~/.curlrc could add headers to what Codex reads
    return f"curl -q -K {relay} --request-target {HOOKS_PATH}/{event} {options}2>/dev/null || true"


def shell_path(home: Path, environ: Mapping[str, str]) -> str:
    """Return the relay file's path as a shell reads it."""
    if home == user_home(environ) / ".pilot":
        return f'"$HOME/.pilot/hooks/{NAME}"'
    return shlex.quote(str(relay_path(home)))
