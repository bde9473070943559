"""The installer on a user's files, without OpenCode."""

import os
from pathlib import Path

import pytest

from pilot_sidecar.integrations.opencode.detect import judge
from pilot_sidecar.integrations.opencode.install import install
from pilot_sidecar.integrations.opencode.planning import plan_install
from pilot_sidecar.integrations.opencode.uninstall import uninstall
from pilot_sidecar.integrations.ports import InstallOptions, InstallReport

COMMENTED = '{\r\n  // mine\r\n  "plugin": ["./other.js"], // keep\r\n}\r\n'


@pytest.fixture
def options(tmp_path: Path) -> InstallOptions:
    return InstallOptions(home=tmp_path / "pilot", environ={"HOME": str(tmp_path / "home")}, offline=True)


@pytest.fixture
def config(tmp_path: Path) -> Path:
    folder = tmp_path / "home" / ".config" / "opencode"
    folder.mkdir(parents=True)
    return folder


def tree(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def whats(report: InstallReport) -> set[str]:
    return {change.what for change in report.changes}


def test_nothing_is_left_behind(options: InstallOptions, tmp_path: Path) -> None:
    assert whats(install(options, "1.18.33")) == {"created"}
    assert whats(install(options, "1.18.33")) == set()
    assert whats(uninstall(options)) == {"removed"}
    assert list((tmp_path / "home").glob("**/*")) == []
    assert [path.name for path in options.home.iterdir()] == []


def test_a_commented_file_is_restored_byte_for_byte(options: InstallOptions, config: Path) -> None:
    (config / "tui.jsonc").write_bytes(COMMENTED.encode())
    before = tree(config)
    install(options, None)
    assert b'["./pilot/tui.js", "./other.js"], // keep\r\n' in (config / "tui.jsonc").read_bytes()
    install(options, None)
    uninstall(options)
    assert tree(config) == before


def test_a_file_changed_since_loses_only_our_entry(options: InstallOptions, config: Path) -> None:
    install(options, None)
    path = config / "tui.json"
    path.write_text(path.read_text().replace("{\n", '{\n  "theme": "mine",\n', 1))
    uninstall(options)
    assert "mine" in path.read_text()
    assert "pilot" not in path.read_text()


def test_a_file_that_cannot_be_read_is_kept(options: InstallOptions, config: Path) -> None:
    (config / "tui.json").write_text("{ plugin: oops")
    report = install(options, None)
    assert (config / "tui.json").read_text() == "{ plugin: oops"
    assert any("./pilot/tui.js" in note for note in report.notes)


def test_a_link_is_followed(options: InstallOptions, config: Path, tmp_path: Path) -> None:
    target = tmp_path / "dotfiles.json"
    target.write_text('{ "plugin": [] }\n')
    (config / "tui.json").symlink_to(target)
    install(options, None)
    assert "./pilot/tui.js" in target.read_text()
    uninstall(options)
    assert (config / "tui.json").is_symlink()
    assert target.read_text() == '{ "plugin": [] }\n'


def test_packages_of_the_users_own_are_not_touched(options: InstallOptions, config: Path) -> None:
    (config / "package.json").write_text('{"dependencies": {"zod": "*"}}')
    install(options, "1.18.33")
    assert not (config / "package-lock.json").exists()
    assert not (config / "node_modules").exists()


def test_plugins_of_the_users_own_keep_opencodes_packages_real(options: InstallOptions, config: Path) -> None:
    (config / "plugins").mkdir()
    (config / "plugins" / "mine.js").write_text("export default {}")
    install(options, "1.18.33")
    assert not (config / "package.json").exists()


def test_the_record_was_lost(options: InstallOptions, config: Path) -> None:
    install(options, None)
    (options.home / "installed.json").unlink()
    uninstall(options)
    assert not (config / "plugins" / "pilot.js").exists()
    assert "pilot" not in ((config / "tui.json").read_text() if (config / "tui.json").exists() else "")


def test_an_older_version_makes_way(options: InstallOptions) -> None:
    old = options.home / "opencode" / "bridge-0.0.1-aaaa"
    old.mkdir(parents=True)
    (old / "index.js").write_text("// pilot-bridge 0.0.1-aaaa\n")
    install(options, None)
    assert not old.exists()
    assert len(list(old.parent.glob("bridge-*"))) == 1


def test_the_other_plugin_with_a_remote_command_is_named(options: InstallOptions, config: Path) -> None:
    (config / "opencode.json").write_text('{"plugin": ["opencode-pilot"]}')
    assert [edit.path.name for edit in plan_install(options, None).peer] == ["opencode.json"]


@pytest.mark.skipif(os.name != "posix", reason="modes are POSIX")
def test_the_code_is_private_and_holds_no_secret(options: InstallOptions) -> None:
    install(options, None)
    bridge = next((options.home / "opencode").glob("bridge-*"))
    assert {path.stat().st_mode & 0o777 for path in bridge.iterdir()} == {0o600}
    assert not any(b"__PILOT" in path.read_bytes() for path in bridge.iterdir())


@pytest.mark.parametrize(
    ("version", "supported"), [("1.18.33", True), ("1.19.0", True), ("1.17.9", False), ("2.0.0", False)]
)
def test_versions(version: str, supported: bool) -> None:
    found = judge(version)
    assert found.supported is supported
    assert bool(found.message) is (version != "1.18.33")


@pytest.mark.parametrize("before", [None, COMMENTED], ids=["made by us", "made by them"])
def test_edits_made_between_two_installations_survive(
    options: InstallOptions, config: Path, before: str | None
) -> None:
    path = config / "tui.json"
    if before:
        path.write_bytes(before.encode())
    install(options, None)
    path.write_bytes(path.read_bytes().replace(b"{", b'{ "theme": "dark",', 1))
    install(options, None)
    uninstall(options)
    assert b"dark" in path.read_bytes()
    assert b"pilot" not in path.read_bytes()


def test_a_file_written_anew_since_is_restored_as_it_was_then(options: InstallOptions, config: Path) -> None:
    path = config / "tui.json"
    path.write_text('{ "theme": "old" }\n')
    install(options, None)
    path.write_text('{ "theme": "new" }\n')
    install(options, None)
    uninstall(options)
    assert path.read_text() == '{ "theme": "new" }\n'


def test_a_private_file_stays_private(options: InstallOptions, config: Path) -> None:
    path = config / "tui.json"
    path.write_text("{}\n")
    path.chmod(0o600)
    install(options, None)
    assert path.stat().st_mode & 0o777 == 0o600
