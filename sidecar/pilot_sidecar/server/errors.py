"""Why a hub could not start."""

import errno

from pilot_sidecar.core.errors import PilotError
from pilot_sidecar.infra.network import who_listens


class HubStartError(PilotError):
    """The hub could not start; the message says why and the hint what to do."""

    code = "start_failed"


def cannot_listen(error: OSError, host: str, port: int) -> HubStartError:
    """Return why the HTTP door cannot be opened there."""
    if error.errno == errno.EADDRINUSE:
        return _port_taken(host, port)
    if error.errno == errno.EACCES:
        return HubStartError(
            f"Port {port} is for the system.", "Use one above 1023, or 0 for any: PILOT_PORT=0 pilot up"
        )
    return HubStartError(
        f"{host} is not an address of this machine ({error.strerror or error}).", "PILOT_HOST says where to listen."
    )


def _port_taken(host: str, port: int) -> HubStartError:
    by = who_listens(port)
    return HubStartError(
        f"Port {port} on {host} is taken by {by}." if by else f"Port {port} on {host} is taken by another program.",
        f"Stop that program, or give Pilot another port: PILOT_PORT={port + 1 if port < 65535 else 4097} pilot up",
    )
