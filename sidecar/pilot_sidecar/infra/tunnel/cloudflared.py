"""Cloudflare's ``cloudflared``: a quick tunnel, which needs no account; its name is another one at each start."""

import os
import re

from pilot_sidecar.infra.tunnel.ports import Answer, Problem, Told

_URL = re.compile(r"https://(?!api\.)[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.trycloudflare\.com(?![\w.-])")
"""``api.trycloudflare.com`` stands in errors: it is where tunnels are asked for."""
_METRICS = re.compile(r"Starting metrics server on (127\.0\.0\.1:\d+|\[::1\]:\d+)/metrics")
_ERROR = re.compile(r"\b(?:ERR|FTL) (.+)")
_USAGE = ("Incorrect Usage", "flag provided but not defined")


class Cloudflared:
    """Runs ``cloudflared tunnel --url``."""

    name = "cloudflared"
    get_it = "Install it from Cloudflare, or with your system's packages."

    def problem(self) -> Problem | None:
        """Find nothing: nothing has to be set up."""
        return None

    def command(self, port: int) -> list[str]:
        """Ask for a quick tunnel, past a config file of the user's: with one, cloudflared refuses quick tunnels."""
        return [
            self.name, "tunnel", "--config", os.devnull, "--no-autoupdate", "--grace-period", "1s",
            "--metrics", "127.0.0.1:0", "--url", f"http://127.0.0.1:{port}",
        ]  # fmt: skip

    def told(self, line: str) -> Told:
        """Find the boxed address, the place of ``/ready``, and complaints."""
        if any(words in line for words in _USAGE):
            return Told(hopeless="This cloudflared does not know Pilot's options. Install its latest version.")
        if found := _URL.search(line):
            return Told(url=found[0])
        if found := _METRICS.search(line):
            return Told(check=f"http://{found[1]}/ready")
        if "429 Too Many Requests" in line:
            return Told(words="Cloudflare has had too many requests for tunnels from here.")
        if found := _ERROR.search(line):
            return Told(words=found[1])
        return Told(words=line) if line.startswith(("failed to", "error ")) else Told()

    def check_of(self, url: str) -> str | None:
        """Leave it to the output, which says where."""
        return None

    def connected(self, answer: Answer) -> bool:
        """Read its status: 503 while it has no connection to Cloudflare."""
        return answer.status == 200
