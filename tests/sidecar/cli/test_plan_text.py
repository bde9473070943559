"""What is shown before it is written: true, readable, and quick, whatever is in the file."""

import time
from pathlib import Path

import pytest

from pilot_sidecar.cli.plan_text import WIDTH, print_edits
from pilot_sidecar.integrations.ports import PlannedEdit

LONG = 100_000


def shown(capsys: pytest.CaptureFixture[str], before: str, after: str) -> list[str]:
    print_edits([PlannedEdit(Path("/srv/tui.json"), before.encode(), after.encode())], Path("/nowhere"))
    _, *lines = capsys.readouterr().out.splitlines()
    return [line.removeprefix("    ") for line in lines]


def test_a_long_line_is_cut_to_where_it_changes(capsys: pytest.CaptureFixture[str]) -> None:
    keys = ", ".join(f'"k{number}": {number}' for number in range(5_000))
    _, removed, added = shown(capsys, f'{{{keys}, "plugin": ["a"]}}', f'{{{keys}, "plugin": ["ours", "a"]}}')
    assert removed.startswith("-…")
    assert removed.endswith('"plugin": ["a"]}')
    assert added.endswith('"plugin": ["ours", "a"]}')
    assert len(added) < WIDTH + 3
    begun, *_ = shown(capsys, "{}", f"{{{keys}}}")[2:]
    assert begun.startswith('+{"k0": 0, ')
    assert begun.endswith("…")


@pytest.mark.parametrize("word", ["a", "key", "key=", "'", '"', "\\"])
def test_a_word_of_many_letters_takes_no_time(capsys: pytest.CaptureFixture[str], word: str) -> None:
    started = time.process_time()
    assert shown(capsys, "a", word * (LONG // len(word)))
    assert time.process_time() - started < 2


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ('"apiKey": "sk-123", "b": 1', '"apiKey": ••••••, "b": 1'),
        ("OPENAI_API_KEY=sk-123", "OPENAI_API_KEY=••••••"),
        ("bearer-token-env = 'x y' # mine", "bearer-token-env = •••••• # mine"),
        ('"keybinds": {"leader": "ctrl+x"}', '"keybinds": {"leader": "ctrl+x"}'),
        ('"theme": "\x1b[2J"', '"theme": "\\x1b[2J"'),
    ],
)
def test_secrets_are_not_shown_and_nothing_steers_the_terminal(
    capsys: pytest.CaptureFixture[str], line: str, told: str
) -> None:
    assert shown(capsys, "", line)[-1] == f"+{told}"
