"""``pilot init``: connect the agents of this machine."""

import argparse
import os

from pilot_sidecar.cli.agents import install_options, pick, print_report

NAME, HELP = "init", "Connect Pilot to the agents on this machine; doing it again changes nothing."


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options."""
    parser.add_argument("agents", nargs="*", help="which ones; all that are found, if none is named")
    parser.add_argument("--yes", action="store_true", help="do not ask")
    parser.add_argument("--reload", action="store_true", help="have idle terminals of the agent load it now")
    parser.add_argument("--offline", action="store_true", help="do not wait for the network")


def run(options: argparse.Namespace) -> int:
    """Install each bridge; return 1 if a named agent is missing or nothing was found."""
    done = missing = 0
    for agent in pick(options.agents):
        found = agent.detect(os.environ)
        if not found.installed or not found.supported:
            missing += 1
            print(f"{agent.label}: {found.message or 'not found'}")
            continue
        report = agent.install(install_options(offline=options.offline, reload=options.reload))
        print_report(f"{agent.label} {found.version or ''}".strip(), report)
        done += 1
    if done:
        print("Done. Agents that run already join when they are started again.")
    return 1 if not done or (options.agents and missing) else 0
