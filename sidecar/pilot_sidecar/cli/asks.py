"""``pilot asks``: what waits for an answer."""

import argparse
import json
import time

from pilot_sidecar.cli import hub

NAME, HELP = "asks", "List the questions that wait for you."


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options."""
    parser.add_argument("--json", action="store_true", help="print JSON")


def run(options: argparse.Namespace) -> int:
    """Print the list."""
    waiting = hub.call(hub.need_hub(), "GET", "/api/asks")
    if options.json:
        print(json.dumps(waiting))
        return 0
    for ask in waiting["asks"]:
        age_s = max(0, int(time.time() - ask["createdAt"] / 1000))
        print(f"{ask['id']}  {ask['agent']}  {ask['title']}: {_one_line(ask['summary'])}  ({age_s} s)")
    if not waiting["asks"]:
        print("Nothing waits for you.")
    return 0


def _one_line(text: str) -> str:
    return "".join(char if char.isprintable() else " " for char in text)[:100]
