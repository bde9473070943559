"""The hub's own secrets."""

import stat
from pathlib import Path

from pilot_sidecar.infra.tokens import load_tokens


def test_they_are_made_once_and_differ(tmp_path: Path) -> None:
    path = tmp_path / "tokens.json"
    first = load_tokens(path, 1)
    assert load_tokens(path, 2) == first
    assert len({first.owner, first.hook, first.bridge}) == 3
    assert min(map(len, (first.owner, first.hook, first.bridge))) >= 43
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert first.owner not in repr(first)


def test_a_file_that_makes_no_sense_is_kept_under_another_name(tmp_path: Path) -> None:
    path = tmp_path / "tokens.json"
    good = load_tokens(path, 1)
    path.write_text('{"owner": "short", "hook": "x", "bridge": "y"}')
    assert load_tokens(path, 7) != good
    assert (tmp_path / "tokens.json.broken-7").exists()
