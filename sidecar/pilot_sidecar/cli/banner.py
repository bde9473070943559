"""What a person sees when the hub is up. Never a token: only pairing codes, each good once."""

from collections.abc import Sequence
from dataclasses import dataclass

from pilot_sidecar import __version__
from pilot_sidecar.cli.fold import folded
from pilot_sidecar.cli.text import drawn, fits, paint, safe
from pilot_sidecar.infra.qr import terminal_qr

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
        f"  {paint(f'Pilot {__version__}', 'bold')}   {ways.url}",
        "",
        *_phone(ways),
        f"  Pair a browser here: {paint(ways.link, 'bold')}",
        paint(
            folded("good once, for 10 minutes; `pilot open` makes another, `pilot pair` one for a phone", "  "), "dim"
        ),
        "",
        folded(f"Agents: {found}", "  "),
        *([folded(_DEMO, "  ")] if demo else []),
        *([folded(ways.advice, "  ")] if ways.advice else []),
        f"  {paint('Stop with Ctrl-C, or `pilot stop` from anywhere.', 'dim')}",
        "",
    ]
    return "\n".join(lines)


def _phone(ways: Ways) -> list[str]:
    warning = [folded(safe(ways.warning), "  ", f"  {paint('Mind:', 'bold')} "), ""] if ways.warning else []
    if ways.phone_link is None:
        return warning
    picture = [f"  {line}" for line in drawn(terminal_qr(ways.phone_link)).splitlines()]
    return [
        *([*picture, ""] if fits("\n".join(picture)) else []),
        f"  Pair a phone: {paint(safe(ways.phone_link), 'bold')}",
        *(f"  {paint(f'also at {safe(url)}', 'dim')}" for url in ways.others),
        "",
        *warning,
    ]
