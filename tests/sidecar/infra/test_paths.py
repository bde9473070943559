"""Where things are."""

import os
import stat
from pathlib import Path

import pytest

from pilot_sidecar.infra.paths import SOCKET_BYTES, pilot_home, socket_path, webview_dir


def test_home_is_where_the_environment_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    assert pilot_home({}) == tmp_path / ".pilot"
    assert pilot_home({"PILOT_HOME": ""}) == tmp_path / ".pilot"
    assert pilot_home({"PILOT_HOME": "~/other"}) == tmp_path / "other"
    monkeypatch.chdir(tmp_path)
    assert pilot_home({"PILOT_HOME": "here"}) == tmp_path / "here"


def test_a_short_home_holds_its_socket() -> None:
    assert socket_path(Path("/h"), {}) == Path("/h/hub.sock")


def test_two_long_homes_have_sockets_of_their_own(tmp_path: Path) -> None:
    runtime = Path("/tmp") / f"pilot-test-{os.getpid()}"
    runtime.mkdir(mode=0o700)
    try:
        environ = {"XDG_RUNTIME_DIR": str(runtime)}
        paths = {socket_path(tmp_path / (letter * 120), environ) for letter in "ab"}
        assert len(paths) == 2
        for path in paths:
            assert len(os.fsencode(path)) <= SOCKET_BYTES
            assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    finally:
        (runtime / "pilot").rmdir()
        runtime.rmdir()


def test_a_runtime_folder_that_is_a_link_is_refused(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    runtime = Path("/tmp") / f"pilot-test-link-{os.getpid()}"
    runtime.mkdir(mode=0o700)
    (runtime / "pilot").symlink_to(tmp_path / "elsewhere")
    try:
        with pytest.raises(PermissionError, match="is a link"):
            socket_path(tmp_path / ("x" * 120), {"XDG_RUNTIME_DIR": str(runtime)})
    finally:
        (runtime / "pilot").unlink()
        runtime.rmdir()


def test_the_dashboard_is_found_in_a_checkout() -> None:
    assert (webview_dir() / "index.html").is_file()
