"""Damaged, hostile and newer files: set aside with a word, never lost, never fatal where it can be helped."""

import json
import sqlite3
from pathlib import Path

import pytest

from fakes.domain import make_draft, open_domain
from pilot_sidecar.core.errors import BadRequestError, ConflictError, StorageError
from pilot_sidecar.core.settings import SettingsStore
from pilot_sidecar.core.settings_view import MASK


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
