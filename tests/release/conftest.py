"""Fixtures: the package as `make dist` builds it, and a copy of it built elsewhere, at another time."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCES = ("sidecar", "webview", "scripts", "pyproject.toml", "README.md", "LICENSE", "CHANGELOG.md", ".gitignore")
LIMIT_S = 60
LONG_AGO = 1_000_000_000


@dataclass(frozen=True)
class Built:
    """The sources, and what was made of them."""

    sources: Path
    wheel: Path
    sdist: Path


def copy_tree(names: Iterable[str], target: Path) -> Path:
    """Copy files of the checkout, committed or not, but nothing that git ignores."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", *names],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    for name in filter(None, listed.stdout.split("\0")):
        if (ROOT / name).is_file():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, target / name)
    return target


def build(sources: Path, target: Path, *command: str, **environ: str) -> Built:
    """Build both forms of the package."""
    inherited = {name: text for name, text in os.environ.items() if name != "SOURCE_DATE_EPOCH"}
    done = subprocess.run(
        [sys.executable, "-m", *command, str(target)],
        cwd=sources, env={**inherited, **environ}, capture_output=True, text=True, timeout=LIMIT_S, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    (wheel,), (sdist,) = target.glob("*.whl"), target.glob("*.tar.gz")
    return Built(sources, wheel, sdist)


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """As `make dist` does it: the wheel is made from the source package."""
    root = tmp_path_factory.mktemp("dist")
    return build(copy_tree(SOURCES, root / "here"), root / "made", "build", "--no-isolation", "--outdir")


@pytest.fixture(scope="session")
def built_elsewhere(built: Built, tmp_path_factory: pytest.TempPathFactory) -> Built:
    """The same sources on somebody else's disk: another folder, time zone, and umask; the wheel straight from them."""
    root = tmp_path_factory.mktemp("elsewhere")
    sources = root / "of" / "somebody else"
    shutil.copytree(built.sources, sources)
    for path in sources.rglob("*"):
        path.chmod(0o700 if path.is_dir() else 0o600)
        os.utime(path, (LONG_AGO, LONG_AGO))
    command = ("hatchling", "build", "-t", "sdist", "-t", "wheel", "-d")
    return build(sources, root / "made", *command, TZ="Asia/Kathmandu", LC_ALL="C")
