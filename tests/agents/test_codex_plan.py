"""What installing in the real Codex is said to do, and what it does then, with configurations of every shape."""

import os
import shutil
import stat
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from agents.harness.codex import CodexSandbox
from agents.harness.codex_home import FORMS, PEER, PLAIN, Home, NewHome, whats
from pilot_sidecar.integrations.codex import home as codex_homes
from pilot_sidecar.integrations.codex.config_file import Config
from pilot_sidecar.integrations.codex.plugin import PLUGIN_ID, VERSION, marketplace_dir
from pilot_sidecar.integrations.codex.relay import relay_path
from pilot_sidecar.integrations.codex.uninstall import uninstall
from pilot_sidecar.integrations.ports import HubAddress

HUB = HubAddress("http://127.0.0.1:4097", "bridge", "s3cret")
MORE = {
    "a plugin of the same name": b'[plugins."pilot@other"]\nenabled = false # mine\n\n[marketplaces.other]\n'
    b'source_type = "git"\nsource = "https://example.org/other.git"\n',
    "dotted keys": b'plugins."a@b".enabled = true\nhooks.state."/a:stop:0:0".trusted_hash = "sha256:ab" # mine\n',
    "an inline table of hooks": b'hooks = { Stop = [{ hooks = [{ type = "command", command = "true" }] }] }\n',
    "strings of many lines": b'notify = ["a", """b\n[hooks]\nendpoint = 1\n""", \'\'\'c\n#\'\'\']\n',
    "mixed line ends": b'model = "a"\r\n# one\n[features]\r\nmemories = false\n',
    "tabs and no spaces": b'model="a"\t#x\n\n\n\n[ features ]\n\tmemories=false\n\n\n',
}

TRUSTED = '\n[projects."/project{number}"]\ntrust_level = "trusted"\n'


@pytest.fixture
def new_home(codex: CodexSandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[NewHome]:
    monkeypatch.setenv("PATH", codex.environ["PATH"])
    numbers = iter(range(10))
    yield lambda config=PLAIN, name="": Home(codex, tmp_path / f"{next(numbers)}{name}", config)
    shutil.rmtree(tmp_path)


def snapshot(folder: Path) -> dict[str, tuple[int, int]]:
    """Return what would tell that something below a folder was touched."""
    found = [path for path in (folder, *folder.rglob("*")) if path.exists()]
    return {str(path): (path.lstat().st_mtime_ns, path.lstat().st_ino) for path in found}


@pytest.mark.parametrize("form", ["plain", "windows", "inline tables", "none", *MORE])
def test_what_is_planned_is_what_happens(
    new_home: NewHome, form: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(scratch))
    home = new_home({**FORMS, **MORE}[form], ' o\'dd "one"')
    before, left = home.bytes(), home.left()
    touched = snapshot(home.path.parent)
    plan = home.plan()
    assert snapshot(home.path.parent) == touched, "nothing was touched to find out"
    assert list(scratch.iterdir()) == []
    marketplace, config = plan.edits
    assert (marketplace.path, marketplace.before, marketplace.after) == (
        marketplace_dir(home.options.home), None, None,
    )  # fmt: skip
    assert (config.path, config.before, plan.problems) == (home.config, before, [])
    home.install()
    assert home.bytes() == config.after
    assert home.plan().edits == []
    home.uninstall()
    assert home.bytes() == before
    assert home.left() == left


def test_what_a_killed_plan_left_in_the_temporary_folder_goes_with_the_next(
    new_home: NewHome, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scratch, mine = tmp_path / "scratch", tmp_path / "mine"
    for folder in (scratch / "pilot-codex-killed", scratch / "pilot-codex-at-work", scratch / "other", mine):
        folder.mkdir(parents=True)
        (folder / "config.toml").write_text("a = 1")
    (scratch / "pilot-codex-link").symlink_to(mine)
    for old in ("pilot-codex-killed", "other", "pilot-codex-link"):
        os.utime(scratch / old, (0, 0), follow_symlinks=False)
    os.utime(mine, (0, 0))
    monkeypatch.setattr(tempfile, "tempdir", str(scratch))
    new_home().plan()
    assert sorted(path.name for path in scratch.iterdir()) == ["other", "pilot-codex-at-work", "pilot-codex-link"]
    assert (mine / "config.toml").exists()


def test_a_plan_is_quick_and_names_all_of_it(new_home: NewHome) -> None:
    home = new_home(PEER.encode())
    began = time.monotonic()
    plan = home.plan()
    assert time.monotonic() - began < 10  # 0.6 s on an idle machine; others may be using this one
    assert [edit.path.name for edit in plan.edits] == ["marketplace", "config.toml"]
    assert [edit.before for edit in plan.peer] == [PEER.encode()]
    assert b"endpoint" in (plan.edits[1].after or b""), "they stay without consent"
    home.options = replace(home.options, clean_peer=True, hub=HUB)
    keys, _, config, relay = home.plan().edits
    assert keys == plan.peer[0]
    assert b"endpoint" not in (keys.after or b"endpoint")
    assert config.before == keys.after
    assert relay.path == relay_path(home.options.home)
    assert "s3cret" not in repr(home.plan())
    report = home.install()
    assert home.bytes() == config.after
    (copy,) = home.options.home.glob("backups/*/opencode-pilot/**/config.toml")
    assert copy.read_bytes() == PEER.encode()
    assert any(str(copy.parents[0]).startswith(note.removeprefix("As it was before: ")) for note in report.notes)
    assert home.plan().edits == home.plan().peer == []


def test_changed_hooks_are_planned_without_an_edit_of_the_configuration(new_home: NewHome) -> None:
    home = new_home()
    home.install()
    (home.path / "plugins/cache/agent-pilot/pilot" / VERSION / "hooks/hooks.json").write_text("{}")
    (edit,) = home.plan().edits
    assert "asks for your trust again" in edit.note
    installed = home.bytes()
    home.install()
    assert home.bytes() == installed
    assert home.plan().edits == []


@pytest.mark.parametrize("what", ["read-only", "a link to nowhere", "broken", "of wrong types", "a folder", "foreign"])
def test_what_does_not_fit_is_refused_and_stays(new_home: NewHome, what: str) -> None:
    texts = {
        "broken": b"model = \n",
        "of wrong types": b"model = 5\n",
        "foreign": b'[marketplaces.agent-pilot]\nsource_type = "git"\nsource = "https://example.org/x.git"\n',
    }
    home = new_home(None if what in ("a folder", "a link to nowhere") else texts.get(what, PLAIN))
    if what == "a folder":
        home.config.mkdir()
    if what == "a link to nowhere":
        home.config.symlink_to("../nowhere/config.toml")
    if what == "read-only":
        home.config.chmod(0o444)
    before, left = snapshot(home.config), home.left()
    plan, report = home.plan(), home.install()
    assert (plan.edits, report.changes) == ([], [])
    assert plan.problems == report.problems
    assert plan.problems[0].endswith("Nothing was installed.")
    assert str(home.config) in plan.problems[0] or "model" in plan.problems[0]
    assert "pilot-codex-" not in plan.problems[0], "it speaks of the real folders"
    assert (snapshot(home.config), home.left()) == (before, left)
    assert home.own() == []
    if what == "foreign":
        home.uninstall()
        assert home.bytes() == texts["foreign"]


def test_a_home_that_is_a_link_stays_one(new_home: NewHome) -> None:
    home = new_home(FORMS["windows"])
    link = home.path.parent / "my dotfiles"
    link.symlink_to(home.path)
    home.options = replace(home.options, environ={**home.options.environ, "CODEX_HOME": str(link)})
    home.install()
    assert home.plan().edits == []
    home.trust()
    home.uninstall()
    assert link.is_symlink()
    assert home.bytes() == FORMS["windows"]


def test_a_configuration_that_was_a_link_to_no_file_is_one_again(new_home: NewHome) -> None:
    home = new_home(None)
    target = home.path.parent / "config.toml"
    home.config.symlink_to(target)
    home.install()
    assert target.exists()
    home.uninstall()
    assert home.config.is_symlink()
    assert not target.exists()


def test_a_codex_home_that_is_not_there_is_told(new_home: NewHome, codex: CodexSandbox) -> None:
    home = new_home()
    missing = home.path.parent / "missing"
    home.options = replace(home.options, environ={**home.options.environ, "CODEX_HOME": str(missing)})
    assert home.plan().problems == home.install().problems
    assert str(missing) in home.plan().problems[0]
    assert not missing.exists()


def test_what_codex_writes_while_it_is_installed_is_not_lost_later(
    new_home: NewHome, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A running Codex trusts a project, or moves to another model, at the very moment."""
    home = new_home()
    really = codex_homes.run_codex

    def meanwhile(*given: object) -> str:
        with home.config.open("a") as config:
            config.write(TRUSTED.format(number=1))
        monkeypatch.setattr(codex_homes, "run_codex", really)
        return really(*given)  # type: ignore[arg-type] # handed on as they came

    monkeypatch.setattr(codex_homes, "run_codex", meanwhile)
    home.install()
    installed = home.bytes()
    uninstall(replace(home.options, environ={**home.options.environ, "PATH": ""}))
    assert home.bytes() == installed, "not even where Codex is gone meanwhile"
    assert whats(home.uninstall())["config.toml"] == "edited"
    assert home.config.read_text() == PLAIN.decode() + TRUSTED.format(number=1)


def test_what_codex_writes_while_it_is_removed_is_not_lost(new_home: NewHome, monkeypatch: pytest.MonkeyPatch) -> None:
    home = new_home()
    home.install()
    really = codex_homes.run_codex

    def meanwhile(*given: object) -> str:
        said = really(*given)  # type: ignore[arg-type] # handed on as they came
        with home.config.open("a") as config:
            config.write(TRUSTED.format(number=len(home.config.read_text())))
        return said

    monkeypatch.setattr(codex_homes, "run_codex", meanwhile)
    assert whats(home.uninstall())["config.toml"] == "edited"
    text = home.config.read_text()
    assert text.startswith(PLAIN.decode())
    assert text.count("[projects.") == 2
    assert "pilot" not in text


def test_copies_are_there_whenever_something_of_the_users_changes(new_home: NewHome) -> None:
    home = new_home()
    home.install()
    home.config.write_text(home.config.read_text() + TRUSTED.format(number=1))
    changed = home.bytes()
    home.uninstall()
    copies = sorted(home.options.home.glob("backups/*/codex/**/config.toml"))
    assert {copy.read_bytes() for copy in copies} >= {changed}
    assert all(stat.S_IMODE(copy.stat().st_mode) == 0o600 for copy in copies)


def test_a_read_only_configuration_keeps_its_hooks_until_it_may_be_changed(new_home: NewHome) -> None:
    home = new_home()
    home.install()
    installed = home.bytes()
    home.config.chmod(0o444)
    report = home.uninstall()
    assert "is read-only" in report.problems[0]
    assert "run `pilot uninstall codex` again" in report.problems[0]
    assert home.bytes() == installed
    assert Config(home.path).has_plugin
    home.config.chmod(0o644)
    home.uninstall()
    assert home.bytes() == PLAIN
    assert PLUGIN_ID not in str(home.left())
