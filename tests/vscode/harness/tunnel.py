"""A program that claims to open a tunnel."""

import sys
from pathlib import Path

import psutil

from pilot_sidecar.infra.network import own_address

SCRIPT = """#!{python}
import sys, time
print("Forwarding port", sys.argv[1], "to {url}", flush=True)
time.sleep(600)
"""


class StandInTunnel:
    """Prints an address of this machine where nobody listens, and stays."""

    def __init__(self, folder: Path) -> None:
        self.url = f"https://{own_address()}:9"
        self._program = program = folder / "stand-in-tunnel"
        program.write_text(SCRIPT.format(python=sys.executable, url=self.url))
        program.chmod(0o755)
        self.command = f"{program} {{port}}"

    def is_gone(self) -> bool:
        """Whether it runs no more."""
        return not any(str(self._program) in (one.info["cmdline"] or ()) for one in psutil.process_iter(["cmdline"]))
