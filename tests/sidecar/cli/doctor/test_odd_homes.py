"""`pilot doctor` where hardly anything is as it should be: it says so, and never falls over."""

import http.server
import json
import os
import re
import shutil
import threading
from contextlib import closing
from pathlib import Path

import pytest

from fakes.healthy_home import SIDECAR, HealthyHome, healthy_home
from pilot_sidecar.cli.autostart.choose import autostart
from pilot_sidecar.cli.autostart.ports import HubStart
from pilot_sidecar.cli.checks import run
from pilot_sidecar.core.schema import connect, prepare
from pilot_sidecar.server.discovery import HubFile, write_hub_file

REPO = SIDECAR.parent
STOPPED = {"hub.alive": "fail"}


@pytest.fixture
def person(tmp_path: Path) -> HealthyHome:
    return healthy_home(tmp_path / "person")


@pytest.mark.parametrize(
    "told",
    [
        {"url": "http://["},
        {"url": "http://127.0.0.1:99999"},
        {"url": "nowhere"},
        {"url": "http://127.0.0.1:1"},
        {"pid": 10**30},
        {"pid": -1},
    ],
    ids=str,
)
def test_a_hub_file_that_names_nothing(person: HealthyHome, told: dict[str, object]) -> None:
    whole = {"pid": os.getpid(), "url": "", "socket": "", "token": "t", "version": "1", "protocol": 1} | told
    (person.home / "hub.json").write_text(json.dumps(whole))
    (person.home / "hub.json").chmod(0o600)
    assert person.found().wrong() == STOPPED | {"hub.file": "warn"}


class _AlwaysWell(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


def test_another_program_at_the_place_of_a_hub_that_ended(person: HealthyHome) -> None:
    with http.server.HTTPServer(("127.0.0.1", 0), _AlwaysWell) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        url = f"http://127.0.0.1:{server.server_address[1]}"
        write_hub_file(person.home, HubFile(os.getpid(), url, "", "t" * 40, "0.1.0", 1))
        found = person.found()
        server.shutdown()
    assert found.wrong() == STOPPED | {"hub.file": "warn"}
    assert found.of("hub.alive").message == "No hub is running."


def test_what_a_killed_hub_left_of_its_history_is_looked_at_and_left(person: HealthyHome, tmp_path: Path) -> None:
    prepare(tmp_path / "pilot.db")
    with closing(connect(tmp_path / "pilot.db")) as history:
        history.execute("INSERT INTO sessions (id, updated_at, body) VALUES ('s', 1, '{}')")
        for left in tmp_path.glob("pilot.db*"):
            shutil.copy(left, person.home)  # as it is at this instant, its log not taken in
    (person.home / "pilot.db-shm").unlink()
    before = {path.name: path.read_bytes() for path in person.home.glob("pilot.db*")}
    assert before.keys() == {"pilot.db", "pilot.db-wal"}
    assert person.found().wrong() == STOPPED
    after = {path.name: path.read_bytes() for path in person.home.glob("pilot.db*")}
    assert {name: after[name] for name in before} == before


def test_a_service_whose_program_is_gone(person: HealthyHome, tmp_path: Path) -> None:
    system, gone = autostart(person.environ), tmp_path / "gone" / "python"
    system.path.parent.mkdir(parents=True)
    system.path.write_bytes(system.text(HubStart([str(gone), "-m", "pilot_sidecar", str(person.home)], person.home)))
    found = person.found()
    assert found.wrong() == STOPPED | {"hub.service": "warn"}
    assert "pilot service install" in (found.of("hub.service").fix or "")
    gone.parent.mkdir()
    gone.touch()
    assert "gone" not in person.look_again().of("hub.service").message


@pytest.mark.parametrize("name", ["hub.json", "pilot.db", "config.json"])
def test_a_folder_where_a_file_should_be(person: HealthyHome, name: str) -> None:
    (person.home / name).mkdir()
    wrong = person.found().wrong()
    named = {"hub.json": "hub.file", "pilot.db": "files.database", "config.json": "settings.file"}[name]
    assert wrong.keys() == {"hub.alive", named}


def test_a_home_that_is_a_link_to_nowhere(person: HealthyHome, tmp_path: Path) -> None:
    link, target = tmp_path / "link", tmp_path / "not there"
    link.symlink_to(target)
    found = person.found(PILOT_HOME=str(link))
    assert found.of("files.home").fix == f"Make that folder: `mkdir -p '{target}'`, or remove the link."
    person.carry_out(f"`mkdir -p '{target}'`")
    assert person.found(PILOT_HOME=str(link)).of("files.home").status == "warn"  # mkdir lets others in


def test_a_home_that_this_user_may_not_look_into(person: HealthyHome, monkeypatch: pytest.MonkeyPatch) -> None:
    may = os.access
    monkeypatch.setattr(os, "access", lambda path, mode: path != person.home and may(path, mode))
    found = person.found()
    assert found.of("files.home").fix == f"Run `chmod 700 {person.home}`."
    assert not {"hub.alive", "files.private", "files.database", "settings.file"} & {check.id for check in found.checks}
    assert found.exit_code == 1


def test_an_agent_that_hangs_is_told_after_a_while(person: HealthyHome, monkeypatch: pytest.MonkeyPatch) -> None:
    from pilot_sidecar.integrations.opencode import detect

    monkeypatch.setattr(detect, "VERSION_CALL_S", 0.3)
    (person.programs / "opencode").write_text("#!/bin/sh\nexec /bin/sleep 60\n")
    found = person.found()
    assert found.wrong() == STOPPED | {"opencode.version": "warn"}
    assert "does not answer" in found.of("opencode.version").message


def test_a_look_that_never_ends_is_given_up(person: HealthyHome, monkeypatch: pytest.MonkeyPatch) -> None:
    never = threading.Event()

    def wait(_scene: object) -> list[object]:
        never.wait(20)
        return []

    monkeypatch.setattr(run, "LIMIT_S", 0.2)
    monkeypatch.setitem(run.HEADINGS, "VS Code", {"vscode": wait})
    try:
        assert person.found().of("check.vscode").status == "warn"
    finally:
        never.set()


def test_every_id_is_in_the_manual() -> None:
    package = REPO / "sidecar" / "pilot_sidecar"
    sources = [*(package / "cli" / "checks").glob("*.py"), *package.glob("integrations/*/check.py")]
    ids = {name for source in sources for name in re.findall(r'\bid="([a-z._]+)"', source.read_text())}
    assert len(ids) > 25
    manual = (REPO / "docs" / "troubleshooting.md").read_text()
    assert [name for name in sorted(ids) if f"`{name}`" not in manual] == []


def test_a_home_that_is_no_folder(person: HealthyHome) -> None:
    found = person.found(PILOT_HOME=str(person.codex / "config.toml"))
    assert found.wrong()["files.home"] == "fail"
    assert "is not a folder" in found.of("files.home").message
