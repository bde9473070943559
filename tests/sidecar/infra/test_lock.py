"""The lock of a home."""

import os
import subprocess
import sys
from pathlib import Path

from pilot_sidecar.infra.lock import HubLock, holder, is_held


def test_one_holds_it_and_the_others_do_not(tmp_path: Path) -> None:
    path = tmp_path / "hub.lock"
    assert not is_held(path)
    with HubLock(path) as first, HubLock(path) as second:
        assert first.acquire()
        assert not second.acquire()
        assert is_held(path)
        assert holder(path) == os.getpid()
        first.release()
        assert second.acquire()
    assert not is_held(path)


def test_looking_takes_nothing_away(tmp_path: Path) -> None:
    path = tmp_path / "hub.lock"
    with HubLock(path) as lock:
        assert lock.acquire()
    before = path.read_bytes()
    assert not is_held(path)
    assert path.read_bytes() == before


def test_it_is_free_once_its_process_was_killed(tmp_path: Path) -> None:
    path = tmp_path / "hub.lock"
    code = (
        "import sys; from pathlib import Path; from pilot_sidecar.infra.lock import HubLock\n"
        f"lock = HubLock(Path({str(path)!r})); assert lock.acquire(); print('held', flush=True); sys.stdin.read()"
    )
    process = subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    try:
        assert process.stdout
        assert process.stdout.readline() == b"held\n"
        assert is_held(path)
        assert holder(path) == process.pid
    finally:
        process.kill()
        process.communicate()
    assert not is_held(path)


def test_a_lock_whose_file_was_removed_is_no_longer_at_its_place(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    with HubLock(path) as lock:
        assert not lock.is_at(path)
        assert lock.acquire()
        assert lock.is_at(path)
        path.unlink()
        assert not lock.is_at(path)
        path.touch()
        assert not lock.is_at(path)
