"""``pilot init``: connect the agents of this machine, once the user saw what that writes."""

import argparse
import os
import sys
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from pilot_sidecar.cli import hub
from pilot_sidecar.cli.agents import confirmed, failure, install_options, pick, running_hub
from pilot_sidecar.cli.alone import alone
from pilot_sidecar.cli.plan_text import print_done, print_plan
from pilot_sidecar.cli.text import at_terminal

if TYPE_CHECKING:
    from pilot_sidecar.server.registry import AgentIntegration, InstallOptions, InstallPlan

    Named = Mapping[AgentIntegration, str]
    Plans = Mapping[AgentIntegration, InstallPlan]


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options."""
    parser.add_argument("agents", nargs="*", help="which ones; all that are found, if none is named")
    parser.add_argument("--yes", action="store_true", help="write without asking")
    parser.add_argument("--dry-run", action="store_true", help="only show what would be written")
    parser.add_argument("--clean-peer", action="store_true", help="remove what opencode-pilot left; a copy is kept")
    parser.add_argument("--reload", action="store_true", help="have idle terminals of the agent load it now")
    parser.add_argument("--offline", action="store_true", help="do not wait for the network")


def run(options: argparse.Namespace) -> int:
    """Show, ask once, write; return 1 if something failed, was not agreed to, is missing, or nothing was found."""
    from pilot_sidecar.cli.peer import TakingOver

    found, missing = _look(options)
    if not found:
        return 1
    settings = TakingOver()
    how, plans = _plan(options, found)
    failed = any(plan.problems for plan in plans.values())
    todo = {agent: plan for agent, plan in plans.items() if plan.edits}
    if not todo and not failed and not settings.offers:
        _say_all_is_well(found, plans)
    else:
        _print(found, plans)
    if options.dry_run:
        settings.ask(options)
        if todo or settings.offers:
            print("Nothing was written: --dry-run.")
        return 1 if failed or missing else 0
    if todo or settings.offers or how.reload:
        hub.refuse_agents()
    if todo:
        agreed_to = _consented(options, found, how, plans)
        if agreed_to is None:
            return 1
        plans = agreed_to
    failed = _install(found, how, plans) or failed
    settings.ask(options)
    if todo and not failed:
        print("Done. `pilot doctor` checks it all." if how.hub else "Done. `pilot up` starts Pilot.")
    return 1 if failed or missing else 0


def _look(options: argparse.Namespace) -> "tuple[Named, bool]":
    """Return the agents that are there with what they are called, and whether a named one is missing."""
    found: dict[AgentIntegration, str] = {}
    missing = False
    for agent in pick(options.agents):
        seen = agent.detect(os.environ)
        if seen.installed and seen.supported:
            found[agent] = f"{agent.label} {seen.version or ''}".strip()
        else:
            print(f"{agent.label}: {seen.message or 'not found'}")
            missing = missing or bool(options.agents)
    return found, missing


def _plan(options: argparse.Namespace, found: "Named") -> "tuple[InstallOptions, Plans]":
    """Return how to install and what that would do, after the question of what another product left behind."""
    from pilot_sidecar.cli.peer import may_clean

    how = install_options(offline=options.offline, reload=options.reload, hub=running_hub())
    how = replace(how, clean_peer=options.clean_peer)
    plans = _plan_again(found, how)
    if may_clean([edit for plan in plans.values() for edit in plan.peer], options) and not how.clean_peer:
        how = replace(how, clean_peer=True)
        plans = _plan_again(found, how)
    return how, plans


def _plan_again(found: "Named", how: "InstallOptions") -> "Plans":
    return {agent: _plan_one(agent, how) for agent in found}


def _plan_one(agent: "AgentIntegration", how: "InstallOptions") -> "InstallPlan":
    from pilot_sidecar.server.registry import InstallPlan

    try:
        return agent.plan(how)
    except OSError as error:
        return InstallPlan(problems=[f"{error}. Nothing was installed; see to that, then run `pilot init` again."])


def _print(found: "Named", plans: "Plans") -> None:
    for agent, plan in plans.items():
        print_plan(found[agent], plan, hub.home())
        if not plan.edits and not plan.problems:
            print("  set up already")


def _say_all_is_well(found: "Named", plans: "Plans") -> None:
    for agent, plan in plans.items():
        if plan.notes:
            print_plan(found[agent], plan, hub.home())
    print("Everything is set up already.")


def _consented(options: argparse.Namespace, found: "Named", how: "InstallOptions", plans: "Plans") -> "Plans | None":
    """Return what the user agreed to: if files changed meanwhile, show what is so now and ask again."""
    if options.yes:
        return plans
    if not at_terminal():
        print("pilot: Nothing was written: nobody is here to agree.", file=sys.stderr)
        print("  `pilot init --yes` writes without asking.", file=sys.stderr)
        return None
    while confirmed("Write this?"):
        now = _plan_again(found, how)
        if now == plans:
            return plans
        print("\nFiles were changed meanwhile. This is what would be written now:")
        _print(found, now)
        plans = now
    print("Nothing was written.")
    return None


def _install(found: "Named", how: "InstallOptions", plans: "Plans") -> bool:
    """Install what has something to install; return whether any of it failed."""
    failed = False
    for agent, plan in plans.items():
        if plan.problems or not (plan.edits or how.reload):
            continue
        try:
            with alone(hub.home()):
                report = agent.install(how)
        except KeyboardInterrupt:
            print("pilot: Stopped half-way; `pilot init` completes it, `pilot uninstall` undoes it.", file=sys.stderr)
            raise
        except OSError as error:
            report = failure(f"{error}. See to that, then run `pilot init` again.")
        print_done(found[agent], report)
        failed = failed or bool(report.problems)
    return failed
