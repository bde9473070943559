"""``pilot demo``: a recorded session through the real hub."""

import argparse

from pilot_sidecar.cli import browser, hub, up
from pilot_sidecar.server.discovery import find_hub


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options."""
    parser.add_argument("--no-open", action="store_true", help="do not open a browser")


def run(options: argparse.Namespace) -> int:
    """Play in the running hub, or in one of its own."""
    running = find_hub(hub.home())
    if running is None:
        return up.run_here(demo=True, opening=not options.no_open)
    from pilot_sidecar.infra.tokens import load_tokens

    tokens = load_tokens(hub.home() / "tokens.json", 0)
    hub.call(running, "POST", "/demo/play", token=tokens.bridge)
    link = hub.call(running, "POST", "/api/pair", {})["url"]
    print("The demo is playing.")
    if options.no_open or not browser.can_open() or not browser.open_page(link):
        print(f"Open {link} (good once, for 10 minutes)")
    return 0
