"""The help of every command, and what a slip of the fingers gets."""

import json
import shlex
from pathlib import Path

import pytest

from fakes.hub_process import pilot
from pilot_sidecar.cli.commands import COMMANDS, GROUPS
from pilot_sidecar.cli.examples import EXAMPLES
from pilot_sidecar.cli.help import described, everything, find, overview
from pilot_sidecar.cli.usage import UsageError


async def test_pilot_alone_is_the_list_of_all_commands(tmp_path: Path) -> None:
    asked = [await pilot(tmp_path, *arguments, NO_COLOR="1") for arguments in ((), ("--help",), ("-h",), ("help",))]
    assert asked == [(0, overview() + "\n", "")] * 4
    for title, commands in GROUPS.items():
        assert f"\n{title}:\n" in asked[0][1]
        assert [command.name for command in commands if f"\n  {command.name} " not in asked[0][1]] == []


@pytest.mark.parametrize("name", [command.name for command in COMMANDS])
def test_help_fits_a_terminal_and_has_examples(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    text = described(find(name)).format_help()
    assert [line for line in text.splitlines() if len(line) > 80] == []
    assert find(name).told in text
    assert f"\n  {EXAMPLES[name][0][0]}" in text
    assert "exit codes: 0 done, 1 not done, 2 " in text


@pytest.mark.parametrize("example", [example for examples in EXAMPLES.values() for example, _ in examples])
def test_examples_are_what_the_parser_takes(example: str) -> None:
    line = example.removeprefix('eval "$(').removesuffix(')"').partition(" < ")[0].partition(" > ")[0]
    pilot_itself, name, *arguments = shlex.split(line)
    assert pilot_itself == "pilot"
    assert callable(described(find(name)).read(arguments).run)


def test_the_list_fits_a_terminal() -> None:
    assert [line for line in overview().splitlines() if len(line) > 79] == []
    assert set(EXAMPLES) == {command.name for command in COMMANDS}


async def test_help_of_a_part(tmp_path: Path) -> None:
    code, out, err = await pilot(tmp_path, "help", "asks", "approve")
    assert (code, err) == (0, "")
    assert out == (await pilot(tmp_path, "asks", "approve", "--help"))[1]
    assert out.startswith("usage: pilot asks approve [-h]")


@pytest.mark.parametrize(
    ("line", "told", "hint"),
    [
        ("statsu", "There is no command “statsu”. Did you mean `status`?", "`pilot --help` lists them."),
        ("fly", "There is no command “fly”.", "`pilot --help` lists them."),
        ("--versoin", "There is no option “--versoin”. Did you mean `--version`?", "`pilot --help` lists them."),
        ("help statsu", "There is no command “statsu”. Did you mean `status`?", "`pilot --help` lists them."),
        ("\x1b[2J", "There is no command “\\x1b[2J”.", "`pilot --help` lists them."),
        ("status --sideways", "`pilot status` does not take --sideways.", "`pilot status --help` says what it takes."),
        ("asks show 7f3a --watch", "`pilot asks` does not take --watch there.", "`pilot asks --help` says what"),
        (
            "devices list --jsno",
            "`pilot devices` does not take --jsno. Did you mean `--json`?",
            "`pilot devices --help` says what it takes.",
        ),
        (
            "asks aprove x",
            "There is no “aprove” here, only list, show, approve, deny, answer, release. Did you mean `approve`?",
            "`pilot asks --help` says what it takes.",
        ),
        (
            "audit",
            "`pilot audit` needs more: WHAT (show, verify, export).",
            "`pilot audit --help` says what it takes.",
        ),
        ("export", "`pilot export` needs more: ID.", "`pilot export --help` says what it takes."),
        ("status --js", "`pilot status` does not take --js. Did you mean `--json`?", "`pilot status --help` says"),
        (
            "logs -n 0",
            "Argument -n/--lines: write a whole number from 1 on.",
            "`pilot logs --help` says what it takes.",
        ),
        ("up --port 70000", "Argument --port: write a number from 0 to 65535.", "`pilot up --help` says what it"),
    ],
)
async def test_a_slip_gets_one_line_and_what_was_meant(tmp_path: Path, line: str, told: str, hint: str) -> None:
    code, out, err = await pilot(tmp_path, *line.split(" "))
    assert (code, out) == (2, "")
    first, second = err.splitlines()
    assert (first, second.startswith(f"  {hint}")) == (f"pilot: {told}", True)


async def test_an_agent_that_nobody_knows(tmp_path: Path) -> None:
    code, out, err = await pilot(tmp_path, "init", "opencod")
    assert (code, out) == (2, "")
    assert err.startswith("pilot: Pilot knows no agent “opencod”. Did you mean `opencode`?\n  It knows: opencode, ")


async def test_slips_are_json_for_whoever_reads_json(tmp_path: Path) -> None:
    code, out, err = await pilot(tmp_path, "status", "--json", "--sideways")
    assert (code, out) == (2, "")
    assert json.loads(err) == {
        "error": {
            "code": "usage",
            "message": "`pilot status` does not take --sideways.",
            "hint": "`pilot status --help` says what it takes.",
        }
    }


async def test_what_stands_behind_two_dashes_is_no_option(tmp_path: Path) -> None:
    code, out, err = await pilot(tmp_path, "send", "01ab", "--", "--json")
    assert (code, out, err) == (1, "", "pilot: No hub is running.\n  Start it with `pilot up`.\n")


def test_words_and_options_stand_in_any_order() -> None:
    options = described(find("send")).read(["01ab", "--wait", "go", "--json", "on"])
    assert (options.words, options.wait, options.json) == (["01ab", "go", "on"], True, True)
    with pytest.raises(UsageError, match="needs more: ID"):
        described(find("send")).read(["--wait"])


def test_one_parser_knows_all_of_them() -> None:
    options = everything().parse_args(["devices", "role", "phone", "view"])
    assert (options.device, options.role) == ("phone", "view")
