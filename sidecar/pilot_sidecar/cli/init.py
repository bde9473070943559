"""``pilot init``: connect the agents of this machine."""

import argparse
import os

from pilot_sidecar.cli.agents import install_options, pick, print_report, running_hub

NAME, HELP = "init", "Connect Pilot to the agents on this machine; doing it again changes nothing."


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options."""
    parser.add_argument("agents", nargs="*", help="which ones; all that are found, if none is named")
    parser.add_argument("--yes", action="store_true", help="do not ask")
    parser.add_argument("--reload", action="store_true", help="have idle terminals of the agent load it now")
    parser.add_argument("--offline", action="store_true", help="do not wait for the network")


def run(options: argparse.Namespace) -> int:
    """Install each bridge; return 1 if one failed, a named agent is missing or nothing was found."""
    done = missing = failed = 0
    how = install_options(yes=options.yes, offline=options.offline, reload=options.reload, hub=running_hub())
    for agent in pick(options.agents):
        found = agent.detect(os.environ)
        if not found.installed or not found.supported:
            missing += 1
            print(f"{agent.label}: {found.message or 'not found'}")
            continue
        report = agent.install(how)
        print_report(f"{agent.label} {found.version or ''}".strip(), report)
        done, failed = (done, failed + 1) if report.problems else (done + 1, failed)
    if done:
        print("Done. Agents that run already join when they are started again.")
    return 1 if not done or failed or (options.agents and missing) else 0
