"""`pilot doctor` where the hub, its history or the settings are wrong."""

import os
import re
import signal
import socket
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from fakes.healthy_home import HealthyHome, healthy_home, running
from pilot_sidecar.core.schema import MIGRATIONS, connect, prepare
from pilot_sidecar.infra.lock import HubLock
from pilot_sidecar.server.discovery import HubFile, write_hub_file

STOPPED = {"hub.alive": "fail"}
"""What is wrong where nothing is, but that no hub runs."""
Plant = Callable[[HealthyHome], dict[str, str] | None]


@pytest.fixture
def person(tmp_path: Path) -> HealthyHome:
    """A set-up that is right, but for its hub, which does not run."""
    return healthy_home(tmp_path / "a person")


@dataclass(frozen=True)
class Fault:
    """What is done to it, and what is to be said; ``plant`` may return more of the environment."""

    name: str
    id: str
    status: str
    says: str
    fix: str
    plant: Plant
    helps: bool = False


def _nothing(person: HealthyHome) -> None:
    assert not (person.home / "hub.json").exists()


def _stale(person: HealthyHome) -> None:
    pid = 2**22 - 7  # no process has it: it would be the very last one
    write_hub_file(person.home, HubFile(pid, "http://127.0.0.1:9", "", "t" * 40, "0.1.0", 1))


def _garbled(person: HealthyHome) -> None:
    (person.home / "hub.json").write_text("{")
    (person.home / "hub.json").chmod(0o600)


def _no_database(person: HealthyHome) -> None:
    (person.home / "pilot.db").write_bytes(b"this is no database" * 500)
    (person.home / "pilot.db").chmod(0o600)


def _torn_page(person: HealthyHome) -> None:
    """Break a page within the file, which no look at the beginning of each table finds."""
    path = person.home / "pilot.db"
    prepare(path)
    with closing(connect(path)) as database:
        rows = ((f"s{number}", 1, "x" * 900) for number in range(400))
        database.executemany("INSERT INTO sessions (id, updated_at, body) VALUES (?, ?, ?)", rows)
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    data = bytearray(path.read_bytes())
    data[-4096 * 20 : -4096 * 19] = b"\xff" * 4096
    path.write_bytes(data)


def _newer(person: HealthyHome) -> None:
    path = person.home / "pilot.db"
    prepare(path)
    with closing(sqlite3.connect(path)) as database:
        database.execute(f"PRAGMA user_version = {len(MIGRATIONS) + 1}")


def _written(name: str, text: str) -> Plant:
    def write(person: HealthyHome) -> None:
        (person.home / name).write_text(text)
        (person.home / name).chmod(0o600)

    return write


def _set(**environ: str) -> Plant:
    return lambda _person: environ


def _tomorrow(person: HealthyHome) -> None:
    """Leave the record of a machine whose clock was a day ahead."""
    import time

    line = f'{{"n": 1, "at": {(time.time_ns() // 1_000_000) + 86_400_000 * 3}, "action": "hub.start"}}\n'
    _written("audit.jsonl", line)(person)


TOKEN = "123456789:AAF-not-a-real-token-not-a-real-token"
FAULTS = (
    Fault("no hub", "hub.alive", "fail", "No hub is running", "pilot up", _nothing, helps=True),
    Fault("a stale hub.json", "hub.file", "warn", "left over from a hub that ended", "pilot up", _stale),
    Fault("a garbled hub.json", "hub.file", "warn", "cannot be read", "pilot up", _garbled),
    Fault("no database", "files.database", "fail", "not a database", "pilot stop", _no_database),
    Fault("a folder in place of the database", "files.database", "fail", "is a folder", "mv ",
          lambda person: (person.home / "pilot.db").mkdir()),
    Fault("a torn page", "files.database", "fail", "damaged", ".damaged", _torn_page, helps=True),
    Fault("a newer schema", "files.database", "fail", "newer Pilot", "Update Pilot", _newer),
    Fault("a broken config.json", "settings.file", "fail", "is not JSON", "Repair", _written("config.json", "{oops")),
    Fault("a bad value", "settings.values", "warn", "PILOT_KEEP_DAYS", "Correct it", _set(PILOT_KEEP_DAYS="never")),
    Fault("a bad value in .env", "settings.values", "warn", "PILOT_KEEP_DAYS", ".env",
          _written(".env", "PILOT_KEEP_DAYS=never\n")),
    Fault("an address of another machine", "hub.port", "fail", "203.0.113.1", "PILOT_HOST",
          _set(PILOT_HOST="203.0.113.1", PILOT_PORT="41999", PILOT_TLS="true")),
    Fault("a network without encryption", "network", "warn", "without encryption", "PILOT_TLS=true",
          _set(PILOT_HOST="0.0.0.0")),
    Fault("a tunnel without its program", "tunnel", "fail", "cloudflared", "Install it",
          _set(PILOT_TUNNEL="cloudflared")),
    Fault("a custom tunnel without a command", "tunnel", "fail", "no command", "PILOT_TUNNEL_COMMAND",
          _set(PILOT_TUNNEL="custom")),
    Fault("a bot without a chat", "telegram", "warn", "no chat", "PILOT_TELEGRAM_CHAT_ID",
          _set(PILOT_TELEGRAM_TOKEN=TOKEN)),
    Fault("a chat without a bot", "telegram", "warn", "no bot token", "@BotFather", _set(PILOT_TELEGRAM_CHAT_ID="7")),
    Fault("half a pair of keys", "push", "warn", "only its public key", "both keys",
          _set(PILOT_VAPID_PUBLIC_KEY="B" * 87)),
    Fault("the clock was set back", "hub.clock", "warn", "2 days behind", "Set this machine's clock", _tomorrow),
    Fault("no certificate in its file", "certificate", "fail", "cannot be read", "rm ",
          lambda person: _no_certificate(person)),
)  # fmt: skip


def _no_certificate(person: HealthyHome) -> dict[str, str]:
    (person.home / "tls").mkdir(mode=0o700)
    _written("tls/hub.pem", "no certificate")(person)
    return {"PILOT_TLS": "true"}


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_a_planted_fault_is_found_and_nothing_else(person: HealthyHome, fault: Fault) -> None:
    extra = fault.plant(person) or {}
    before = _listing(person.home)
    found = person.found(**extra)
    check = found.of(fault.id)
    assert (check.status, fault.says in check.message, fault.fix in (check.fix or "")) == (fault.status, True, True), (
        check
    )
    assert found.wrong() == STOPPED | {fault.id: fault.status}
    assert found.exit_code == 1
    assert TOKEN not in found.printed
    assert _listing(person.home) == before  # looking changes nothing
    if fault.helps:
        _helped(person, fault.id, check.fix or "")


def _helped(person: HealthyHome, name: str, fix: str) -> None:
    try:
        person.carry_out(fix)
        assert person.look_again().of(name).status == "ok"
        assert person.look_again().wrong() == {}, "bridge and relay are told of the hub that was started"
    finally:
        person.carry_out("`pilot stop`")


def _listing(home: Path) -> dict[str, bytes]:
    return {str(path.relative_to(home)): path.read_bytes() for path in home.rglob("*") if path.is_file()}


def test_who_has_the_port_is_named(person: HealthyHome) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        found = person.found(PILOT_PORT=str(port))
    check = found.of("hub.port")
    assert found.wrong() == STOPPED | {"hub.port": "fail"}
    assert f"Port {port} is taken by " in check.message
    assert f"(pid {os.getpid()})" in check.message
    assert f"PILOT_PORT={port + 1}" in (check.fix or "")


def test_a_hub_that_hangs_is_told_from_none_and_ended_by_what_is_advised(person: HealthyHome) -> None:
    with running(person) as hub:
        hub.send_signal(signal.SIGSTOP)
        found = person.found()
        check = found.of("hub.alive")
        assert found.wrong() == STOPPED
        assert f"(pid {hub.pid})" in check.message
        assert "does not answer" in check.message
        assert (check.fix or "").startswith("Run `pilot stop`")
        hub.send_signal(signal.SIGCONT)
        assert person.look_again().wrong() == {}


def test_a_hub_whose_socket_was_removed(person: HealthyHome) -> None:
    with running(person):
        (person.home / "hub.sock").unlink()
        check = person.found().of("hub.file")
    assert (check.status, check.fix) == ("fail", "Run `pilot stop`, then `pilot up`.")
    assert "VS Code's windows do not find it" in check.message


def test_a_lock_that_somebody_else_holds_is_told(person: HealthyHome) -> None:
    with HubLock(person.home / "hub.lock") as lock:
        assert lock.acquire()
        found = person.found()
    assert found.wrong() == {"hub.alive": "fail", "hub.file": "fail"}
    assert f"(pid {os.getpid()}) holds" in found.of("hub.alive").message
    assert "is missing: nobody finds the hub" in found.of("hub.file").message


@pytest.mark.parametrize(
    ("version", "protocol", "status", "fix"),
    [("0.0.9", 1, "warn", "`pilot stop`, then `pilot up`"), ("9.0.0", 2, "fail", "pipx upgrade pilot-sidecar")],
)
def test_a_hub_of_another_version(person: HealthyHome, version: str, protocol: int, status: str, fix: str) -> None:
    with running(
        person, f"import pilot_sidecar\npilot_sidecar.__version__ = {version!r}\npilot_sidecar.PROTOCOL = {protocol}"
    ):
        found = person.found()
    check = found.of("hub.version")
    assert check.status == status
    assert re.search(rf"version {version}, (older|newer) than this command", check.message)
    assert fix in (check.fix or "")
    assert found.wrong().keys() <= {"hub.version", "vscode.extension"}


def test_a_hub_whose_clock_is_ahead(person: HealthyHome) -> None:
    code = "import time\nreal = time.time_ns\ntime.time_ns = lambda: real() + 5 * 3600 * 10**9"
    with running(person, code):
        check = person.found().of("hub.clock")
    assert check.status == "warn"
    assert "4 hours behind" in check.message or "5 hours behind" in check.message


def test_a_check_that_fails_itself_is_told_and_takes_no_other_with_it(
    person: HealthyHome, monkeypatch: pytest.MonkeyPatch
) -> None:
    from pilot_sidecar.cli.checks import run

    def broken(_scene: object) -> list[object]:
        raise RuntimeError("odd")

    monkeypatch.setitem(run.HEADINGS["Reach"], "reach", broken)
    found = person.look_again()
    assert found.of("check.reach").message == "Looking at “reach” failed: RuntimeError: odd"
    assert found.wrong() == STOPPED | {"check.reach": "fail"}


def test_a_large_history_is_looked_through_only_as_far_as_the_time_allows(
    person: HealthyHome, monkeypatch: pytest.MonkeyPatch
) -> None:
    from pilot_sidecar.cli.checks import database

    prepare(person.home / "pilot.db")
    assert person.look_again().of("files.database").message.startswith("The history is whole (")
    endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n"
    monkeypatch.setattr(database, "LOOK", endless)
    monkeypatch.setattr(database, "LOOK_S", 0.1)
    assert "as far as the time allowed" in person.look_again().of("files.database").message


def test_without_any_agent_it_says_which_there_are(person: HealthyHome, tmp_path: Path) -> None:
    found = person.found(PATH="/nonexistent", HOME=str(tmp_path), PILOT_HOME=str(tmp_path / "none"))
    assert found.wrong() == STOPPED | {"agents.any": "warn"}
    assert "opencode.ai" in (found.of("agents.any").fix or "")
