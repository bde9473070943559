"""A folder that people name becomes a project, or they hear what is wrong with it."""

import hashlib
import os
import sys
from pathlib import Path

import pytest

from fakes.domain import make_session, open_domain
from pilot_sidecar.core.errors import PilotError
from pilot_sidecar.core.events import SessionStarted
from pilot_sidecar.core.models import ApprovalMode, Project
from pilot_sidecar.core.projects import project_id, project_of, real_folder


async def test_a_project_that_an_older_pilot_knew_by_a_link_keeps_its_approval_mode(tmp_path: Path) -> None:
    (tmp_path / "api").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "api")
    named = str(tmp_path / "link")
    older = "prj_" + hashlib.sha256(named.encode()).hexdigest()[:12]
    known = Project(id=older, name="link", directory=named, approval=ApprovalMode(topics=["edits"]))
    session = make_session(project_id=older, directory=named)
    async with open_domain(tmp_path) as services:
        services.sessions.remember_project(known)
        services.bus.publish(SessionStarted(at=1, session_id=session.id, agent="opencode", session=session))
    for mode in (known.approval, known.approval, None):
        async with open_domain(tmp_path) as services:
            [project] = services.sessions.projects()
            assert (project.id, project.approval) == (project_id(named), mode or known.approval)
            assert [one.project_id for one in services.sessions.all()] == [project.id]
            project.approval = mode
            services.sessions.remember_project(project)
    async with open_domain(tmp_path) as services:
        assert [project.approval for project in services.sessions.projects()] == [None], "it was switched off since"


def test_links_and_tildes_lead_to_the_real_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = tmp_path.resolve()
    (home / "code" / "api").mkdir(parents=True)
    (home / "link").symlink_to(home / "code")
    monkeypatch.setenv("HOME", str(home))
    for named in ("~/code/api", str(home / "link" / "api"), f" {home}/code/../code/api/ "):
        assert real_folder(named) == str(home / "code" / "api")
    assert project_of(real_folder("~/code/api")).name == "api"


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


@pytest.mark.skipif(sys.platform != "linux", reason="names that are no text: Linux only")
def test_a_link_to_a_folder_whose_name_is_no_text_breaks_nothing(tmp_path: Path) -> None:
    """Such a name cannot be stored, sent or shown: once known to the hub, it would break every picture of it."""
    real = os.fsencode(tmp_path / "name-") + b"\xff\xfe"
    os.mkdir(real)  # noqa: PTH102 - a name of bytes
    link = tmp_path / "link"
    link.symlink_to(os.fsdecode(real))
    with pytest.raises(PilotError, match="no text"):
        real_folder(str(link))
    assert project_of(str(link)).model_dump_json()
    assert project_of(str(link)).name == "link"
