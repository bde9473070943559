"""``docs/commands.md`` names every command, every part, every shape of JSON and every code of an error."""

import argparse
import re
from collections.abc import Iterator
from pathlib import Path

from pilot_sidecar.cli import hub, turn, usage
from pilot_sidecar.cli.commands import COMMANDS
from pilot_sidecar.cli.help import described

DOCUMENT = (Path(__file__).parents[3] / "docs/commands.md").read_text()
LIST, JSON = (DOCUMENT.partition(f"\n## {title}\n")[2].partition("\n## ")[0] for title in ("What there is", "JSON"))


def _parsers(parser: argparse.ArgumentParser) -> Iterator[argparse.ArgumentParser]:
    yield parser
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for part in action.choices.values():
                yield from _parsers(part)


def _takes_json(parser: argparse.ArgumentParser) -> bool:
    return any("--json" in action.option_strings for action in parser._actions)


def test_every_command_and_every_part_is_told() -> None:
    told = set(re.findall(r"`(pilot [a-z]+(?: [a-z]+)?)`", LIST))
    missing = []
    for command in COMMANDS:
        found = [parser.prog for parser in _parsers(described(command))]
        parts = found[1:] or ([f"{found[0]} rotate"] if command.name == "token" else found)
        missing += [name for name in parts if name not in told]
    assert missing == []
    assert {name.split()[1] for name in told} == {command.name for command in COMMANDS}


def test_every_json_is_told() -> None:
    told = set(re.findall(r"^\| `pilot ([a-z]+)` \|", JSON, re.MULTILINE))
    assert told == {command.name for command in COMMANDS if any(map(_takes_json, _parsers(described(command))))}


def test_every_code_is_told() -> None:
    codes = {error.code for error in (usage.UsageError, hub.NoHubError, hub.UnreachableError, turn.NotDoneError)}
    assert [code for code in codes if f"`{code}`" not in JSON] == []
