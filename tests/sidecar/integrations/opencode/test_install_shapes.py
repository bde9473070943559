"""The installer on files in every shape that users have: never damaged, always put back, or refused with what to do."""

import os
import stat
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from pilot_sidecar.core.manifest import Manifest, load_manifest
from pilot_sidecar.infra.jsonc import loads
from pilot_sidecar.integrations.opencode import writing
from pilot_sidecar.integrations.opencode.install import install
from pilot_sidecar.integrations.opencode.planning import plan_install
from pilot_sidecar.integrations.opencode.uninstall import uninstall
from pilot_sidecar.integrations.ports import InstallOptions

ENTRY = "./pilot/tui.js"
GOOD = {
    "plain": b'{"theme": "x"}',
    "trailing commas": b'{\n  "plugin": [\n    "a", // why\n  ],\n}\n',
    "CRLF and BOM": b'\xef\xbb\xbf{\r\n  // mine\r\n  "theme": "x",\r\n}\r\n',
    "CRLF, nothing in it": b"{\r\n}\r\n",
    "empty": b"",
    "only a comment": b"// nothing yet\n{}\n",
    "blank": b" \n\n",
    "tuples": b'{"plugin": [["a", {"b": [1, {"c": null}]}]], "z": {"plugin": "no"}}',
    "nested": b'{"a": ' + b"[" * 80 + b"]" * 80 + b"}",
    "huge": b'{"a": [' + b"1," * 15_000 + b'2], "plugin": []}',
    "without a line's end": b'{ "theme": "x" } // end',
}
BAD = {
    "not JSON": b"{ plugin: oops",
    "plugin is a text": b'{"plugin": "a"}',
    "plugin is null": b'{"plugin": null}',
    "a list": b"[]",
    "not in UTF-8": b'{"theme": "\xff"}',
    "UTF-16": '{"theme": "x"}'.encode("utf-16"),
    "nested too deeply": b'{"a": ' + b"[" * 20_000 + b"]" * 20_000 + b"}",
    "too large": b" " * (3 << 20),
}
Tree = dict[str, tuple[str, int, bytes]]


@pytest.fixture
def options(tmp_path: Path) -> InstallOptions:
    return InstallOptions(home=tmp_path / "home" / ".pilot", environ={"HOME": str(tmp_path / "home")}, offline=True)


@pytest.fixture
def config(tmp_path: Path) -> Path:
    folder = tmp_path / "home" / ".config" / "opencode"
    folder.mkdir(parents=True)
    return folder


def tree(folder: Path) -> Tree:
    """Return everything below a folder: what it is, its mode, what is in it."""
    found: Tree = {}
    for path in sorted(folder.rglob("*")):
        if path.is_relative_to(folder / ".pilot"):
            continue
        told = path.lstat()
        link = str(path.readlink()).encode() if path.is_symlink() else b""
        kind = "link" if link else "folder" if path.is_dir() else "file"
        content = path.read_bytes() if kind == "file" else link
        found[str(path.relative_to(folder))] = (kind, stat.S_IMODE(told.st_mode), content)
    return found


@pytest.mark.parametrize("name", ["tui.json", "tui.jsonc"])
@pytest.mark.parametrize("before", GOOD.values(), ids=GOOD)
def test_what_can_be_read_is_edited_backed_up_and_put_back(
    options: InstallOptions, config: Path, name: str, before: bytes
) -> None:
    path = config / name
    path.write_bytes(before)
    path.chmod(0o640)
    whole = tree(config.parents[1])
    report = install(options, "1.18.33")
    assert report.problems == []
    wanted, had = loads(path.read_text("utf-8")), loads(before.decode())
    assert isinstance(wanted, dict)
    assert isinstance(had, dict)
    assert wanted == {**had, "plugin": [ENTRY, *had.get("plugin", [])]}
    copies = [copy for copy in (options.home / "backups").rglob(name) if copy.is_file()]
    assert [copy.read_bytes() for copy in copies] == [before]
    assert copies[0].stat().st_mode & 0o777 == 0o600
    assert plan_install(options, "1.18.33").edits == []
    uninstall(options)
    assert tree(config.parents[1]) == whole


@pytest.mark.parametrize("before", BAD.values(), ids=BAD)
def test_what_cannot_be_read_stays_and_the_line_to_add_is_told(
    options: InstallOptions, config: Path, before: bytes
) -> None:
    (config / "tui.json").write_bytes(before)
    report = install(options, "1.18.33")
    assert (config / "tui.json").read_bytes() == before
    assert (config / "plugins" / "pilot.js").exists()
    assert report.problems == []
    assert any(f"Add “{ENTRY}” to “plugin”" in note for note in report.notes)
    assert plan_install(options, "1.18.33").edits == []
    assert uninstall(options).problems == []
    assert tree(config) == {"tui.json": ("file", 0o644, before)}


def test_a_read_only_file_is_left_alone(options: InstallOptions, config: Path) -> None:
    (config / "tui.json").write_text("{}")
    (config / "tui.json").chmod(0o444)
    report = install(options, None)
    assert (config / "tui.json").read_text() == "{}"
    assert any("it is read-only" in note and ENTRY in note for note in report.notes)


@pytest.mark.parametrize("added", ["", "\n// mine"], ids=["untouched", "edited"])
def test_a_file_that_became_read_only_is_told_and_tried_again(
    options: InstallOptions, config: Path, added: str
) -> None:
    path = config / "tui.json"
    path.write_text("{}")
    install(options, None)
    path.write_text(path.read_text() + added)
    before = path.read_bytes()
    path.chmod(0o444)
    assert "it is read-only" in uninstall(options).problems[0]
    assert path.read_bytes() == before
    path.chmod(0o644)
    assert uninstall(options).problems == []
    assert loads(path.read_text()) == {}


@pytest.mark.parametrize("make", [Path.mkdir, os.mkfifo], ids=["folder", "pipe"])
def test_what_is_no_file_is_left_alone(options: InstallOptions, config: Path, make: Callable[[Path], None]) -> None:
    make(config / "tui.json")
    before = tree(config) if (config / "tui.json").is_dir() else None
    report = install(options, None)
    assert report.problems == []
    assert len(report.notes) == 1
    assert "it is no file" in report.notes[0]
    assert uninstall(options).problems == []
    assert [path.name for path in config.iterdir()] == ["tui.json"]
    assert before is None or before == tree(config)


def test_a_folder_where_a_file_is_stops_it_before_anything_is_written(options: InstallOptions, config: Path) -> None:
    (config / "plugins").write_text("not a folder")
    report = install(options, None)
    assert [problem for problem in report.problems if "plugins is no folder" in problem]
    assert tree(config) == {"plugins": ("file", 0o644, b"not a folder")}
    assert not options.home.exists()


def test_a_file_of_the_users_in_our_place_is_theirs(options: InstallOptions, config: Path) -> None:
    (config / "plugins").mkdir()
    (config / "plugins" / "pilot.js").write_text("export default mine")
    assert "somebody else's file" in install(options, None).problems[0]
    assert (config / "plugins" / "pilot.js").read_text() == "export default mine"


def test_a_folder_of_dotfiles_that_a_link_leads_to(options: InstallOptions, tmp_path: Path) -> None:
    dotfiles = tmp_path / "home" / "dotfiles" / "opencode"
    dotfiles.mkdir(parents=True)
    (dotfiles / "tui.json").write_bytes(GOOD["CRLF and BOM"])
    (tmp_path / "home" / ".config").mkdir()
    (tmp_path / "home" / ".config" / "opencode").symlink_to(dotfiles)
    before = tree(tmp_path / "home")
    assert install(options, "1.18.33").problems == []
    assert (dotfiles / "plugins" / "pilot.js").exists()
    uninstall(options)
    assert tree(tmp_path / "home") == before


def test_a_link_to_a_file_that_is_not_there_yet_stays_a_link(options: InstallOptions, config: Path) -> None:
    (config / "tui.json").symlink_to(config.parent / "later.json")
    before = tree(config.parent)
    install(options, None)
    assert ENTRY in (config.parent / "later.json").read_text()
    uninstall(options)
    assert tree(config.parent) == before


def test_a_link_into_nowhere_is_told(options: InstallOptions, config: Path) -> None:
    (config / "tui.json").symlink_to(config / "gone" / "later.json")
    before = tree(config)
    report = install(options, None)
    assert any("which is not there" in note for note in report.notes)
    uninstall(options)
    assert tree(config) == before


def test_two_files_that_list_plugins_name_ours_once(options: InstallOptions, config: Path) -> None:
    (config / "tui.jsonc").write_text(f'{{"plugin": ["{ENTRY}"]}}')
    (config / "tui.json").write_text("{}")
    install(options, None)
    assert (config / "tui.json").read_text() == "{}"
    uninstall(options)
    assert loads((config / "tui.jsonc").read_text()) == {}


@pytest.mark.parametrize("variable", ["XDG_CONFIG_HOME", "OPENCODE_CONFIG_DIR"])
def test_where_opencode_looks(options: InstallOptions, tmp_path: Path, variable: str) -> None:
    other = tmp_path / "other"
    other.mkdir()
    named = InstallOptions(home=options.home, environ={**options.environ, variable: str(other)})
    install(named, "1.18.33")
    top = other if variable == "XDG_CONFIG_HOME" else tmp_path / "home" / ".config"
    assert (top / "opencode" / "plugins" / "pilot.js").exists()
    if variable == "OPENCODE_CONFIG_DIR":
        assert sorted(path.name for path in other.iterdir()) == ["node_modules", "package-lock.json", "package.json"]
    uninstall(named)
    assert tree(other) == {}


def test_no_home_in_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    options = InstallOptions(home=tmp_path / "pilot", environ={})
    install(options, None)
    assert (tmp_path / ".config" / "opencode" / "plugins" / "pilot.js").exists()


def test_what_somebody_writes_between_the_plan_and_its_turn_stays(
    options: InstallOptions, config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = config / "tui.json"
    path.write_text('{"theme": "before"}')
    written = writing.write_atomic

    def with_an_editor(target: Path, data: bytes, mode: int) -> None:
        path.write_text('{"theme": "after"}')
        written(target, data, mode)

    monkeypatch.setattr(writing, "write_atomic", with_an_editor)
    report = install(options, None)
    assert "changed by somebody else just now" in report.problems[0]
    assert path.read_text() == '{"theme": "after"}'
    monkeypatch.undo()
    assert install(options, None).problems == []
    uninstall(options)
    assert path.read_text() == '{"theme": "after"}'


def test_what_somebody_writes_while_the_copy_is_made_stays(
    options: InstallOptions, config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = config / "tui.json"
    path.write_text('{"theme": "before"}')
    saved = writing.save_manifest

    def with_an_editor(home: Path, agent: str, manifest: Manifest | None) -> None:
        if manifest is not None and manifest.entry(path) is not None:
            path.write_text('{"theme": "after"}')
        saved(home, agent, manifest)

    monkeypatch.setattr(writing, "save_manifest", with_an_editor)
    assert "changed by somebody else just now" in install(options, None).problems[0]
    monkeypatch.undo()
    assert path.read_text() == '{"theme": "after"}'
    uninstall(options)
    assert path.read_text() == '{"theme": "after"}'


@pytest.mark.parametrize("failing", [1, 6, *range(10, 16)])
@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), KeyboardInterrupt()], ids=["full", "Ctrl-C"])
def test_an_interrupted_installation_leaves_each_file_old_or_new(
    options: InstallOptions, config: Path, monkeypatch: pytest.MonkeyPatch, failing: int, error: BaseException
) -> None:
    before = GOOD["trailing commas"]
    (config / "tui.json").write_bytes(before)
    whole = tree(config.parents[1])
    monkeypatch.setattr(writing, "write_atomic", _failing_at(failing, error))
    if isinstance(error, KeyboardInterrupt):
        with pytest.raises(KeyboardInterrupt):
            install(options, "1.18.33")
    else:
        assert "No space left" in install(options, "1.18.33").problems[0]
    monkeypatch.undo()
    half = tree(config)
    assert half["tui.json"][2] == before or ENTRY.encode() in half["tui.json"][2]
    missing = [entry.path for entry in load_manifest(options.home, "opencode").entries if not Path(entry.path).exists()]
    assert len(missing) <= 1, "the record is true but for the file that was being written"
    if failing % 2:
        assert install(options, "1.18.33").problems == []
        assert plan_install(options, "1.18.33").edits == []
    uninstall(options)
    assert tree(config.parents[1]) == whole


def _failing_at(turn: int, error: BaseException) -> Callable[[Path, bytes, int], None]:
    turns = 0

    def write(path: Path, data: bytes, mode: int) -> None:
        nonlocal turns
        turns += 1
        if turns == turn:
            raise error
        path.write_bytes(data)
        path.chmod(mode)

    return write


def test_a_file_that_became_unreadable_since_is_told_and_tried_again(options: InstallOptions, config: Path) -> None:
    install(options, None)
    mine = (config / "tui.json").read_text()
    (config / "tui.json").write_text(mine + "}")
    report = uninstall(options)
    assert f"Remove “{ENTRY}” from it by hand" in report.problems[0]
    (config / "tui.json").write_text(mine)
    assert uninstall(options).problems == []
    assert tree(config) == {}


def test_what_another_pilot_took_over_is_left_to_it(options: InstallOptions, config: Path) -> None:
    other = InstallOptions(home=options.home.with_name(".pilot-too"), environ=options.environ)
    install(options, "1.18.33")
    install(other, "1.18.33")
    taken = tree(config)
    report = uninstall(options)
    assert [change.path for change in report.changes if "another Pilot" in change.note] == [config]
    assert tree(config) == taken
    assert not (options.home / "opencode").exists()
    uninstall(other)
    assert not list(config.rglob("*pilot*"))
    assert "pilot" not in (config / "tui.json").read_text()


def test_what_was_installed_elsewhere_goes_also_where_another_pilot_is_now(
    options: InstallOptions, config: Path, tmp_path: Path
) -> None:
    (config / "tui.json").write_bytes(GOOD["plain"])
    before = tree(config)
    install(options, None)
    elsewhere = {**options.environ, "XDG_CONFIG_HOME": str(tmp_path / "xdg")}
    install(InstallOptions(home=options.home.with_name(".pilot-too"), environ=elsewhere), None)
    theirs = tree(tmp_path / "xdg")
    uninstall(InstallOptions(home=options.home, environ=elsewhere))
    assert tree(config) == before
    assert tree(tmp_path / "xdg") == theirs


@pytest.mark.parametrize(
    "record", ["{", '{"agents": {"opencode": {"entries": 7}}}', None], ids=["torn", "newer", "none"]
)
def test_a_record_that_is_lost_leaves_nothing_of_ours(
    options: InstallOptions, config: Path, record: str | None
) -> None:
    (config / "tui.json").write_bytes(GOOD["CRLF and BOM"])
    before = tree(config)
    install(options, "1.18.33")
    path = options.home / "installed.json"
    path.write_text(record) if record else path.unlink()
    assert uninstall(options).problems == []
    assert tree(config) == before
    assert [path.read_text() for path in options.home.glob("installed.json.broken-*")] == [record] * bool(record)


def test_packages_that_the_user_added_since_stay_with_an_update(options: InstallOptions, config: Path) -> None:
    install(options, "1.18.33")
    mine = '{"dependencies": {"@opencode-ai/plugin": "1.18.33", "zod": "4"}}'
    (config / "package.json").write_text(mine)
    install(options, "1.19.0")
    assert (config / "package.json").read_text() == mine
    uninstall(options)
    assert (config / "package.json").read_text() == mine


def test_packages_of_the_users_own_are_nobodys_leftovers(options: InstallOptions, config: Path) -> None:
    install(options, "1.18.33")
    (options.home / "installed.json").unlink()
    (config / "package.json").write_text('{"dependencies": {"@opencode-ai/plugin": "1.18.33"}}')
    uninstall(options)
    assert (config / "package.json").exists()
    assert (config / "package-lock.json").exists()


def test_a_link_among_the_bridges_leads_nowhere(options: InstallOptions, config: Path, tmp_path: Path) -> None:
    documents = tmp_path / "documents"
    documents.mkdir()
    (documents / "precious").touch()
    (options.home / "opencode").mkdir(parents=True)
    for turn in (partial(install, options, None), partial(uninstall, options)):
        (options.home / "opencode" / "bridge-0.0.1").symlink_to(documents)
        assert turn().problems == []
        assert not (options.home / "opencode" / "bridge-0.0.1").exists()
    assert (documents / "precious").exists()
    assert list(config.iterdir()) == []


@pytest.mark.parametrize("name", ["plugins/pilot.js", "tui.json"])
def test_what_cannot_be_looked_at_is_told_and_the_rest_goes(
    options: InstallOptions, config: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(options, "1.18.33")
    looked = Path.read_bytes

    def refused(path: Path) -> bytes:
        if path == config / name:
            raise PermissionError(13, "Permission denied", str(path))
        return looked(path)

    monkeypatch.setattr(Path, "read_bytes", refused)
    report = uninstall(options)
    assert [
        problem for problem in report.problems if name in problem and "run `pilot uninstall opencode` again" in problem
    ]
    assert [path.name for path in config.rglob("*") if path.is_file()] == [Path(name).name]
    monkeypatch.undo()
    assert uninstall(options).problems == []
    assert list(config.iterdir()) == []
