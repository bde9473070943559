"""``pilot open``: a fresh way into the dashboard."""

import argparse

from pilot_sidecar.cli import browser, hub


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options."""
    parser.add_argument("--print", action="store_true", dest="only_print", help="print the link, open nothing")


def run(options: argparse.Namespace) -> int:
    """Open the page or print its link."""
    link = hub.call(hub.need_hub(), "POST", "/api/pair", {})["url"]
    if options.only_print or not browser.can_open() or not browser.open_page(link):
        print(f"{link}\nGood once, for 10 minutes.")
    return 0
