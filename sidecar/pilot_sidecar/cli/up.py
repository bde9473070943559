"""``pilot up``: run the hub here, or leave it running in the background."""

import argparse
import gc
import os
import sys
import threading
from typing import TYPE_CHECKING

from pilot_sidecar.cli import browser, hub

if TYPE_CHECKING:
    from pilot_sidecar.cli.banner import Ways
    from pilot_sidecar.server.app import RunningHub

LAST_PORT = 65_535


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options."""
    parser.add_argument("--no-open", action="store_true", help="do not open a browser")
    parser.add_argument("--detach", action="store_true", help="leave the hub running in the background")
    parser.add_argument(
        "--port", metavar="N", type=_port, help="where it listens this time; 0 is any free one (PILOT_PORT, 4097)"
    )
    parser.add_argument("--or-demo", action="store_true", help="play the demo if no agent is installed")
    parser.add_argument("--demo", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--quiet", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--service", metavar="HOME", help=argparse.SUPPRESS)


def run(options: argparse.Namespace) -> int:
    """Run until stopped; return 0 also where a hub runs already."""
    if options.service is not None:
        return run_service(options.service)
    if options.port is not None:
        os.environ["PILOT_PORT"] = options.port
    demo = options.demo or (options.or_demo and not found_agents())
    if options.detach:
        running = hub.start_hub(*(["--demo"] if demo else []))
        print(f"Pilot is running at {running.url}")
        return 0
    return run_here(demo=demo, opening=not options.no_open, quiet=options.quiet)


def _port(text: str) -> str:
    if not text.isascii() or not text.isdigit() or int(text) > LAST_PORT:
        raise argparse.ArgumentTypeError(f"write a number from 0 to {LAST_PORT}")
    return text


def run_here(*, demo: bool, opening: bool, quiet: bool = False) -> int:
    """Run the hub in this process."""
    gc.disable()  # a tenth of the start would go into looking for garbage in code; the running hub collects again
    from pilot_sidecar.server.launch import launch
    from pilot_sidecar.server.options import HubOptions

    opening = opening and browser.can_open()
    options = HubOptions(hub.home(), dict(os.environ), demo=demo)

    def greet(ready: "RunningHub") -> None:
        if not quiet:
            _greet(ready, demo=demo, opening=opening)

    running = launch(options, greet)
    if running is not None:
        print(f"Pilot is already running at {running.url} (pid {running.pid}). `pilot open` opens the dashboard.")
        if opening:
            browser.open_page(hub.call(running, "POST", "/api/pair", {})["url"])
    return 0


def run_service(home: str) -> int:
    """Run the hub of a home as the system started it: it stays, whoever needs it; return 0 where one runs already."""
    os.environ["PILOT_HOME"] = home  # agents that it starts see it too
    gc.disable()
    from pilot_sidecar.server.launch import launch
    from pilot_sidecar.server.options import HubOptions

    running = launch(HubOptions(hub.home(), dict(os.environ), idle_exit_s=None), lambda _: None)
    if running is not None:
        print(f"Pilot is already running at {running.url} (pid {running.pid}).")
    return 0


def found_agents() -> list[str]:
    """Return the agents of this machine, with their versions."""
    from pilot_sidecar.server import registry

    found = ((agent, agent.detect(os.environ)) for agent in registry.agents())
    return [f"{agent.label} {seen.version or ''}".strip() for agent, seen in found if seen.installed]


def _greet(ready: "RunningHub", *, demo: bool, opening: bool) -> None:
    """Print the banner and open the browser, off the loop: looking for agents and addresses takes its time."""
    from pilot_sidecar.transport.call import Invitation

    printed = ready.pairing.link(Invitation("admin")).url
    code = ready.pairing.link(Invitation("admin")).code
    opened = ready.pairing.link(Invitation("admin")).url if opening else None

    def greet() -> None:
        from pilot_sidecar.cli.banner import plain_banner, terminal_banner

        ways = _ways(ready, printed, code)
        if sys.stdout.isatty():
            print(terminal_banner(ways, found_agents(), demo=demo), flush=True)
        else:
            print(plain_banner(ways, demo=demo), flush=True)
        if opened is not None:
            browser.open_page(opened)

    threading.Thread(target=greet, name="greet", daemon=True).start()


def _ways(ready: "RunningHub", link: str, code: str) -> "Ways":
    from pilot_sidecar.cli.banner import Ways

    reach = ready.services.reach.now()
    others = [address.url for address in reach.addresses if address.reach != "local"]
    best = f"{others[0]}/pair#code={code}" if others else None
    return Ways(ready.url, link, best, others[1:], reach.warning, _advice())


def _advice() -> str | None:
    """Return, before the user has settings of their own, where others to start from are."""
    from pilot_sidecar.core.peer_settings import peer_config

    if peer_config(os.environ) is None or (hub.home() / "config.json").exists():
        return None
    return "Settings of opencode-pilot are here: `pilot init` takes them over if you like."
