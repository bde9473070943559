"""Why a hub could not start."""

from pilot_sidecar.core.errors import PilotError
from pilot_sidecar.infra.network import who_listens


class HubStartError(PilotError):
    """The hub could not start; the message says why and the hint what to do."""

    code = "start_failed"


def port_taken(host: str, port: int) -> HubStartError:
    """Return the error that names who has the port."""
    by = who_listens(port)
    return HubStartError(
        f"Port {port} on {host} is taken by {by}." if by else f"Port {port} on {host} is taken by another program.",
        f"Stop that program, or give Pilot another port: PILOT_PORT={port + 1 if port < 65535 else 4097} pilot up",
    )
