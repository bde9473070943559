"""Giving the real Codex Pilot's hooks, and taking them away again."""

import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from agents.harness.codex import READY, REPO, REVIEW, CodexSandbox, CodexTui
from agents.harness.codex_home import FORMS, MINE, OWN_HOOK, PEER, PLAIN, Home, NewHome, whats
from agents.harness.hub import Client, Hub
from agents.harness.terminal import Terminal
from agents.harness.waiting import wait_until
from pilot_sidecar.core.manifest import Manifest
from pilot_sidecar.integrations.codex.home import CodexHome
from pilot_sidecar.integrations.codex.plugin import PLUGIN_ID, VERSION, marketplace_dir
from pilot_sidecar.integrations.codex.record import Record, installed_homes
from pilot_sidecar.integrations.codex.relay import relay_path, write_relay
from pilot_sidecar.integrations.codex.uninstall import uninstall
from pilot_sidecar.integrations.ports import Change, HubAddress


@pytest.fixture
def new_home(codex: CodexSandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[NewHome]:
    monkeypatch.setenv("PATH", codex.environ["PATH"])
    numbers = iter(range(10))
    yield lambda config=PLAIN: Home(codex, tmp_path / str(next(numbers)), config)
    shutil.rmtree(tmp_path)


@pytest.mark.parametrize("form", FORMS)
def test_every_byte_is_restored(new_home: NewHome, form: str) -> None:
    home = new_home(FORMS[form])
    before = home.left()
    made = "edited" if home.bytes() is not None else "created"
    assert whats(home.install()) == {"marketplace": "created", "config.toml": made}
    installed = home.bytes()
    assert installed_homes(home.options.home) == [home.path]
    assert whats(home.install()) == {"marketplace": "unchanged", "config.toml": "unchanged"}
    assert home.bytes() == installed
    undone = "removed" if FORMS[form] is None else "restored"
    assert whats(home.uninstall()) == {"config.toml": undone, "marketplace": "removed"}
    assert home.bytes() == FORMS[form]
    assert home.left() == before
    assert home.own() == []
    assert whats(home.uninstall()) == {}


@pytest.mark.parametrize("form", FORMS)
def test_every_byte_is_restored_when_the_hooks_were_trusted_meanwhile(new_home: NewHome, form: str) -> None:
    home = new_home(FORMS[form])
    before = home.left()
    home.install()
    assert home.trusts() == {"untrusted"}, "trust is the user's alone"
    home.trust()
    assert home.trusts() == {"trusted"}
    trusted = home.bytes()
    home.install()
    assert home.bytes() == trusted, "installing again touches no trust"
    assert home.trusts() == {"trusted"}
    home.uninstall()
    assert home.bytes() == FORMS[form]
    assert home.left() == before


def test_what_the_user_wrote_meanwhile_stays(new_home: NewHome) -> None:
    home = new_home((MINE + OWN_HOOK).encode())
    home.install()
    home.trust(all_hooks=True)
    with home.config.open("a") as config:
        config.write('\n# new\n[projects."/a"]\ntrust_level = "trusted"\n')
    home.install()
    assert whats(home.uninstall())["config.toml"] == "edited"
    text = home.config.read_text()
    assert "pilot" not in text.replace(str(home.path), "")
    assert text.count("trusted_hash") == 1, "their own hook stays trusted"
    assert all(line in text for line in ("# mine", "# keep", "# new", 'trust_level = "trusted"'))


def test_a_plugin_that_is_switched_off_stays_off(new_home: NewHome) -> None:
    home = new_home()
    home.install()
    off = home.config.read_text().replace("enabled = true", "enabled = false")
    home.config.write_text(off)
    report = home.install()
    assert home.config.read_text() == off
    assert any("switched off" in note for note in report.notes)
    home.uninstall()
    assert home.bytes() == PLAIN


def test_changed_hooks_reach_codex(new_home: NewHome) -> None:
    home = new_home()
    home.install()
    copy = home.path / "plugins/cache/agent-pilot/pilot" / VERSION / "hooks/hooks.json"
    copy.write_text('{"hooks": {}}')
    home.install()
    assert {str(hook["eventName"]) for hook in home.hooks()} >= {"permissionRequest", "stop"}
    home.uninstall()
    assert home.bytes() == PLAIN


def test_a_linked_configuration_stays_a_link(new_home: NewHome) -> None:
    home = new_home(None)
    target = home.path.parent / "dotfiles.toml"
    target.write_bytes(FORMS["windows"] or b"")
    home.config.symlink_to(target)
    home.install()
    home.trust()
    home.uninstall()
    assert home.config.is_symlink()
    assert target.read_bytes() == FORMS["windows"]


def test_hooks_that_are_installed_while_the_hub_runs_reach_it(new_home: NewHome) -> None:
    home = new_home()
    home.install()
    assert not relay_path(home.options.home).exists()
    home.options = replace(home.options, hub=HubAddress("http://127.0.0.1:4097", "bridge", "hook"))
    home.install()
    assert "Bearer hook" in relay_path(home.options.home).read_text()
    assert whats(home.uninstall())["codex.curlrc"] == "removed"
    assert home.own() == []


def test_a_home_that_does_not_exist_yet_is_made_and_goes_again(new_home: NewHome) -> None:
    home = new_home(None)
    user = home.path.parent / "user"
    user.mkdir()
    environ = {name: value for name, value in home.options.environ.items() if name != "CODEX_HOME"}
    home.options = replace(home.options, environ={**environ, "HOME": str(user)})
    assert whats(home.install()) == {"marketplace": "created", "config.toml": "created"}
    assert installed_homes(home.options.home) == [user / ".codex"]
    assert whats(home.uninstall()) == {"config.toml": "removed", "marketplace": "removed"}
    assert [path for path in user.rglob("*") if path.relative_to(user / ".codex").parts[:1] not in ((), ("tmp",))] == []


def test_each_home_is_left_however_codex_is_pointed_now(new_home: NewHome) -> None:
    one, two = new_home(FORMS["windows"]), new_home()
    two.options = replace(two.options, home=one.options.home)
    one.install()
    two.install()
    assert installed_homes(one.options.home) == [one.path, two.path]
    elsewhere = {**one.options.environ, "CODEX_HOME": str(one.path.parent / "other")}
    report = uninstall(replace(one.options, environ=elsewhere))
    assert [(change.path, change.what) for change in report.changes[:2]] == [
        (one.config, "restored"),
        (two.config, "restored"),
    ]
    assert (one.bytes(), two.bytes()) == (FORMS["windows"], PLAIN)
    assert installed_homes(one.options.home) == []


def test_a_lost_record_loses_nothing(new_home: NewHome) -> None:
    home = new_home()
    home.install()
    home.trust()
    (home.options.home / "installed.json").unlink()
    home.uninstall()
    assert home.bytes() == PLAIN
    home.install()
    (home.options.home / "installed.json").unlink()
    assert whats(home.install())["config.toml"] == "unchanged"
    assert installed_homes(home.options.home) == [home.path]
    home.uninstall()
    assert home.bytes() == PLAIN


def test_what_codex_was_told_to_remove_is_not_looked_for(new_home: NewHome) -> None:
    home = new_home()
    before = home.left()
    home.install()
    home.trust()
    for command in (["remove", PLUGIN_ID], ["marketplace", "remove", "agent-pilot"]):
        subprocess.run(["codex", "plugin", *command], env=home.options.environ, check=True, capture_output=True)
    home.uninstall()
    assert home.left() == before
    assert home.bytes() == PLAIN


@pytest.mark.parametrize("agrees", [True, False])
def test_keys_of_opencode_pilot_go_only_with_consent(new_home: NewHome, agrees: bool) -> None:
    home = new_home(PEER.encode())
    home.options = replace(home.options, clean_peer=agrees)
    home.install()
    assert ("token" in home.config.read_text()) is not agrees
    assert not list(home.path.glob(".tmp/git-*")), "no plugins were fetched for it"
    home.uninstall()
    kept = PEER.replace('[hooks]\nendpoint = "http://127.0.0.1:4097/codex" # the peer\'s\ntoken = "abc"\n\n', "")
    assert home.config.read_text() == (kept if agrees else PEER)


@pytest.mark.parametrize(("typed", "left"), [("y", False), ("n", True), ("", True)])
def test_consent_is_asked_for_at_the_terminal(
    codex: CodexSandbox, new_home: NewHome, tmux: None, typed: str, left: bool
) -> None:
    home = new_home(PEER.encode())
    environ = {**home.options.environ, "PILOT_HOME": str(home.options.home), "PYTHONPATH": str(REPO / "sidecar")}
    command = [sys.executable, "-m", "pilot_sidecar", "init", "codex"]
    terminal = Terminal(["sh", "-c", f"{shlex.join(command)}; echo the end; cat"], home.path, environ)
    try:
        terminal.shows("Remove this? A copy is kept. [y/N]")
        terminal.keys(*typed, "Enter")
        terminal.shows("Write this? [Y/n]")
        terminal.keys("Enter")
        terminal.shows("the end")
    finally:
        terminal.stop()
    assert ("endpoint" in home.config.read_text()) is left


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (f"{PEER}{OWN_HOOK}", "[[hooks.Stop]]"),
        (PEER.replace("\n\n[hooks]", "\n# my hooks\n[hooks]"), "# my hooks\n[hooks]\n"),
        ('hooks.endpoint = "x"\nmodel = "y" # mine\n', 'model = "y" # mine\n'),
    ],
)
def test_what_is_beside_those_keys_stays(new_home: NewHome, before: str, after: str) -> None:
    home = new_home(before.encode())
    home.options = replace(home.options, clean_peer=True)
    home.install()
    home.uninstall()
    assert after in home.config.read_text()
    assert "endpoint" not in home.config.read_text()


def test_a_broken_configuration_is_not_touched(new_home: NewHome) -> None:
    home = new_home(b"model = \n")
    report = home.install()
    assert report.changes == []
    assert "config.toml cannot be read" in report.problems[0]
    assert home.bytes() == b"model = \n"
    assert home.left() == ["config.toml"]
    assert home.own() == []


def test_a_configuration_that_broke_meanwhile_is_left_for_the_next_time(new_home: NewHome) -> None:
    home = new_home()
    home.install()
    good = home.config.read_text()
    home.config.write_text(f"{good}model = \n")
    write_relay(home.options.home, "http://127.0.0.1:1", "token")
    report = home.uninstall()
    assert "run `pilot uninstall codex` again" in report.problems[0]
    assert not relay_path(home.options.home).exists()
    assert installed_homes(home.options.home) == [home.path]
    home.config.write_text(good)
    home.uninstall()
    assert home.bytes() == PLAIN
    assert home.own() == []


def test_without_codex_what_can_be_undone_is(new_home: NewHome) -> None:
    home = new_home(FORMS["windows"])
    home.install()
    nowhere = replace(home.options, environ={**home.options.environ, "PATH": ""})
    assert whats(uninstall(nowhere)) == {"config.toml": "restored", "marketplace": "removed"}
    assert home.bytes() == FORMS["windows"]
    assert home.left() == ["config.toml"]


def test_without_codex_the_rest_is_named_and_goes_once_it_is_back(new_home: NewHome) -> None:
    home = new_home()
    home.install()
    home.trust()
    trusted = home.bytes()
    report = uninstall(replace(home.options, environ={**home.options.environ, "PATH": ""}))
    assert Change(home.config, "kept", "Codex is needed to edit it") in report.changes
    assert all(name in report.notes[0] for name in (str(home.config), "[marketplaces.agent-pilot]", PLUGIN_ID))
    assert home.bytes() == trusted
    assert not marketplace_dir(home.options.home).exists()
    home.uninstall()
    assert home.bytes() == PLAIN


def test_a_home_that_was_deleted_is_forgotten(new_home: NewHome) -> None:
    home = new_home()
    home.install()
    shutil.rmtree(home.path)
    home.uninstall()
    assert installed_homes(home.options.home) == []
    assert home.own() == []


def test_another_pilots_hooks_are_not_touched_while_it_is_there(new_home: NewHome) -> None:
    home, other = new_home(), new_home()
    home.install()
    installed = home.bytes()
    other.options = replace(home.options, home=other.options.home)
    report = other.install()
    assert "another Pilot" in report.problems[0]
    assert other.own() == []
    other.uninstall()
    assert home.bytes() == installed
    shutil.rmtree(home.options.home)
    assert whats(other.install())["config.toml"] == "edited", "nobody needs the old ones"
    installed = home.bytes()
    home.options.home.mkdir()
    Record(home.options.home, Manifest()).found(home.config)
    assert whats(home.uninstall()) == {"config.toml": "kept"}
    assert home.bytes() == installed
    other.uninstall()
    assert home.bytes() == PLAIN


def test_a_command_that_fails_leaves_nothing_half_done(new_home: NewHome) -> None:
    home = new_home(FORMS["windows"])
    cache = home.path / "plugins" / "cache"
    cache.parent.mkdir()
    cache.write_text("in the way")
    report = home.install()
    assert "`codex plugin add pilot@agent-pilot --json` failed: " in report.problems[0]
    assert "backtrace" not in report.problems[0]
    assert home.bytes() == FORMS["windows"]
    assert installed_homes(home.options.home) == []
    assert not marketplace_dir(home.options.home).exists()


@pytest.mark.parametrize("commands", [0, 1, 2])
def test_what_an_installation_that_is_killed_left_goes_without_a_trace(
    new_home: NewHome, monkeypatch: pytest.MonkeyPatch, commands: int
) -> None:
    home = new_home(FORMS["windows"])
    before, carry_out = home.left(), CodexHome._codex
    done: list[tuple[str, ...]] = []

    def until_killed(at: CodexHome, *arguments: str) -> None:
        if len(done) == commands:
            raise SystemExit
        done.append(arguments)
        carry_out(at, *arguments)

    monkeypatch.setattr(CodexHome, "_codex", until_killed)
    monkeypatch.setattr(Record, "added", lambda *_: sys.exit())
    with pytest.raises(SystemExit):
        home.install()
    monkeypatch.undo()
    assert home.uninstall().problems == []
    assert home.bytes() == FORMS["windows"]
    assert home.left() == before
    assert home.own() == []


@pytest.mark.usefixtures("tmux")
async def test_hooks_that_the_user_trusts_reach_the_hub_and_go_without_a_trace(
    codex: CodexSandbox, codex_hub: Hub, codex_client: Client
) -> None:
    config = codex.codex_home / "config.toml"
    before = without_notices(config)
    codex.pilot("init", "codex", "--yes")
    run(codex, "run: echo untrusted")
    tui = CodexTui(codex, "--no-daemon")
    try:
        assert "10 hooks are new or changed" in tui.shows("Hooks need review", 60)
        trust_all(tui)
        tui.ready()
        tui.type("speak")
        prompt = await codex_client.event("pilot.prompt.received", lambda event: event["agent"] == "codex")
        assert prompt["text"] == "speak", "what was not trusted did not run"
    finally:
        tui.stop()
    assert "hook: Stop Completed" in run(codex, "run: echo trusted")
    prompt = await codex_client.event("pilot.prompt.received", lambda event: event["text"] == "run: echo trusted")
    session = prompt["sessionId"]
    for what in ("pilot.session.started", "pilot.tool.started", "pilot.tool.completed", "pilot.session.stopped"):
        await codex_client.event(what, lambda event: event["sessionId"] == session)
    await codex_client.event("pilot.session.updated", lambda event: event["session"]["state"] == "ended")
    write_relay(codex.pilot_home, "http://127.0.0.1:9", "token")
    undisturbed = run(codex, "run: echo nobody listens")
    assert "Done. The tool said: nobody listens" in undisturbed
    assert "Failed" not in undisturbed
    starts_without_a_question(codex)
    codex.pilot("uninstall", "codex")
    assert without_notices(config) == before
    starts_without_a_question(codex)
    assert "Done. The tool said: alone" in run(codex, "run: echo alone")
    assert {path.name for path in codex.codex_home.iterdir()} & {"plugins", ".hook-trust"} == set()


def starts_without_a_question(codex: CodexSandbox) -> None:
    """See that Codex asks for trust once only, and has nothing to complain of."""
    tui = CodexTui(codex, "--no-daemon")
    try:
        tui.ready()
        assert not any(word in tui.screen() for word in (REVIEW, "error", "warning", "⚠"))
    finally:
        tui.stop()


def trust_all(tui: CodexTui) -> None:
    """Choose on the review screen, which loses keys that come too early."""

    def chosen() -> bool:
        tui.keys("2")
        return f"{READY} 2. Trust all and continue" in tui.screen()

    wait_until("the choice", chosen)
    tui.keys("Enter")


def run(codex: CodexSandbox, prompt: str) -> str:
    output, _ = codex.exec(prompt).communicate(timeout=60)
    return output


def without_notices(config: Path) -> str:
    """Return a configuration without Codex's own count of what it has shown."""
    return re.sub(r'(?<="gpt-6.1-sol" = )\d+', "", config.read_text())
