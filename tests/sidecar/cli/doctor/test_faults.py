"""`pilot doctor` on a set-up in which one thing is wrong: it finds that, nothing else, and says what to do."""

import resource
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from fakes.healthy_home import Found, HealthyHome, codex_config, extension, healthy_home, program, read_found, running
from pilot_sidecar.integrations.opencode.layout import MARKER

Plant = Callable[[HealthyHome], None]


@pytest.fixture(scope="module")
def healthy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HealthyHome]:
    """A set-up that is right, with its hub."""
    made = healthy_home(tmp_path_factory.mktemp("healthy"))
    with running(made):
        yield made


@pytest.fixture
def person(healthy: HealthyHome) -> Iterator[HealthyHome]:
    with healthy.put_back_afterwards():
        yield healthy


def test_a_healthy_set_up_has_nothing_wrong_and_is_looked_through_in_two_seconds(person: HealthyHome) -> None:
    began, worked = time.monotonic(), _children_s()
    done = person.doctor("--json")
    took, worked = time.monotonic() - began, _children_s() - worked
    person.doctor("--help")
    bare = time.monotonic() - began - took
    sys.stdout.write(f"pilot doctor took {took:.2f} s, {worked:.2f} s of them work; its help alone {bare:.2f} s\n")
    assert done.stderr == ""
    found = read_found(done.stdout, done.returncode)
    assert (found.wrong(), found.exit_code) == ({}, 0)
    ids = [check.id for check in found.checks]
    assert sorted(set(ids)) == sorted(ids)
    assert {"hub.alive", "opencode.bridge", "codex.hooks", "telegram", "tunnel", "files.database"} < set(ids)
    assert worked < 2
    assert took < max(2, 30 * bare)  # a busy machine makes both slow


def _children_s() -> float:
    """Return how long programs that this process started have worked."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def test_it_prints_no_secret(person: HealthyHome) -> None:
    import json

    tokens = json.loads((person.home / "tokens.json").read_text())
    said = person.doctor().stdout + person.doctor("--json").stdout
    assert [name for name in ("owner", "hook", "bridge") if tokens[name] in said] == []


@dataclass(frozen=True)
class Fault:
    """What is done to a healthy set-up, and what is to be said of it."""

    name: str
    id: str
    status: str
    says: str
    fix: str
    plant: Plant
    helps: bool = False
    """Doing what the fix says makes it good."""


def _bridge_file(person: HealthyHome, name: str = "index.js") -> Path:
    return next((person.home / "opencode").glob(f"bridge-*/{name}"))


def _older_bridge(person: HealthyHome) -> None:
    """Make it what an older Pilot installed: another name everywhere."""
    folder = _bridge_file(person).parent
    older = folder.with_name("bridge-0.0.9-aaaaaaaaaaaa")
    new, old = folder.name.removeprefix("bridge-"), older.name.removeprefix("bridge-")
    for path in (*folder.iterdir(), person.opencode / "plugins" / "pilot.js", person.opencode / "pilot" / "tui.js"):
        target = older / path.name if path.parent == folder else path
        target.parent.mkdir(exist_ok=True)
        target.write_text(path.read_text().replace(new, old))
    for path in folder.iterdir():
        path.unlink()


def _unlisted(person: HealthyHome) -> None:
    (person.opencode / "tui.json").write_text('{ // mine\n  "plugin": ["./other.js"],\n}\n')


def _nowhere(person: HealthyHome) -> None:
    loader = person.opencode / "plugins" / "pilot.js"
    loader.write_text(loader.read_text().replace("/bridge-", "/gone-"))


def _peer(person: HealthyHome) -> None:
    (person.opencode / "opencode.json").write_text('{"plugin": ["@lesquel/opencode-pilot@1.18.1"]}')


def _codex_says(person: HealthyHome, text: str) -> None:
    (person.codex / "config.toml").write_text(text)


def _one_off(config: str) -> str:
    """Return it as Codex leaves it where the user switched one of the trusted hooks off."""
    row = ':stop:0:0"]\n'
    assert row in config
    return config.replace(row, f"{row}enabled = false\n")


def _stale_relay(person: HealthyHome) -> None:
    relay = person.home / "hooks" / "codex.curlrc"
    relay.write_text(relay.read_text().replace("127.0.0.1:", "127.0.0.1:1"))


def _aside(person: HealthyHome) -> None:
    (person.home / "config.json.broken-1700000000").write_text("{")
    (person.home / "config.json.broken-1700000000").chmod(0o600)


def _removed(*names: str) -> Plant:
    def remove(person: HealthyHome) -> None:
        for name in names:
            next(person.root.glob(name)).unlink()

    return remove


def _mode(name: str, mode: int) -> Plant:
    return lambda person: (person.root / name).chmod(mode)


def _program(name: str, does: str) -> Plant:
    return lambda person: program(person, name, does)


FAULTS = (
    Fault("opencode too old", "opencode.version", "fail", "1.17.9 is older", "opencode upgrade",
          _program("opencode", "echo 1.17.9")),
    Fault("opencode of the next kind", "opencode.version", "fail", "another kind of plugin", "Pilot knows 1.18",
          _program("opencode", "echo 2.0.0")),
    Fault("opencode that says nothing", "opencode.version", "warn", "does not tell its version", "opencode --version",
          _program("opencode", "exit 1")),
    Fault("opencode gone, its bridge not", "opencode.version", "warn", "not found on this PATH",
          "pilot uninstall opencode", _removed("programs/opencode")),
    Fault("a file of the bridge is gone", "opencode.bridge", "fail", "missing", "pilot init opencode",
          lambda person: _bridge_file(person, "outbox.js").unlink()),
    Fault("the bridge was changed", "opencode.bridge", "fail", "changed", "pilot init opencode",
          lambda person: _bridge_file(person).write_text("// nothing\n")),
    Fault("the bridge is of an older version", "opencode.bridge", "warn", "0.0.9-aaaaaaaaaaaa", "pilot init opencode",
          _older_bridge, helps=True),
    Fault("the loader is gone", "opencode.loader", "fail", "missing", "pilot init opencode",
          _removed("user/.config/opencode/plugins/pilot.js")),
    Fault("the loader points nowhere", "opencode.loader", "fail", "not there", "pilot init opencode",
          _nowhere, helps=True),
    Fault("tui.json lost our entry", "opencode.tui", "warn", "does not list", "pilot init opencode",
          _unlisted, helps=True),
    Fault("tui.json is broken", "opencode.tui", "warn", "tui.json cannot be read", "Repair that file",
          lambda person: (person.opencode / "tui.json").write_text('{"plugin": [ oops')),
    Fault("bridges look elsewhere", "opencode.address", "fail", "does not say where", "`pilot stop`, then `pilot up`",
          lambda person: (person.home / "hooks" / "opencode.json").write_text("{}")),
    Fault("opencode-pilot beside us", "opencode.conflict", "warn", "opencode-pilot", "--clean-peer",
          _peer, helps=True),
    Fault("codex too old", "codex.version", "fail", "0.150.0 is older", "npm install -g @openai/codex",
          _program("codex", "echo codex-cli 0.150.0")),
    Fault("hooks not trusted", "codex.hooks", "fail", "not trusted them", "Trust all",
          lambda person: _codex_says(person, codex_config(person, "none"))),
    Fault("one hook not trusted", "codex.hooks", "fail", "1 of 10, PermissionRequest", "Trust all",
          lambda person: _codex_says(person, codex_config(person, "some"))),
    Fault("one hook switched off", "codex.hooks", "fail", "1 of 10, Stop", "Trust all",
          lambda person: _codex_says(person, _one_off(codex_config(person)))),
    Fault("hooks switched off", "codex.plugin", "warn", "switched off", "enabled = true",
          lambda person: _codex_says(person, codex_config(person, switch="false"))),
    Fault("all hooks switched off", "codex.plugin", "warn", "switched off", "hooks = false",
          lambda person: _codex_says(person, codex_config(person) + "\n[features]\nhooks = false\n")),
    Fault("codex's settings are broken", "codex.plugin", "fail", "config.toml", "Repair that file",
          lambda person: _codex_says(person, "model = ")),
    Fault("hooks not in codex", "codex.plugin", "warn", "not in Codex", "pilot init codex",
          lambda person: _codex_says(person, "")),
    Fault("a hook file was changed", "codex.plugin", "fail", "not whole", "pilot init codex",
          lambda person: next(person.codex.glob("plugins/cache/**/hooks.json")).write_text("{}")),
    Fault("the relay is gone", "codex.relay", "fail", "missing", "`pilot stop`, then `pilot up`",
          _removed("pilot/hooks/codex.curlrc")),
    Fault("the relay is stale", "codex.relay", "fail", "another hub", "`pilot stop`, then `pilot up`",
          _stale_relay),
    Fault("no curl", "codex.curl", "fail", "curl was not found", "Install curl", _removed("programs/curl")),
    Fault("others may enter the home", "files.home", "warn", "0755", "chmod 700", _mode("pilot", 0o755), helps=True),
    Fault("others may read the tokens", "files.private", "fail", "tokens.json", "chmod 600",
          _mode("pilot/tokens.json", 0o644), helps=True),
    Fault("a settings file was set aside", "settings.file", "warn", "set aside", "delete it", _aside, helps=True),
    Fault("the extension is older than the hub", "vscode.extension", "warn", "0.0.1", "Update “Agent Pilot”",
          lambda person: extension(person, "0.0.1")),
    Fault("the extension is newer than the hub", "vscode.extension", "warn", "the hub is older", "pilot stop",
          lambda person: extension(person, "9.0.0")),
)  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_a_planted_fault_is_found_and_nothing_else(person: HealthyHome, fault: Fault) -> None:
    fault.plant(person)
    found = person.found()
    _insist(found, fault.id, fault.status, fault.says, fault.fix)
    assert found.wrong() == {fault.id: fault.status}
    assert found.exit_code == int(fault.status == "fail")
    if fault.helps:
        person.carry_out(found.of(fault.id).fix or "")
        assert person.look_again().of(fault.id).status == "ok"


def _insist(found: Found, name: str, status: str, says: str, fix: str) -> None:
    check = found.of(name)
    assert check.status == status, check
    assert says in check.message
    assert fix in (check.fix or "")


def test_a_lookalike_of_ours_is_not_taken_for_the_loader(person: HealthyHome) -> None:
    loader = person.opencode / "plugins" / "pilot.js"
    loader.write_text(loader.read_text().replace(MARKER, "my own"))
    found = person.found()
    _insist(found, "opencode.loader", "fail", "somebody else's", "Move that file away")


def test_what_others_wrote_does_not_steer_the_terminal(person: HealthyHome) -> None:
    _codex_says(person, codex_config(person).replace(str(person.home), "/tmp/\\u001b[31mred\\u0007"))
    said = person.doctor().stdout
    assert "\\x1b[31mred" in said
    assert "\x1b" not in said


def test_it_can_be_read_without_utf_8_and_without_colours(person: HealthyHome) -> None:
    (person.home / "tokens.json").chmod(0o644)
    person.home.chmod(0o755)
    (person.opencode / "plugins" / "pilot.js").unlink()
    done = person.doctor(PYTHONIOENCODING="ascii", FORCE_COLOR="1", NO_COLOR="1")
    lines = done.stdout.splitlines()
    assert done.returncode == 1
    assert lines[0] == "Hub"
    assert lines[1].startswith("  ok The hub runs at ")
    assert "  ! Other users of this machine may enter" in done.stdout
    assert (
        f"  x Other users of this machine may read tokens.json.\n    -> Run `chmod 600 {person.home}/tokens.json`."
        in (done.stdout)
    )
    assert "  x ~/.config/opencode/plugins/pilot.js is missing: " in done.stdout
    assert lines[-1] == "2 problems, 1 warning."
