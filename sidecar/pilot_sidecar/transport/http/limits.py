"""How much and how long: of one connection and of all."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits of the HTTP door; times in seconds, sizes in bytes."""

    head_s: float = 10.0
    """From the first byte of a request's head to its last."""
    head_bytes: int = 64 * 1024
    line_bytes: int = 8190
    """The request line, and each header."""
    headers: int = 100
    body_stall_s: float = 10.0
    """Between two pieces of a body."""
    body_s: float = 30.0
    """For all of it, and a second more for each ``body_rate`` bytes: a phone may send a picture over a slow line."""
    body_rate: int = 64 * 1024
    idle_s: float = 75.0
    """A connection without a request; longer than browsers and proxies keep one that they use."""
    linger_s: float = 3.0
    """How long a refused body is read on, so that its sender finds the answer."""
    stalled_s: float = 30.0
    """A reader that took nothing of what waits for it in this time is cut."""
    from_elsewhere: int = 256
    """Connections of networks and the tunnel together: the owner may hold 512 streams beside them, and a process is
    given 1,024 files at first."""
    from_one_address: int = 64
    through_the_tunnel: int = 192
    """Its program makes one for each request of whoever is behind it."""
