"""What is released: one version everywhere, the same bytes wherever they are made, everything in it that is needed."""

import hashlib
import json
import re
import tarfile
import zipfile
from email.message import Message
from email.parser import Parser
from pathlib import Path

import pytest

from pilot_sidecar import PROTOCOL, __version__
from release.conftest import ROOT, SOURCES, Built

VSIX = ROOT / "build/agent-pilot.vsix"


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _metadata(wheel: Path) -> Message:
    with zipfile.ZipFile(wheel) as archive:
        (name,) = [name for name in archive.namelist() if name.endswith(".dist-info/METADATA")]
        return Parser().parsestr(archive.read(name).decode())


def test_the_same_sources_make_the_same_bytes(built: Built, built_elsewhere: Built) -> None:
    assert _sha256(built.wheel.read_bytes()) == _sha256(built_elsewhere.wheel.read_bytes()), "the wheel"
    assert _sha256(built.sdist.read_bytes()) == _sha256(built_elsewhere.sdist.read_bytes()), "the source package"


def test_the_wheel_has_what_the_hub_needs_and_nothing_else(built: Built) -> None:
    with zipfile.ZipFile(built.wheel) as archive:
        inside = {name for name in archive.namelist() if ".dist-info/" not in name}
    product = {
        f"pilot_sidecar/{path.relative_to(built.sources / folder).as_posix()}"
        for folder, prefix in (("sidecar/pilot_sidecar", ""), ("", "webview"))
        for path in (built.sources / folder / prefix).rglob("*")
        if path.is_file() and not path.name.endswith(".d.ts")
    }
    assert inside == product
    assert {f"pilot_sidecar/{name}" for name in (
        "webview/index.html", "webview/sw.js", "integrations/demo/recording.jsonl", "py.typed",
        "integrations/opencode/assets/bridge/bridge.js", "integrations/opencode/assets/tui.js",
    )} <= inside  # fmt: skip


def test_the_source_package_is_enough_to_build_it(built: Built) -> None:
    with tarfile.open(built.sdist) as archive:
        roots = {name.split("/")[1] for name in archive.getnames() if "/" in name}
    assert roots == {*SOURCES, "PKG-INFO"}


def test_the_package_says_what_it_is(built: Built) -> None:
    about = _metadata(built.wheel)
    assert (about["Name"], about["Version"], about["License-Expression"]) == ("pilot-sidecar", __version__, "MIT")
    assert about["Requires-Python"] == ">=3.11"
    pythons = {name.rpartition(" ")[2] for name in about.get_all("Classifier", []) if "Python :: 3." in name}
    assert pythons == {"3.11", "3.12", "3.13"}
    uvloop = [need for need in about.get_all("Requires-Dist", []) if need.startswith("uvloop")]
    assert "sys_platform != 'win32'" in uvloop[0], "it does not exist there"
    readme = str(about.get_payload())
    assert readme.startswith("# Pilot")
    leading_nowhere = re.findall(r"\]\((?!https://)[^)]*\)", readme)
    assert leading_nowhere == [], "on a package index there is nothing beside the readme"
    with zipfile.ZipFile(built.wheel) as archive:
        (commands,) = [archive.read(name) for name in archive.namelist() if name.endswith("entry_points.txt")]
        (tag,) = [archive.read(name) for name in archive.namelist() if name.endswith("/WHEEL")]
    assert b"pilot = pilot_sidecar.__main__:main" in commands
    assert b"Tag: py3-none-any" in tag


def test_the_extension_is_the_same_version() -> None:
    manifest = json.loads((ROOT / "extension/package.json").read_text("utf-8"))
    assert (manifest["version"], manifest["pilot"]["protocol"]) == (__version__, PROTOCOL), "npm run release"


def test_the_extension_carries_the_same_wheel(built: Built) -> None:
    if not VSIX.exists():
        pytest.skip("run `make vsix` first")
    made = VSIX.stat().st_mtime
    sources = [path for name in ("sidecar", "webview") for path in (ROOT / name).rglob("*") if path.is_file()]
    if any(path.stat().st_mtime > made for path in sources if "__pycache__" not in path.parts):
        pytest.skip("the extension is older than its sources: run `make vsix`")
    with zipfile.ZipFile(VSIX) as archive:
        (carried,) = [name for name in archive.namelist() if name.endswith(".whl")]
        assert Path(carried).name == built.wheel.name
        assert _sha256(archive.read(carried)) == _sha256(built.wheel.read_bytes())
        changes = archive.read("extension/changelog.md").decode()
    assert f"## {__version__} (" in changes
