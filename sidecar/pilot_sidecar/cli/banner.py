"""What a person sees when the hub is up. Never a token: only a pairing code, good once."""

from collections.abc import Sequence

from pilot_sidecar import __version__
from pilot_sidecar.infra.qr import terminal_qr

_BOLD, _DIM, _RESET = "\x1b[1m", "\x1b[2m", "\x1b[0m"
_DEMO = "Demo: a recorded session is playing; nothing it does touches your files."


def plain_banner(url: str, link: str, *, demo: bool) -> str:
    """Return the few lines for a log or a pipe."""
    lines = [
        f"Pilot {__version__} is running at {url}",
        f"Open {link} (good once, for 10 minutes)",
        *([_DEMO] if demo else []),
        "Stop it with Ctrl-C or `pilot stop`.",
    ]
    return "\n".join(lines)


def terminal_banner(url: str, link: str, agents: Sequence[str], *, demo: bool) -> str:
    """Return the banner for a terminal, with the pairing link as a QR code."""
    found = ", ".join(agents) or "none yet; `pilot init` connects those you have"
    lines = [
        "",
        f"  {_BOLD}Pilot {__version__}{_RESET}   {url}",
        "",
        *(f"  {line}" for line in terminal_qr(link).splitlines()),
        "",
        f"  Pair a browser: {_BOLD}{link}{_RESET}",
        f"  {_DIM}good once, for 10 minutes; `pilot open` makes another{_RESET}",
        "",
        f"  Agents: {found}",
        *([f"  {_DEMO}"] if demo else []),
        f"  {_DIM}Stop with Ctrl-C, or `pilot stop` from anywhere.{_RESET}",
        "",
    ]
    return "\n".join(lines)
