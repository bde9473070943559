"""Which commands there are. A command's module is loaded when it runs, so that the others cost it nothing."""

import argparse
from importlib import import_module
from typing import NamedTuple, Protocol


class Module(Protocol):
    """What a command is made of."""

    def configure(self, parser: argparse.ArgumentParser) -> None:
        """Add the options."""
        ...

    def run(self, options: argparse.Namespace) -> int:
        """Do it; return the exit code."""
        ...


class Command(NamedTuple):
    """One command; ``told`` is its line in the list."""

    name: str
    module: str
    told: str

    def load(self) -> Module:
        """Return its module."""
        module: Module = import_module(f"pilot_sidecar.cli.{self.module}")
        return module


GROUPS = {
    "Start here": (
        Command("init", "init", "Connect Pilot to the agents on this machine."),
        Command("up", "up", "Start the hub and show where the dashboard is."),
        Command("open", "open_page", "Open the dashboard in a browser, or print a fresh link."),
        Command("status", "status", "Say whether the hub runs, where, and what waits."),
        Command("stop", "stop", "Stop the hub. Questions go back to the agents' terminals."),
        Command("demo", "demo", "Play a recorded session, to see Pilot without any agent."),
    ),
    "Answer": (
        Command("asks", "asks", "List the questions that wait for you, and answer them."),
    ),
    "Sessions": (
        Command("sessions", "sessions", "List what your agents are doing; read, stop, put away."),
        Command("send", "send", "Send a prompt to a session, or start one with it."),
        Command("export", "export", "Write a session down, as Markdown or JSON."),
    ),
    "Devices and reach": (
        Command("pair", "pair", "Let a phone or another browser in, with a code for once."),
        Command("devices", "devices", "List the paired devices; rename them, cut them off."),
        Command("tunnel", "tunnel", "Open the hub to the internet, close it, say how it is."),
        Command("token", "token", "Change the owner's token; all connections begin anew."),
    ),
    "Care": (
        Command("doctor", "doctor", "Look for what is wrong, and say what to do about it."),
        Command("service", "service", "Have the system start the hub at login, or no longer."),
        Command("logs", "logs", "Show the hub's log; secrets are masked in it."),
        Command("audit", "audit", "Read the record of what was decided and changed, check it."),
        Command("uninstall", "uninstall", "Disconnect the agents, and remove Pilot's own files."),
        Command("lsp", "lsp", "Connect an editor over standard input and output."),
        Command("completion", "completion", "Print what makes your shell complete these commands."),
        Command("help", "help", "Show this list, or how a command is used."),
    ),
}  # fmt: skip
COMMANDS = tuple(command for group in GROUPS.values() for command in group)


def named(name: str) -> Command | None:
    """Return the command of a name, if there is one."""
    return next((command for command in COMMANDS if command.name == name), None)
