"""Damaged, hostile and newer files: set aside with a word, never lost, never fatal where it can be helped."""

import json
import sqlite3
from pathlib import Path

import pytest

from fakes.clock import FakeClock
from fakes.domain import make_draft, open_domain
from pilot_sidecar.core.asks_model import Actor, DecisionRequest
from pilot_sidecar.core.audit import Audit, verify
from pilot_sidecar.core.errors import BadRequestError, ConflictError, StorageError
from pilot_sidecar.core.settings import MASK, SettingsStore


@pytest.mark.parametrize("content", [b"not a database" * 1000, b"SQLite format 3\x00" + b"\xff" * 5000])
async def test_a_corrupt_database_is_set_aside(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "pilot.db").write_bytes(content)
    async with open_domain(tmp_path) as services:
        await services.asks.open(make_draft())
    kept = list(tmp_path.glob("pilot.db.broken-*"))
    assert [path.read_bytes() for path in kept] == [content]


async def test_a_newer_database_is_refused_and_untouched(tmp_path: Path) -> None:
    async with open_domain(tmp_path):
        pass
    with sqlite3.connect(tmp_path / "pilot.db") as connection:
        connection.execute("PRAGMA user_version = 99")
    connection.close()
    with pytest.raises(StorageError, match="newer Pilot"):
        async with open_domain(tmp_path):
            pass
    assert not list(tmp_path.glob("*.broken-*"))


def store(home: Path, environ: dict[str, str] | None = None) -> SettingsStore:
    return SettingsStore(home, environ or {}, 1)


def test_settings_know_their_source(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text('{"port": 5000, "host": "saved", "PILOT_DEV": true}')
    (tmp_path / ".env").write_text(
        "PILOT_HOST=env-file\nexport PILOT_PERMISSION_TIMEOUT='60000' # a minute\nPILOT_PORT=1\n"
    )
    settings = store(tmp_path, {"PILOT_PORT": "6000"})
    found = {info.name: (info.value, info.source) for info in settings.view().settings}
    assert found["port"] == (6000, "shell")
    assert found["host"] == ("saved", "saved")
    assert found["dev"] == (True, "saved")
    assert found["permission_timeout"] == (60000, "env_file")
    assert found["tunnel"] == ("", "default")
    assert settings.problems == []


def test_one_bad_value_falls_back_alone(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text('{"port": 5000, "host": "here"}')
    settings = store(tmp_path, {"PILOT_PORT": "many"})
    assert (settings.current.port, settings.current.host) == (5000, "here")
    assert "PILOT_PORT" in settings.problems[0]


@pytest.mark.parametrize("content", ["{", "[]", "\x00", '{"a":' * 5000])
def test_a_broken_config_is_set_aside(tmp_path: Path, content: str) -> None:
    (tmp_path / "config.json").write_text(content)
    settings = store(tmp_path)
    assert settings.current.port == 4097
    assert "config.json could not be read" in settings.problems[0]
    assert (tmp_path / "config.json.broken-1").read_text() == content


def test_saving_leaves_secrets_as_they_are(tmp_path: Path) -> None:
    settings = store(tmp_path)
    changes = []
    settings.on_change(lambda: changes.append(settings.current.hook_token.get_secret_value()))
    settings.update({"hookToken": "s3cret", "port": 4100})
    assert MASK in str(settings.view())
    assert "s3cret" not in settings.view().encode().decode()
    settings.update({"hookToken": MASK, "port": None})
    assert json.loads((tmp_path / "config.json").read_text()) == {"hook_token": "s3cret"}
    assert (tmp_path / "config.json").stat().st_mode & 0o777 == 0o600
    assert changes == ["s3cret", "s3cret"]
    with pytest.raises(BadRequestError, match="PILOT_PORT"):
        settings.update({"port": 99999999})
    with pytest.raises(BadRequestError, match="no setting"):
        settings.update({"nope": 1})
    with pytest.raises(ConflictError, match="environment"):
        store(tmp_path, {"PILOT_PORT": "1"}).update({"port": 2})


async def test_the_audit_shows_what_was_changed(tmp_path: Path) -> None:
    path = tmp_path / "audit.jsonl"
    async with open_domain(tmp_path) as services:
        for number in range(4):
            services.audit.record("ask.decided", Actor(kind="owner"), ask=f"a{number}")
    async with open_domain(tmp_path) as services:
        services.audit.record("hub.stop", Actor(kind="owner"))
    assert list(verify(path)) == []
    lines = path.read_bytes().splitlines(keepends=True)
    assert len(lines) == 5
    for damaged in (
        [lines[0], lines[1].replace(b"a1", b"a9"), *lines[2:]],
        lines[:2] + lines[3:],
        [lines[1], lines[0], *lines[2:]],
    ):
        path.write_bytes(b"".join(damaged))
        assert list(verify(path)), "an edited, removed or reordered line went unnoticed"
    path.write_bytes(b"".join(lines) + b'{"at": 1, "act')
    async with open_domain(tmp_path) as services:
        Audit(path, services.store, FakeClock()).record("hub.stop", Actor(kind="owner"))
    assert list(verify(path)) == ["Line 6 is not readable."]


async def test_the_audit_says_how_each_ask_ended_once(tmp_path: Path) -> None:
    async with open_domain(tmp_path) as services:
        first = await services.asks.open(make_draft(id="per_1", timeout_ms=1000), None)
        await services.asks.open(make_draft(id="per_2"), None)
        request = DecisionRequest(kind="allow_once", digest=first.digest)
        for _ in range(3):
            await services.asks.decide("per_1", request, Actor(kind="device", name="Phone"), "key")
        await services.asks.resolve_elsewhere("per_2", Actor(kind="terminal"), "deny")
    entries = [json.loads(line) for line in (tmp_path / "audit.jsonl").read_text().splitlines()]
    found = [(entry["ask"], entry["by"]["kind"], entry["choice"]) for entry in entries]
    assert found == [("per_1", "device", "allow_once"), ("per_2", "terminal", "deny")]
