"""``pilot service`` as it is typed, with a stand-in for systemd that really starts what the unit says."""

import asyncio
import contextlib
import json
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from fakes.hub_process import pilot
from fakes.systemctl import stand_in
from pilot_sidecar.cli.autostart.ports import HubStart
from pilot_sidecar.cli.autostart.systemd import SystemdUser
from pilot_sidecar.cli.autostart.take_back import take_back


class User:
    """A user's home, odd enough, and their systemd."""

    def __init__(self, root: Path) -> None:
        self.home = root / "a pilot's 100% $HOME"
        self.config = root / "con fig"
        self.config.mkdir()
        self.systemd = stand_in(root / "systemd", self.config)
        self.environ = {
            "PATH": f"{self.systemd.root / 'bin'}:{os.environ['PATH']}", "XDG_CONFIG_HOME": str(self.config),
            "PILOT_TELEGRAM_TOKEN": "12345:s3cret",
        }  # fmt: skip

    @property
    def unit(self) -> Path:
        return self.systemd.unit

    def write_unit(self, home: Path, python: str = "/bin/false") -> bytes:
        """Write the unit of another Pilot, or of an older one."""
        text = SystemdUser({}).text(HubStart([python, "--service", str(home)], home))
        self.unit.parent.mkdir(parents=True)
        self.unit.write_bytes(text)
        return text

    async def service(self, *words: str, **extra: str) -> tuple[int, str, str]:
        return await pilot(self.home, "service", *words, **{**self.environ, **extra})

    async def json(self) -> dict[str, object]:
        return dict(json.loads((await self.service("status", "--json"))[1]))

    def hub_pid(self) -> int | None:
        try:
            return int(json.loads((self.home / "hub.json").read_text())["pid"])
        except (OSError, ValueError):
            return None


@pytest.fixture
def user(tmp_path: Path) -> Iterator[User]:
    user = User(tmp_path)
    yield user
    user.systemd.end()


async def test_a_hub_is_started_at_login_from_install_to_remove(user: User) -> None:
    user.home.mkdir()
    (user.home / ".env").write_text("PILOT_PORT=0\n")
    assert (await user.service())[0] == 1
    code, out, err = await user.service("install")
    assert (code, err) == (1, "")
    assert f"This will be written to {user.unit}:" in out
    assert "PILOT_PORT, PILOT_TELEGRAM_TOKEN" in out
    assert "s3cret" not in out
    assert "Nothing was changed." in out
    assert list(user.config.iterdir()) == []

    code, out, err = await user.service("install", "--yes")
    assert (code, err) == (0, ""), (user.systemd.root / "output").read_text()
    assert "Pilot is running at http://127.0.0.1:" in out
    asked = [call for call in user.systemd.calls() if not call.startswith(("show", "is-system"))]
    assert asked == [
        "daemon-reload", "reset-failed pilot.service", "enable pilot.service", "restart pilot.service",
    ]  # fmt: skip
    pid = user.systemd.pid
    assert pid is not None
    assert user.hub_pid() == pid
    running = dict(line.split("=", 1) for line in Path(f"/proc/{pid}/environ").read_text().split("\0") if line)
    assert running["PATH"].endswith(os.environ["PATH"].rpartition(":")[2])
    assert "PILOT_TELEGRAM_TOKEN" not in running
    assert user.unit.stat().st_mode & 0o777 == 0o644

    code, out, _ = await user.service("install")
    assert code == 0
    assert "nothing was changed" in out
    assert user.systemd.pid == pid, "it was not even started again"
    facts = await user.json()
    assert facts == {"installed": True, "atLogin": True, "running": True, "system": "systemd", "path": str(user.unit)}
    assert (await pilot(user.home, "up", "--service", str(user.home)))[0] == 0, "one too many ends well: no loop"

    assert (await pilot(user.home, "stop"))[0] == 0
    assert (await user.json())["running"] is False
    assert (await pilot(user.home, "up", "--detach"))[0] == 0
    by_hand = user.hub_pid()
    code, out, _ = await user.service("install", "--yes")
    assert code == 0
    assert f"(pid {by_hand}) is stopped" in out
    assert user.hub_pid() == user.systemd.pid != by_hand

    code, out, err = await user.service("remove")
    assert (code, err) == (0, "")
    assert user.systemd.pid is not None
    assert user.hub_pid() is None
    assert list(user.config.iterdir()) == []
    assert (await user.service("remove"))[:2] == (0, "The hub is not started at login; nothing was changed.\n")


async def test_without_a_systemd_of_the_users_nothing_is_written(user: User) -> None:
    user.systemd.say("offline")
    code, out, err = await user.service("install", "--yes")
    assert (code, out) == (1, "")
    assert err.startswith("pilot: systemd does not run for this user (offline).")
    assert "`pilot up --detach`" in err
    (user.systemd.root / "bin/systemctl").unlink()
    code, out, err = await user.service("install", "--yes", PATH=str(user.systemd.root / "bin"))
    assert (code, out) == (1, "")
    assert "has no systemd" in err
    assert list(user.config.iterdir()) == []


@pytest.mark.parametrize("before", [True, False])
async def test_what_systemd_refuses_leaves_all_as_it_was(user: User, before: bool) -> None:
    old = user.write_unit(user.home) if before else None
    user.systemd.fail("enable")
    code, out, err = await user.service("install", "--yes")
    assert code == 1
    assert "`systemctl --user enable pilot.service` failed: Failed to enable unit: it is broken." in err
    assert ("  -ExecStart=" in out) is before, "what changes is shown"
    assert (user.unit.read_bytes() if user.unit.exists() else None) == old
    assert before or list(user.config.iterdir()) == []


async def test_a_hub_that_does_not_come_up_is_told(user: User, tmp_path: Path) -> None:
    taken = await asyncio.start_server(lambda _r, w: w.close(), "127.0.0.1", 0)
    async with taken:
        user.home.mkdir()
        port = taken.sockets[0].getsockname()[1]
        (user.home / ".env").write_text(f"PILOT_PORT={port}\n")
        code, _, err = await user.service("install", "--yes")
    assert code == 1
    assert f"did not come up now: Port {port} on 127.0.0.1 is taken" in err
    assert "journalctl" in err


async def test_a_pilot_that_is_gone_is_told(user: User) -> None:
    user.write_unit(user.home, python="/gone/bin/python")
    code, out, _ = await user.service()
    assert code == 1
    assert "starts /gone/bin/python, which is not there any more" in out
    assert (await user.json())["atLogin"] is False
    assert "a program that is gone" in await doctors_word(user)


async def test_the_doctor_tells_of_a_service_that_is_set_up_and_not_used(user: User) -> None:
    assert await doctors_word(user) == ""
    user.write_unit(user.home)
    assert "systemd does not use it" in await doctors_word(user)
    link = user.unit.parent / "default.target.wants" / "pilot.service"
    link.parent.mkdir()
    link.symlink_to(user.unit)
    assert await doctors_word(user) == "The hub is started at login."


async def doctors_word(user: User) -> str:
    """Return what ``pilot doctor`` says of the service."""
    _, out, _ = await pilot(user.home, "doctor", "--json", **user.environ)
    return "".join(check["message"] for check in json.loads(out)["checks"] if check["id"] == "hub.service")


@pytest.mark.parametrize("words", [("install", "--yes"), ("remove",)])
async def test_a_unit_that_is_not_pilots_is_not_touched(user: User, words: tuple[str, ...]) -> None:
    user.unit.parent.mkdir(parents=True)
    user.unit.write_text("[Service]\nExecStart=/usr/bin/autopilot --service x\n")
    before = user.unit.read_bytes()
    code, _, err = await user.service(*words)
    assert code == 1
    assert "is not Pilot's" in err
    assert user.unit.read_bytes() == before


@pytest.mark.parametrize("make", [Path.mkdir, os.mkfifo], ids=["folder", "pipe"])
async def test_what_is_no_unit_stops_neither_uninstalling_nor_status(user: User, make: Callable[[Path], None]) -> None:
    user.unit.parent.mkdir(parents=True)
    make(user.unit)
    assert take_back(user.home, {**os.environ, **user.environ}) == []
    assert "not started at login" in (await user.service())[1]
    assert "is not Pilot's" in (await user.service("remove"))[2]
    assert user.unit.exists()


async def test_uninstalling_takes_back_the_service_of_this_home_only(user: User, tmp_path: Path) -> None:
    environ = {**os.environ, **user.environ, "HOME": str(tmp_path)}
    assert take_back(user.home, environ) == []
    user.write_unit(tmp_path / "another")
    assert take_back(user.home, environ) == []
    _, out, _ = await user.service()
    assert f"starts the hub of {tmp_path / 'another'} at login, not that of {user.home}" in out
    assert user.unit.exists()
    assert len(take_back(tmp_path / "another", environ)) == 1
    assert list(user.config.iterdir()) == []


async def test_a_hub_that_hangs_stays_stopped_once_it_was_ended_by_force(user: User) -> None:
    """systemd takes a kill for a failure, and would start it again."""
    user.write_unit(user.home)
    user.home.mkdir()
    script = (
        "import fcntl, os, signal, sys, time; f = open(sys.argv[1], 'w'); fcntl.flock(f, fcntl.LOCK_EX); "
        "signal.signal(signal.SIGTERM, signal.SIG_IGN); f.write(str(os.getpid())); f.flush(); time.sleep(60)"
    )
    lock = user.home / "hub.lock"
    hangs = await asyncio.create_subprocess_exec(sys.executable, "-c", script, str(lock))
    try:
        async with asyncio.timeout(10):
            while not lock.exists() or not lock.read_text():
                await asyncio.sleep(0.02)
        assert (await pilot(user.home, "stop", **user.environ))[:2] == (0, "Pilot stopped.\n")
    finally:
        with contextlib.suppress(ProcessLookupError):
            hangs.kill()
        await hangs.wait()
    assert user.systemd.calls() == ["stop pilot.service"]


def test_a_unit_that_cannot_be_removed_is_named(user: User, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    user.write_unit(user.home)

    def refuse(_path: Path, missing_ok: bool = False) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "unlink", refuse)
    (told,) = take_back(user.home, {**user.environ, "HOME": str(tmp_path)})
    assert told == f"{user.unit} stays, remove it by hand: Permission denied."


def test_a_service_is_removed_also_where_systemd_is_gone(user: User, tmp_path: Path) -> None:
    user.write_unit(user.home)
    wants = user.unit.parent / "default.target.wants" / "pilot.service"
    wants.parent.mkdir()
    wants.symlink_to(user.unit)
    environ = {**user.environ, "PATH": "", "HOME": str(tmp_path)}
    assert len(take_back(user.home, environ)) == 1
    assert list(user.config.iterdir()) == []


def test_dotfiles_stay_a_link_and_the_users_other_units_stay(user: User, tmp_path: Path) -> None:
    dotfiles = tmp_path / "dotfiles" / "pilot.service"
    dotfiles.parent.mkdir()
    user.unit.parent.mkdir(parents=True)
    user.unit.symlink_to(dotfiles)
    dotfiles.write_text("old")
    other = user.unit.with_name("mine.service")
    other.touch()
    system = SystemdUser({**os.environ, **user.environ, "HOME": str(tmp_path)})
    system.install(system.text(HubStart(["/bin/true", "--service", str(user.home)], user.home)))
    assert user.unit.is_symlink()
    assert b"/bin/true" in dotfiles.read_bytes()
    system.remove()
    assert not user.unit.is_symlink()
    assert other.exists()
