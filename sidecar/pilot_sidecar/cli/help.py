"""``pilot help``, and what ``--help`` prints: the list of all commands, and how each is used."""

import argparse
from collections.abc import Sequence
from functools import partial

from pilot_sidecar.cli.commands import COMMANDS, GROUPS, Command, named
from pilot_sidecar.cli.fold import folded
from pilot_sidecar.cli.text import paint, safe
from pilot_sidecar.cli.usage import Parser, UsageError, nearest

_WIDE = max(len(command.name) for command in COMMANDS) + 2
_END = """\
  -h, --help   show this
  --version    show the version

`pilot COMMAND --help` has options and examples; `docs/commands.md` has what
scripts can rely on. PILOT_HOME is where Pilot keeps its files, by default
~/.pilot."""
_EXITS = "exit codes: 0 done, 1 not done, 2 options that make no sense, 130 Ctrl-C"


def configure(parser: argparse.ArgumentParser) -> None:
    """Add what can be asked for."""
    parser.add_argument("words", metavar="COMMAND", nargs="*", help="whose help; the list of all, if none is named")


def run(options: argparse.Namespace) -> int:
    """Print the help that was asked for."""
    if options.words:
        described(find(options.words[0])).parse_args([*options.words[1:], "--help"])
    print(overview())
    return 0


def overview() -> str:
    """Return the list of all commands."""
    lines = ["usage: pilot COMMAND [options]", "", "Mission control for coding agents."]
    for title, commands in GROUPS.items():
        lines += ["", paint(f"{title}:", "bold")]
        lines += [_listed(command) for command in commands]
    return "\n".join([*lines, "", paint("Options:", "bold"), _END])


def _listed(command: Command) -> str:
    return folded(command.told, " " * (_WIDE + 2), f"  {paint(command.name.ljust(_WIDE), 'cyan')}")


def find(name: str) -> Command:
    """Return the command of this name; raises UsageError with the nearest there is."""
    if (command := named(name)) is not None:
        return command
    kind = "option" if name.startswith("-") else "command"
    known = [command.name for command in COMMANDS] + ["--help", "--version"]
    raise UsageError(f"There is no {kind} “{safe(name)}”.{nearest(name, known)}", "`pilot --help` lists them.")


def described(command: Command) -> Parser:
    """Return the parser of a command, with everything that its help says."""
    parser = Parser(prog=f"pilot {command.name}", description=command.told)
    _complete(parser, command)
    return parser


def everything() -> Parser:
    """Return one parser for all of it, for what has to know every option."""
    parser = Parser(prog="pilot", description="Mission control for coding agents.")
    parser.add_argument("--version", action="version", version="", help="show the version")
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    for command in COMMANDS:
        _complete(commands.add_parser(command.name, help=command.told, description=command.told), command)
    return parser


def _complete(parser: Parser, command: Command) -> None:
    module = command.load()
    module.configure(parser)
    parser.set_defaults(run=module.run)
    parser.ending = partial(_ending, command.name)


def _ending(name: str) -> str:
    from pilot_sidecar.cli.examples import EXAMPLES

    return "\n".join([*_shown(EXAMPLES.get(name, ())), "", _EXITS])


def _shown(examples: Sequence[tuple[str, str]]) -> list[str]:
    """Return examples with what they do, beside them or above where that is too wide."""
    lines = ["examples:"] if examples else []
    wide = max((len(command) for command, _ in examples), default=0)
    for command, told in examples:
        beside = f"  {command.ljust(wide)}  {told}"
        lines += [beside] if len(beside) < 80 else [f"  {command}", f"      {told}"]
    return lines
