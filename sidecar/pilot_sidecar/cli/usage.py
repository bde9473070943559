"""Options as they are typed: what is wrong with them is said in one line, with what was probably meant."""

import argparse
import os
from collections.abc import Callable, Iterable, Sequence
from typing import NoReturn

from pilot_sidecar.core.errors import PilotError

WIDEST = 80
_HELP_FROM = 26


class UsageError(PilotError):
    """The options make no sense; exit code 2."""

    code = "usage"


class Parser(argparse.ArgumentParser):
    """Reads the options of one command; raises UsageError. Abbreviated options are not taken: scripts outlive them."""

    def __init__(self, **settings: object) -> None:
        settings = {"formatter_class": _formatter, "allow_abbrev": False} | settings
        super().__init__(**settings)  # type: ignore[arg-type] # argparse hands on what add_parser() got
        self.ending: Callable[[], str] | None = None
        """What stands at the end of its help; made when that is printed."""

    def format_help(self) -> str:
        """Return the help."""
        self.epilog = self.ending() if self.ending is not None else self.epilog
        return super().format_help()

    def read(self, arguments: Sequence[str]) -> argparse.Namespace:
        """Return the options; words and options may stand in any order where the command has no parts."""
        if self._subparsers is not None or {"-h", "--help"} & set(arguments):
            return self.parse_args(arguments)
        return self.parse_intermixed_args(arguments)

    def error(self, message: str) -> NoReturn:
        """Refuse, with the nearest thing that would have been right."""
        raise UsageError(_told(message, self), f"`{self.prog} --help` says what it takes.")


def nearest(given: str, known: Iterable[str]) -> str:
    """Return `` Did you mean `x`?``, or nothing where nothing is near."""
    from difflib import get_close_matches

    found = get_close_matches(given.lower(), list(known), n=1, cutoff=0.6)
    return f" Did you mean `{found[0]}`?" if found else ""


def _formatter(prog: str) -> argparse.HelpFormatter:
    try:
        room = int(os.environ.get("COLUMNS", "")) or WIDEST
    except ValueError:
        import shutil

        room = shutil.get_terminal_size((WIDEST, 24)).columns
    width = max(40, min(WIDEST, room)) - 2
    return argparse.RawDescriptionHelpFormatter(prog, max_help_position=_HELP_FROM, width=width)


def _told(message: str, parser: argparse.ArgumentParser) -> str:
    """Return argparse's complaint as a sentence."""
    from pilot_sidecar.cli.text import safe

    if message.startswith("unrecognized arguments: "):
        given = message.partition(": ")[2].split()[0]
        name = given.partition("=")[0]
        known = _options(parser) if given.startswith("-") else []
        if name in known:  # of another part
            return f"`{parser.prog}` does not take {safe(given)} there."
        return f"`{parser.prog}` does not take {safe(given)}.{nearest(name, known)}"
    if message.startswith("the following arguments are required: "):
        missing = message.partition(": ")[2]
        return f"`{parser.prog}` needs more: {missing}{_parts(parser, missing)}."
    wrong, choices = _choice(message)
    if choices:
        return f"There is no “{safe(wrong)}” here, only {', '.join(choices)}.{nearest(wrong, choices)}"
    sentence = message[:1].upper() + message[1:]
    return safe(sentence if sentence.endswith((".", "?")) else f"{sentence}.")


def _choice(message: str) -> tuple[str, list[str]]:
    """Return what was given and what there is, where the complaint is about a choice."""
    _, found, rest = message.partition("invalid choice: ")
    given, listed, choices = rest.partition(" (choose from ")
    if not found or not listed:
        return "", []
    return given.strip("'\""), [word.strip("'\" ") for word in choices.rstrip(")").split(",")]


def _parts(parser: argparse.ArgumentParser, missing: str) -> str:
    """Return what can be said for a word that is missing, where only some words can."""
    found = next((action.choices for action in parser._actions if missing in (action.dest, action.metavar)), None)
    return f" ({', '.join(found)})" if found else ""


def _options(parser: argparse.ArgumentParser) -> list[str]:
    """Return the options of a command and of its parts."""
    known: list[str] = []
    for action in parser._actions:  # argparse has no other way to list them
        known += action.option_strings if action.help != argparse.SUPPRESS else []
        if isinstance(action, argparse._SubParsersAction):
            for part in action.choices.values():
                known += _options(part)
    return known
