"""Who has a file open."""

import subprocess
import sys
from pathlib import Path

import pytest

from pilot_sidecar.infra.open_files import holder_of

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="other systems do not say")


def test_the_process_that_has_a_file_open_is_found(tmp_path: Path) -> None:
    path = tmp_path / "file"
    (tmp_path / "link").symlink_to(path)
    code = f"file = open({str(path)!r}, 'w'); print('open', flush=True); input()"
    with subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        assert holder_of(path) == holder_of(tmp_path / "link") == process.pid
        process.kill()
    assert holder_of(path) is None


def test_of_several_the_oldest_is_meant(tmp_path: Path) -> None:
    path = tmp_path / "file"
    child = "import time; time.sleep(60)"
    code = (
        f"import subprocess, sys; file = open({str(path)!r}, 'w'); "
        f"child = subprocess.Popen([sys.executable, '-c', {child!r}], pass_fds=[file.fileno()]); "
        "print('open', flush=True); input(); child.kill()"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        assert holder_of(path) == process.pid
        process.communicate(b"\n")


def test_we_ourselves_do_not_count(tmp_path: Path) -> None:
    path = tmp_path / "file"
    with path.open("w"):
        assert holder_of(path) is None
    assert holder_of(tmp_path / "missing") is None
