"""What a tunnel's program is to Pilot, and what is told about its life."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, Protocol


@dataclass(frozen=True, slots=True)
class Told:
    """What one line of a program's output says."""

    url: str | None = None
    """The address from outside."""
    weak_url: str | None = None
    """The same, taken only when no better one follows."""
    check: str | None = None
    """An address on this machine that tells whether the program is connected."""
    hopeless: str | None = None
    """Why starting it again would not help, and what would; for people."""
    words: str | None = None
    """Its own complaint, for people."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back from a check."""

    status: int
    body: bytes


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a program cannot be started at all, and what to do; for people."""

    message: str
    hint: str


class TunnelProvider(Protocol):
    """A program that opens a tunnel."""

    name: str
    get_it: str
    """What to do where it is not installed."""

    def problem(self) -> Problem | None:
        """Return what is wrong with how it is set up, as far as that can be told without starting it."""
        ...

    def command(self, port: int) -> list[str]:
        """Return program and arguments for a port of this machine."""
        ...

    def told(self, line: str) -> Told:
        """Return what a line of its output says."""
        ...

    def check_of(self, url: str) -> str | None:
        """Return where to ask from outside whether it works, for a program that does not tell on this machine."""
        ...

    def connected(self, answer: Answer) -> bool:
        """Tell what the answer to such a check means."""
        ...


@dataclass(frozen=True, slots=True)
class Report:
    """How the tunnel is now."""

    state: Literal["starting", "up", "retrying", "failed"]
    message: str | None = None
    url: str | None = None
    attempts: int = 0
    """Starts in a row that did not hold."""


Tell = Callable[[Report], None]


@dataclass(frozen=True, slots=True)
class Pace:
    """How long things may take, in seconds; tests are in more of a hurry."""

    first_s: float = 1.0
    """Before the first start anew; each wait is twice the one before."""
    most_s: float = 60.0
    held_s: float = 60.0
    """A tunnel that was up for so long held: the next wait is the first again."""
    url_s: float = 45.0
    """Until an address has to be printed."""
    weak_s: float = 1.0
    """Until an address is taken that may not be the best."""
    connect_s: float = 10.0
    """Until an address is announced although the program does not say that it is connected."""
    check_s: float = 15.0
    far_check_s: float = 60.0
    """Where a check goes all the way round."""
    lost_s: float = 180.0
    """Checks that fail for so long have the program started anew, which may change its address: not soon."""
    quiet_s: float = 0.5
    """Output without an end of line is looked at when nothing more has come for so long."""
    grace_s: float = 3.0
    """To end by itself, after it was told to."""
