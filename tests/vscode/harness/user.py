"""Somebody with a home, a folder to work in, VS Code, and whatever hub that starts."""

import os
from pathlib import Path

from vscode.harness.found_hub import FoundHub
from vscode.harness.install import PILOT
from vscode.harness.server import CodeServer

COMMAND = [str(PILOT)]
"""The checkout's own ``pilot``, which saves making an environment."""


class User:
    """Nothing of theirs exists yet but an empty home and a folder."""

    def __init__(self, root: Path, *, trust: bool = False, **environ: str) -> None:
        self.home = root / "home"
        self.folder = root / "work"
        self.home.mkdir(parents=True)
        self.folder.mkdir()
        (self.folder / "README.md").write_text("A project.\n")
        self.environ = {
            "HOME": str(self.home),
            "PILOT_HOME": str(root / "pilot"),
            "PATH": os.environ["PATH"],
            "LANG": "C.UTF-8",
            **environ,
        }
        self.server = CodeServer(root / "vscode", self.environ, trust=trust)
        self.hub = FoundHub(root / "pilot", self.environ)

    def start(self, **settings: object) -> None:
        """Install the extension and start VS Code."""
        self.server.set(**settings)
        self.server.install()
        self.server.start()

    def stop(self) -> None:
        """End all of it."""
        self.server.stop()
        self.hub.stop()
