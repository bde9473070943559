"""What opencode-pilot left behind: found in every shape, removed only when agreed to, with a copy."""

from dataclasses import replace
from pathlib import Path

import pytest

from pilot_sidecar.core.backups import forget_all
from pilot_sidecar.infra.jsonc import loads
from pilot_sidecar.integrations.opencode import writing
from pilot_sidecar.integrations.opencode.install import install
from pilot_sidecar.integrations.opencode.planning import plan_install
from pilot_sidecar.integrations.opencode.uninstall import uninstall
from pilot_sidecar.integrations.ports import InstallOptions

LISTED = (
    b'{\r\n  // mine\r\n  "plugin": [\r\n    "@lesquel/opencode-pilot@latest", // theirs\r\n    "zod",\r\n  ],\r\n}\r\n'
)
WRAPPER = b'export { default } from "@lesquel/opencode-pilot/server"\n'


@pytest.fixture
def options(tmp_path: Path) -> InstallOptions:
    return InstallOptions(home=tmp_path / "pilot", environ={"HOME": str(tmp_path)}, offline=True)


@pytest.fixture
def config(tmp_path: Path) -> Path:
    folder = tmp_path / ".config" / "opencode"
    (folder / "plugins").mkdir(parents=True)
    (folder / "opencode.json").write_bytes(LISTED)
    (folder / "tui.json").write_bytes(LISTED)
    (folder / "plugins" / "opencode-pilot.ts").write_bytes(WRAPPER)
    (folder / "plugins" / "opencode-pilot-mine.ts").write_text("mine")
    return folder


def test_without_consent_it_is_only_named(options: InstallOptions, config: Path) -> None:
    left = {edit.path.name: edit.after is None for edit in plan_install(options, None).peer}
    assert left == {"opencode.json": False, "tui.json": False, "opencode-pilot.ts": True}
    install(options, None)
    assert (config / "opencode.json").read_bytes() == LISTED
    assert (config / "plugins" / "opencode-pilot.ts").read_bytes() == WRAPPER
    assert "@lesquel/opencode-pilot@latest" in (config / "tui.json").read_text()


def test_with_consent_it_goes_and_does_not_come_back(options: InstallOptions, config: Path) -> None:
    report = install(replace(options, clean_peer=True), None)
    assert report.problems == []
    assert loads((config / "opencode.json").read_text()) == {"plugin": ["zod"]}
    assert loads((config / "tui.json").read_text()) == {"plugin": ["./pilot/tui.js", "zod"]}
    assert b"  // mine\r\n" in (config / "tui.json").read_bytes()
    assert not (config / "plugins" / "opencode-pilot.ts").exists()
    assert (config / "plugins" / "opencode-pilot-mine.ts").read_text() == "mine"
    copies = {path.name: path.read_bytes() for path in (options.home / "backups").rglob("opencode-pilot/.config/*/*")
              if path.is_file()}  # fmt: skip
    assert copies == {"opencode.json": LISTED, "tui.json": LISTED}
    assert plan_install(options, None).peer == []
    uninstall(options)
    assert loads((config / "tui.json").read_text()) == {"plugin": ["zod"]}
    (left,) = forget_all(options.home)
    assert (left / ".config" / "opencode" / "plugins" / "opencode-pilot.ts").read_bytes() == WRAPPER


def test_it_can_go_later_from_a_file_that_names_ours_already(options: InstallOptions, config: Path) -> None:
    install(options, None)
    install(replace(options, clean_peer=True), None)
    assert loads((config / "tui.json").read_text()) == {"plugin": ["./pilot/tui.js", "zod"]}
    uninstall(options)
    assert loads((config / "tui.json").read_text()) == {"plugin": ["zod"]}


@pytest.mark.parametrize(
    ("entry", "theirs"),
    [
        ('"@lesquel/opencode-pilot"', True),
        ('"opencode-pilot@1.2"', True),
        ('["@lesquel/opencode-pilot@latest", {"a": 1}]', True),
        ('"file:///srv/opencode-pilot/src/index.ts"', True),
        ('"opencode-pilots"', False),
        ('"my-opencode-pilot"', False),
    ],
)
def test_which_entries_are_theirs(options: InstallOptions, tmp_path: Path, entry: str, theirs: bool) -> None:
    folder = tmp_path / ".config" / "opencode"
    folder.mkdir(parents=True)
    (folder / "opencode.jsonc").write_text(f'{{"plugin": [{entry}]}}')
    assert bool(plan_install(options, None).peer) is theirs


def test_what_cannot_be_edited_is_told(options: InstallOptions, config: Path) -> None:
    (config / "opencode.json").write_text('{"plugin": ["opencode-pilot",}')
    plan = plan_install(options, None)
    assert any("Remove its entry from “plugin” by hand" in note for note in plan.notes)
    assert "opencode.json" not in {edit.path.name for edit in plan.peer}


@pytest.mark.parametrize("name", ["tui.json", "command/remote.md"])
def test_what_somebody_changes_before_its_turn_stays(
    options: InstallOptions, config: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    folder = config if name == "tui.json" else tmp_path / ".opencode"
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(LISTED)
    written = writing.write_atomic

    def with_an_editor(target: Path, data: bytes, mode: int) -> None:
        if target.name == "opencode.json":
            path.write_text("mine")
        written(target, data, mode)

    monkeypatch.setattr(writing, "write_atomic", with_an_editor)
    assert "changed by somebody else just now" in install(replace(options, clean_peer=True), None).problems[0]
    assert path.read_text() == "mine"
