"""An agent that asks through a hook, from a process of its own."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from vscode.harness.found_hub import FoundHub

LIMIT_S = 60
SCRIPT = """
import sys, urllib.request
request = urllib.request.Request(sys.argv[1], sys.argv[3].encode(), {
    "authorization": "Bearer " + sys.argv[2], "content-type": "application/json"})
print(urllib.request.urlopen(request, timeout=60).read().decode())
"""


class HookAsk:
    """A Codex in a folder that asks whether it may run a command."""

    def __init__(self, hub: FoundHub, folder: Path, command: str, prefix: list[str]) -> None:
        body = {
            "session_id": "asking", "hook_event_name": "PermissionRequest", "cwd": str(folder), "tool_name": "Bash",
            "tool_input": {"command": command}, "turn_id": "t1", "model": "gpt-5", "permission_mode": "default",
        }  # fmt: skip
        token = json.loads((hub.home / "tokens.json").read_text())["hook"]
        address = f"{hub.file['url']}/codex/hooks/PermissionRequest"
        script = [sys.executable, "-c", SCRIPT, address, token, json.dumps(body)]
        self._process = subprocess.Popen(
            [*prefix, *script], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True
        )

    def decision(self) -> dict[str, Any]:
        """Return what it is told, once it is."""
        said, _ = self._process.communicate(timeout=LIMIT_S)
        return json.loads(said)["hookSpecificOutput"]["decision"]

    def stop(self) -> None:
        """Give up asking."""
        self._process.kill()
        self._process.communicate()
