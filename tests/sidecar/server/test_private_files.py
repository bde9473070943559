"""What lies in Pilot's home is its owner's alone, from the first byte, whatever the umask."""

import asyncio
import os
import sqlite3
import stat
import sys
from pathlib import Path

import aiohttp
import pytest

from fakes import watched_hub
from fakes.hub_process import HubProcess, environment, wait_for_hub
from pilot_sidecar.core import schema
from pilot_sidecar.infra.files import private_dir, private_file, write_atomic

pytestmark = pytest.mark.skipif(os.name != "posix", reason="modes are POSIX's")
PERMISSION = {
    "session_id": "s1", "hook_event_name": "PermissionRequest", "cwd": "/home/dev/api", "tool_name": "Bash",
    "tool_input": {"command": "make"},
}  # fmt: skip


@pytest.fixture
def no_umask() -> object:
    before = os.umask(0)
    yield
    os.umask(before)


def open_to_others(folder: Path) -> list[str]:
    found = [folder, *folder.rglob("*")]
    return [f"{path}: {path.lstat().st_mode:o}" for path in found if path.lstat().st_mode & 0o077]


@pytest.mark.usefixtures("no_umask")
def test_folders_and_files_are_made_private(tmp_path: Path) -> None:
    home = private_dir(tmp_path / "some" / "where" / "home")
    private_file(home / "empty")
    write_atomic(home / "state.json", b"{}")
    assert open_to_others(tmp_path / "some") == []


@pytest.mark.usefixtures("no_umask")
def test_a_database_its_companions_and_its_backup_are_private(tmp_path: Path) -> None:
    home = private_dir(tmp_path / "home")
    path = home / "pilot.db"
    old = schema.connect(path)
    old.executescript(f"BEGIN;{schema.MIGRATIONS[0]};PRAGMA user_version = 1;COMMIT;")
    old.close()
    schema.prepare(path)
    connection = schema.connect(path)
    connection.execute("CREATE TABLE t (x)")
    names = {found.name for found in home.iterdir()}
    assert {"pilot.db", "pilot.db-wal", "pilot.db-shm", "pilot.db.v1.bak"} <= names
    assert open_to_others(home) == []
    connection.close()
    with sqlite3.connect(home / "pilot.db.v1.bak") as backup:
        assert backup.execute("PRAGMA user_version").fetchone() == (1,)
    backup.close()


async def test_a_hub_without_umask_opens_nothing_to_others(tmp_path: Path) -> None:
    home, report = tmp_path / "home", tmp_path / "report.txt"
    process = await asyncio.create_subprocess_exec(
        sys.executable, watched_hub.__file__, str(report), "up", "--no-open", env=environment(home),
        stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    try:
        found = await wait_for_hub(home, process)
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=30)) as client:
            hub = HubProcess(home, process, found, client)
            await use(hub)
            await until(lambda: (home / "logs/hub.log.1").exists() and (home / "pilot.db.search").exists())
            seen = {path.relative_to(home).as_posix() for path in home.rglob("*")}
            assert open_to_others(home) == []
            await hub.stop()
    finally:
        if process.returncode is None:
            process.kill()
            await process.communicate()
        process._transport.close()  # type: ignore[attr-defined] # or it warns when collected after the loop
    expected = {"pilot.db", "pilot.db-wal", "pilot.db-shm", "pilot.db.search", "hub.lock", "hub.sock", "hub.json"}
    assert expected <= seen
    assert {"config.json", "tokens.json", "audit.jsonl", "hooks", "hooks/opencode.json", "logs/hub.log.1"} <= seen
    assert open_to_others(home) == []
    assert not report.exists(), report.read_text()


async def use(hub: HubProcess) -> None:
    """Have the hub write whatever it writes."""
    await hub.call("PATCH", "/api/settings", {"values": {"permissionTimeout": 60_000}})
    _, link = await hub.call("POST", "/api/pair", {"scope": "view"})
    async with hub.client.post(hub.url + "/pair", json={"code": dict(link)["code"]}) as response:  # type: ignore[call-overload] # an object
        assert response.status == 200
    await hub.hook("UserPromptSubmit", {**PERMISSION, "hook_event_name": "UserPromptSubmit", "prompt": "hello"})
    await hub.call("GET", "/api/search?query=hello")
    for _ in range(40):  # each leaves a line in the log
        reader, writer = await asyncio.open_connection("127.0.0.1", int(hub.url.rpartition(":")[2]))
        writer.write(b"no http\r\n\r\n")
        await asyncio.wait_for(reader.read(), 5)
        writer.close()


async def until(met: object, limit_s: float = 10) -> None:
    assert callable(met)
    async with asyncio.timeout(limit_s):
        while not met():
            await asyncio.sleep(0.02)


def test_the_watch_sees_what_is_open(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watched_hub, "HOME", str(tmp_path))
    monkeypatch.setattr(watched_hub, "REPORT", tmp_path / "report")
    (tmp_path / "open").touch(0o644)
    tmp_path.chmod(0o700)
    watched_hub.look(str(tmp_path))
    assert (tmp_path / "report").read_text() == "644 open\n"
    assert stat.S_IMODE((tmp_path / "report").stat().st_mode) == 0o600
