"""What the tests run: the VS Code that scripts/vscode.sh installed, and the packed extension."""

import subprocess
from pathlib import Path

REPO = Path(__file__).parents[3]
VSIX = REPO / "build" / "agent-pilot.vsix"
PILOT = REPO / ".venv" / "bin" / "pilot"


def missing() -> str | None:
    """Return what these tests lack on this machine, in words."""
    if not (folder() / ".recipe").exists():
        return "no VS Code to drive: run scripts/vscode.sh"
    if not VSIX.exists():
        return "the extension is not packed: run `make vsix`"
    return None


def folder() -> Path:
    """Return where it is installed, or would be."""
    done = subprocess.run([REPO / "scripts" / "vscode.sh", "where"], capture_output=True, text=True, check=True)
    return Path(done.stdout.strip())


def program() -> list[str]:
    """Return the command that starts it."""
    found = folder()
    return [str(found / "node-24"), str(found / "node_modules/code-server/out/node/entry.js")]
