"""What a person sees when the hub is up. Never a token: only pairing codes, each good once."""

from collections.abc import Sequence
from dataclasses import dataclass

from pilot_sidecar import __version__
from pilot_sidecar.cli.text import fits, safe
from pilot_sidecar.infra.qr import terminal_qr

_BOLD, _DIM, _RESET = "\x1b[1m", "\x1b[2m", "\x1b[0m"
_DEMO = "Demo: a recorded session is playing; nothing it does touches your files."


@dataclass(frozen=True, slots=True)
class Ways:
    """How to get to the hub."""

    url: str
    link: str
    """For a browser on this machine, with a code."""
    phone_link: str | None = None
    """The same at the best address that another device can reach, with a code of its own."""
    others: Sequence[str] = ()
    """Further addresses."""
    warning: str | None = None
    """What to mind about who can reach it."""
    advice: str | None = None
    """What else could be done."""


def plain_banner(ways: Ways, *, demo: bool) -> str:
    """Return the few lines for a log or a pipe."""
    lines = [
        f"Pilot {__version__} is running at {ways.url}",
        f"Open {ways.link} (good once, for 10 minutes)",
        *([f"From another device: {safe(ways.phone_link)} (good once, for 10 minutes)"] if ways.phone_link else []),
        *([f"Mind: {safe(ways.warning)}"] if ways.warning else []),
        *([_DEMO] if demo else []),
        *([ways.advice] if ways.advice else []),
        "Stop it with Ctrl-C or `pilot stop`.",
    ]
    return "\n".join(lines)


def terminal_banner(ways: Ways, agents: Sequence[str], *, demo: bool) -> str:
    """Return the banner for a terminal, with a QR code where a phone could reach what is in it."""
    found = ", ".join(agents) or "none yet; `pilot init` connects those you have"
    lines = [
        "",
        f"  {_BOLD}Pilot {__version__}{_RESET}   {ways.url}",
        "",
        *_phone(ways),
        f"  Pair a browser here: {_BOLD}{ways.link}{_RESET}",
        f"  {_DIM}good once, for 10 minutes; `pilot open` makes another, `pilot pair` one for a phone{_RESET}",
        "",
        f"  Agents: {found}",
        *([f"  {_DEMO}"] if demo else []),
        *([f"  {ways.advice}"] if ways.advice else []),
        f"  {_DIM}Stop with Ctrl-C, or `pilot stop` from anywhere.{_RESET}",
        "",
    ]
    return "\n".join(lines)


def _phone(ways: Ways) -> list[str]:
    warning = [f"  {_BOLD}Mind:{_RESET} {safe(ways.warning)}", ""] if ways.warning else []
    if ways.phone_link is None:
        return warning
    picture = [f"  {line}" for line in terminal_qr(ways.phone_link).splitlines()]
    return [
        *([*picture, ""] if fits("\n".join(picture)) else []),
        f"  Pair a phone: {_BOLD}{safe(ways.phone_link)}{_RESET}",
        *(f"  {_DIM}also at {safe(url)}{_RESET}" for url in ways.others),
        "",
        *warning,
    ]
