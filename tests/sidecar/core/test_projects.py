"""A folder that people name becomes a project, or they hear what is wrong with it."""

import os
from pathlib import Path

import pytest

from pilot_sidecar.core.errors import PilotError
from pilot_sidecar.core.projects import project_of, real_folder


def test_links_and_tildes_lead_to_the_real_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = tmp_path.resolve()
    (home / "work" / "api").mkdir(parents=True)
    (home / "link").symlink_to(home / "work")
    monkeypatch.setenv("HOME", str(home))
    for named in ("~/work/api", str(home / "link" / "api"), f" {home}/work/../work/api/ "):
        assert real_folder(named) == str(home / "work" / "api")
    assert project_of(real_folder("~/work/api")).name == "api"


@pytest.mark.parametrize(
    ("named", "code"),
    [
        ("work/api", "bad_request"), ("", "bad_request"), ("{}/nothing", "not_found"), ("{}/file", "bad_request"),
        ("{}/file/below", "not_found"), ("{}/zero\0byte", "bad_request"), ("{}/loop", "bad_request"),
        ("{}/" + "x" * 3000, "bad_request"), ("~nobody-of-this-name/x", "not_found"), ("..", "bad_request"),
    ],
)  # fmt: skip
def test_what_is_no_folder_is_refused_in_words(tmp_path: Path, named: str, code: str) -> None:
    (tmp_path / "file").write_text("")
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    with pytest.raises(PilotError) as caught:
        real_folder(named.replace("{}", str(tmp_path)))
    assert caught.value.code == code


def test_a_folder_that_may_not_be_read_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "access", lambda *_args: False)  # root may read everything
    with pytest.raises(PilotError) as caught:
        real_folder(str(tmp_path))
    assert caught.value.code == "forbidden"
