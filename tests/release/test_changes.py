"""Changes become a changelog, and a release sets one version everywhere."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from release.conftest import ROOT, copy_tree

KINDS = {"added", "changed", "removed", "fixed", "security"}
NAME = re.compile(r"[a-z0-9-]+\.(\w+)\.md")
NEEDED = (
    ".gitignore", "changes", "CHANGELOG.md", "README.md", "LICENSE", "pyproject.toml", "scripts", "sidecar",
    "docs/configuration.md",
    "extension/package.json", "extension/package.nls.json", "extension/src/protocol.gen.ts",
    "webview/js/protocol.gen.d.ts", "webview/js/calls.gen.js", "webview/js/asks/risk-rules.gen.js",
)  # fmt: skip
USER = ("-c", "user.name=Test", "-c", "user.email=test@localhost", "-c", "commit.gpgsign=false")


def test_each_change_says_its_kind_and_is_one_paragraph() -> None:
    others = {"README.md", "template.md.jinja"}
    wrong = []
    for path in (ROOT / "changes").iterdir():
        kind = NAME.fullmatch(path.name)
        if path.name not in others and (kind is None or kind[1] not in KINDS):
            wrong.append(f"{path.name}: <name>.<kind>.md, with a kind of {sorted(KINDS)}")
        elif path.name not in others and re.search(r"^\s*$|^[#*-]", path.read_text("utf-8").strip(), re.MULTILINE):
            wrong.append(f"{path.name}: one paragraph, please")
    assert wrong == []


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A repository of its own, with all that a release touches."""
    folder = copy_tree(NEEDED, tmp_path / "clone")
    _run(folder, "git", "init", "--quiet")
    _commit(folder)
    return folder


def _run(folder: Path, *command: str | Path, code: int = 0) -> str:
    paths = os.pathsep.join((str(folder / "sidecar"), str(folder / "scripts")))
    environ = {**os.environ, "PYTHONPATH": paths, "GIT_CONFIG_GLOBAL": os.devnull}
    environ.pop("PYTHONDONTWRITEBYTECODE", None)  # most people's Python does
    done = subprocess.run(command, cwd=folder, env=environ, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == code, done.stdout + done.stderr
    return done.stdout + done.stderr


def _commit(folder: Path) -> None:
    _run(folder, "git", "add", "--all")
    _run(folder, "git", *USER, "commit", "--quiet", "--message", "x")


def _release(folder: Path, *version: str, code: int = 0) -> str:
    return _run(folder, sys.executable, "scripts/release.py", *version, code=code)


@pytest.mark.skipif(shutil.which("node") is None, reason="node not found")
def test_a_release_sets_the_version_everywhere_and_writes_the_changelog(clone: Path) -> None:
    waiting = sorted(path.name for path in (clone / "changes").glob("*.*.md"))
    assert waiting, "there is something to release"
    assert "git tag v7.0.0" in _release(clone, "7.0.0")
    assert '__version__ = "7.0.0"' in (clone / "sidecar/pilot_sidecar/__init__.py").read_text()
    manifest = (clone / "extension/package.json").read_text("utf-8")
    assert json.loads(manifest)["version"] == "7.0.0"
    before = (ROOT / "extension/package.json").read_text("utf-8")
    assert len(manifest.splitlines()) == len(before.splitlines()), "its form stays"
    changelog = (clone / "CHANGELOG.md").read_text("utf-8")
    assert re.search(r"^## 7\.0\.0 \(20\d\d-\d\d-\d\d\)$", changelog, re.MULTILINE)
    assert len(re.findall(r"^- ", changelog, re.MULTILINE)) == len(waiting)
    assert "\n\n\n" not in changelog
    assert list((clone / "changes").glob("*.*.md")) == []
    _commit(clone)
    assert "nothing to tell" in _release(clone, "7.1.0", code=1)

    (clone / "changes/later.fixed.md").write_text("It was wrong,\n  and is right.\n")
    assert "not committed" in _release(clone, "7.1.0", code=1)
    pending = _run(clone, sys.executable, "scripts/changelog.py")
    assert pending.index("## Next (not released yet)") < pending.index("## 7.0.0")
    assert "\n- It was wrong, and is right.\n" in pending
    _commit(clone)
    assert "released already" in _release(clone, "7.0.0", code=1)
    assert "is older" in _release(clone, "6.9.9", code=1)
    assert "make release VERSION=7.1.0" in _release(clone, "v8", code=1)
    _release(clone, "7.0.1")
    changelog = (clone / "CHANGELOG.md").read_text("utf-8")
    assert changelog.index("## 7.0.1 (") < changelog.index("### Fixed") < changelog.index("## 7.0.0 (")
