"""Starting hubs: alone, at once, after a crash, on what is broken."""

import asyncio
import json
import os
import signal
import socket
import stat
from pathlib import Path

import pytest

from fakes.domain import open_domain
from fakes.hub_process import HubProcess, pilot, spawn, start_hub, wait_for_hub
from pilot_sidecar.integrations.ports import HubAddress
from pilot_sidecar.server import registry


def _mode(path: Path) -> int:
    return stat.S_IMODE(path.lstat().st_mode)


async def test_everything_is_private(hub: HubProcess) -> None:
    assert _mode(hub.home) == 0o700
    assert _mode(hub.home / "logs") == 0o700
    for name in ("hub.json", "hub.lock", "hub.sock", "tokens.json", "pilot.db", "logs/hub.log"):
        assert _mode(hub.home / name) == 0o600, name


async def test_hub_json_says_where_the_hub_is(hub: HubProcess) -> None:
    found = json.loads((hub.home / "hub.json").read_text())
    assert set(found) == {"pid", "url", "socket", "token", "version", "protocol"}
    assert found["pid"] == hub.process.pid
    assert (await hub.call("GET", "/health"))[1] == {
        "status": "ok",
        "version": found["version"],
        "protocol": found["protocol"],
    }


async def test_every_agent_has_a_state_before_the_hub_can_be_found(tmp_path: Path) -> None:
    async with open_domain(tmp_path) as services:
        connections = {agent.name: agent.attach(services, {"HOME": str(tmp_path)}) for agent in registry.agents()}
        for name, connection in connections.items():
            services.tasks.spawn(name, connection.run(HubAddress("http://127.0.0.1:1", "bridge", "hook")))
        await asyncio.sleep(0)
        assert {status.agent for status in services.agents.statuses()} == set(connections)


async def test_ten_started_at_once_end_as_one(tmp_path: Path) -> None:
    home = tmp_path / "home"
    processes = [await spawn(home, "up", "--no-open") for _ in range(10)]
    outputs = [asyncio.get_running_loop().create_task(process.communicate()) for process in processes]
    async with asyncio.timeout(40):
        while sum(process.returncode is None for process in processes) > 1:
            await asyncio.sleep(0.05)
    (winner,) = [process for process in processes if process.returncode is None]
    assert [process.returncode for process in processes if process is not winner] == [0] * 9
    found = await wait_for_hub(home, winner)
    winner.send_signal(signal.SIGTERM)
    texts = [out.decode() for out, _ in await asyncio.gather(*outputs)]
    assert sum(f"already running at {found['url']} (pid {winner.pid})" in text for text in texts) == 9


async def test_a_killed_hub_leaves_nothing_in_the_way(tmp_path: Path) -> None:
    home = tmp_path / "home"
    async with start_hub(home) as first:
        tokens = first.tokens
        first.process.kill()
        await first.process.wait()
        assert (home / "hub.json").exists()
        assert (home / "hub.sock").exists()
        async with start_hub(home) as second:
            assert second.hub["pid"] != first.hub["pid"]
            assert (await second.call("GET", "/api/snapshot"))[0] == 200
            assert second.tokens == tokens


async def test_tokens_survive_a_restart_and_hub_json_does_not_stay(tmp_path: Path) -> None:
    home = tmp_path / "home"
    async with start_hub(home) as first:
        token = first.token
        assert (await first.stop())[0] == 0
    assert not (home / "hub.json").exists()
    assert not (home / "hub.sock").exists()
    async with start_hub(home) as second:
        assert second.token == token


@pytest.mark.parametrize(
    "stale",
    [
        b"not json",
        b"[]",
        b'{"pid": "x"}',
        b'{"pid": 1, "url": "http://127.0.0.1:9", "socket": "", "token": "", "version": "0", "protocol": 1}',
    ],
)
async def test_a_stale_hub_json_is_replaced(tmp_path: Path, stale: bytes) -> None:
    home = tmp_path / "home"
    home.mkdir()
    (home / "hub.json").write_bytes(stale)
    assert (await pilot(home, "status"))[0] == 1
    async with start_hub(home) as hub:
        assert (await hub.call("GET", "/health"))[0] == 200


async def test_hub_json_of_another_hub_is_left_alone_at_exit(hub: HubProcess) -> None:
    other = json.dumps({**hub.hub, "pid": 1})
    (hub.home / "hub.json").write_text(other)
    await hub.stop()
    assert (hub.home / "hub.json").read_text() == other


async def test_a_taken_port_says_by_whom_and_what_to_do(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        code, out, err = await pilot(tmp_path / "home", "up", "--no-open", PILOT_PORT=str(port))
    assert (code, out) == (1, "")
    assert f"Port {port} on 127.0.0.1 is taken by" in err
    assert f"(pid {os.getpid()})" in err
    assert "PILOT_PORT=" in err
    assert "Traceback" not in err
    assert not (tmp_path / "home" / "hub.json").exists()


async def test_a_home_that_cannot_be_one_is_named(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("")
    for home in (file, file / "inside"):
        code, _, err = await pilot(home, "up", "--no-open")
        assert code == 1
        assert str(home) in err
        assert "PILOT_HOME" in err
        assert "Traceback" not in err


@pytest.mark.parametrize("name", ["hub.lock", "logs"])
async def test_a_file_that_is_not_ours_to_use_is_named(tmp_path: Path, name: str) -> None:
    """Root may read everything, so a folder stands in for a file, and a file for a folder."""
    home = tmp_path / "home"
    home.mkdir()
    if name == "logs":
        (home / name).write_text("")
    else:
        (home / name).mkdir()
    code, out, err = await pilot(home, "up", "--no-open")
    assert (code, out) == (1, "")
    assert str(home / name) in err
    assert "Traceback" not in err


@pytest.mark.parametrize(
    ("name", "broken"),
    [
        ("config.json", b"{ not json"),
        ("config.json", b"[1, 2]"),
        ("tokens.json", b"{}"),
        ("tokens.json", b'{"owner": 5, "hook": "x", "bridge": "y"}'),
        ("pilot.db", b"this is no database, and long enough to be looked at twice" * 50),
    ],
)
async def test_a_broken_file_is_set_aside_and_the_hub_starts(tmp_path: Path, name: str, broken: bytes) -> None:
    home = tmp_path / "home"
    home.mkdir()
    (home / name).write_bytes(broken)
    async with start_hub(home) as hub:
        assert (await hub.call("GET", "/api/snapshot"))[0] == 200
        (aside,) = home.glob(f"{name}.broken-*")
        assert aside.read_bytes() == broken
        assert name in hub.logs()


async def test_a_long_home_gets_its_socket_elsewhere(tmp_path: Path) -> None:
    home = tmp_path / ("long" * 30) / "home"
    runtime = tmp_path / "run"
    runtime.mkdir(mode=0o700)
    async with start_hub(home, XDG_RUNTIME_DIR=str(runtime)) as hub:
        path = Path(hub.socket)
        assert len(os.fsencode(path)) <= 100
        assert _mode(path) == 0o600
        assert _mode(path.parent) == 0o700


async def test_a_bad_setting_falls_back_alone_and_is_reported(tmp_path: Path) -> None:
    async with start_hub(tmp_path / "home", PILOT_PERMISSION_TIMEOUT="soon") as hub:
        _, view = await hub.call("GET", "/api/settings")
        assert "PILOT_PERMISSION_TIMEOUT" in view["problems"][0]  # type: ignore[index]
