"""A command of the user's own that opens a tunnel and prints its address."""

import json
import re
import shlex
from urllib.parse import urlsplit

from pilot_sidecar.infra.network import is_any, is_loopback
from pilot_sidecar.infra.tunnel.ports import Answer, Problem, Told

PORT = "{port}"
_URL = re.compile(r"https?://[^\s\"'<>|()\[\]{},]+", re.IGNORECASE)
_PAGES = frozenset(("console", "dashboard", "docs", "help", "login", "status", "support", "www"))
_SITES = frozenset(("admin.localhost.run", "discord.gg", "github.com", "localhost.run", "twitter.com", "x.com"))
"""Programs that open tunnels print where to read about them, too."""
_EXAMPLE = "For example: tailscale funnel {port}"


class Custom:
    """Runs the command, never in a shell."""

    name = "custom"
    get_it = "Check the command of the custom tunnel in the settings."

    def __init__(self, command: str) -> None:
        self._command = command

    def problem(self) -> Problem | None:
        """Say what no start could make good."""
        if not self._command.strip():
            return Problem("There is no command for the custom tunnel.", f"Set PILOT_TUNNEL_COMMAND. {_EXAMPLE}")
        try:
            words = shlex.split(self._command)
        except ValueError as error:
            return Problem(f"The tunnel's command cannot be read: {error}.", "Check its quotes in the settings.")
        if not words or not words[0] or PORT in words[0] or "\0" in self._command:
            return Problem("The tunnel's command names no program.", _EXAMPLE)
        if not any(PORT in word for word in words):
            message = "The tunnel's command does not say where the hub's port goes."
            return Problem(message, f"Write {{port}} there. {_EXAMPLE}")
        return None

    def command(self, port: int) -> list[str]:
        """Fill the port in."""
        return [word.replace(PORT, str(port)) for word in shlex.split(self._command)]

    def told(self, line: str) -> Told:
        """Take the first address of the internet that is a whole site: no path, not this machine, no manual's."""
        found = [url for url in map(_origin, _URL.findall(line)) if url]
        secure = next((url for url in found if url.startswith("https:")), None)
        if secure or found:
            return Told(url=secure, weak_url=None if secure else found[0])
        return Told(words=line.strip()) if line.strip() else Told()

    def check_of(self, url: str) -> str | None:
        """Ask the hub itself, the long way round."""
        return f"{url}/health"

    def connected(self, answer: Answer) -> bool:
        """Look for what only the hub says."""
        try:
            return answer.status == 200 and "protocol" in json.loads(answer.body)
        except (ValueError, TypeError):
            return False


def _origin(text: str) -> str | None:
    """Return ``https://host[:port]`` where that is all the address says, None for others."""
    try:
        parts = urlsplit(text.rstrip(".,;:!…"))
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return None
    if parts.path not in ("", "/") or parts.query or parts.fragment or parts.username is not None:
        return None
    if "." not in host or is_loopback(host) or is_any(host) or host.endswith(".localhost"):
        return None
    if host in _SITES or host.partition(".")[0] in _PAGES:
        return None
    return f"{parts.scheme.lower()}://{host}" + (f":{port}" if port else "")
