"""``pilot completion``: what makes a shell complete these commands."""

import argparse
import os
import sys
from collections.abc import Iterator

from pilot_sidecar.cli.text import safe
from pilot_sidecar.cli.usage import UsageError

SHELLS = ("bash", "zsh", "fish", "tcsh", "powershell")
_USE = {
    "bash": 'put  eval "$(pilot completion bash)"  into ~/.bashrc',
    "zsh": "save it as _pilot in a folder of your fpath, before compinit runs",
    "fish": "save it as ~/.config/fish/completions/pilot.fish",
    "tcsh": "save it to a file that ~/.tcshrc reads with `source`",
    "powershell": "save it to a file that your $PROFILE reads",
}


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options."""
    parser.add_argument("shell", nargs="?", choices=SHELLS, help="which one (the one in SHELL)")


def run(options: argparse.Namespace) -> int:
    """Print the script; where a person would only see it go by, say what to do with it."""
    shell = options.shell or _own_shell()
    print(script(shell))
    if sys.stdout.isatty():
        print(f"\nTo use it, {_USE[shell]}.", file=sys.stderr)
    return 0


def script(shell: str) -> str:
    """Return the completion script."""
    import shtab

    from pilot_sidecar.cli.help import everything

    parser = everything()
    for action in _actions(parser):
        if action.metavar in ("FILE", "PATH"):
            action.complete = shtab.FILE if action.metavar == "FILE" else shtab.DIRECTORY  # type: ignore[attr-defined] # shtab's way
    written: str = shtab.complete(parser, shell)
    return written


def _actions(parser: argparse.ArgumentParser) -> Iterator[argparse.Action]:
    for action in parser._actions:
        yield action
        if isinstance(action, argparse._SubParsersAction):
            for part in action.choices.values():
                yield from _actions(part)


def _own_shell() -> str:
    name = os.environ.get("SHELL", "").rpartition("/")[2]
    if name not in SHELLS:
        raise UsageError(f"Pilot does not know the shell “{safe(name)}”.", f"Name one of: {', '.join(SHELLS)}.")
    return name
