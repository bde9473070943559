"""What the documents say about the product is so: its words, its numbers, the checks of its doctor, its JSON."""

import json
import re
import tomllib
from functools import cache
from pathlib import Path

import pytest

from docs.harness.documents import DOCS, ROOT, Document, documents
from docs.harness.reader import reading
from pilot_sidecar.cli.autostart import systemd
from pilot_sidecar.core import ask_files, attention, audit_files, backups, deletion, invitations, presence
from pilot_sidecar.core.settings_model import Settings
from pilot_sidecar.integrations.codex.greeting import TESTED as CODEX_TESTED
from pilot_sidecar.integrations.opencode.detect import TESTED as OPENCODE_TESTED
from pilot_sidecar.server import settings_watch
from pilot_sidecar.server.options import HubOptions
from pilot_sidecar.transport.http import lockout
from pilot_sidecar.transport.http.body import MAX_BODY

SOURCES = (("webview", "js"), ("extension/src", "ts"), ("sidecar/pilot_sidecar", "py"), ("sidecar/pilot_sidecar", "js"))
OF_OTHERS = {
    "By hand after a restart",  # a column of the table of settings
    "Use Google services for push messaging",
    "Extensions: Install from VSIX",
}
"""Words in italics that are not Pilot's, or not a button's."""
WORDS = {2: "two", 3: "three", 5: "five", 10: "ten", 15: "fifteen", 20: "twenty"}
MIB = 1024 * 1024
CODEX, OPENCODE = (".".join(version.split(".")[:2]) for version in (CODEX_TESTED, OPENCODE_TESTED))
IDLE_MINUTES = round((HubOptions(home=Path(), environ={}).idle_exit_s or 0) / 60)

FOR_USERS = [document for document in documents() if document.name != "CONTRIBUTING.md"]
each = pytest.mark.parametrize("document", FOR_USERS, ids=lambda document: document.name)


@cache
def _code() -> str:
    """Return all that Pilot can say; a text over several lines is one."""
    paths = [path for folder, kind in SOURCES for path in sorted((ROOT / folder).rglob(f"*.{kind}"))]
    names = ("package.json", "package.nls.json")
    texts = [path.read_text("utf-8") for path in [*paths, *(ROOT / "extension" / name for name in names)]]
    return "\n".join(re.sub(r'"\s*\n\s*f?"', "", text) for text in texts)


@each
def test_buttons_and_menus_are_called_so(document: Document) -> None:
    parts = [part.strip(" →…") for text in document.emphasised for part in text.split(" → ")]
    named = {part.removeprefix("Pilot: ") for part in parts if part[:1].isupper() and not part.endswith(":")}
    phone = document.name.endswith(("phone.md", "notifications.md"))  # where menus of telephones are named, too
    known = OF_OTHERS | (_of_phones() if phone else set())
    assert sorted(name for name in named - known if name not in _code()) == []


def _of_phones() -> set[str]:
    return {"General", "VPN & Device Management", "About", "Certificate Trust Settings", "Security", "More"} | {
        "Encryption & credentials", "Install a certificate", "CA certificate", "Use third party CA certificates",
        "Share", "Add to Home Screen",
    }  # fmt: skip


@pytest.mark.parametrize("name", ["troubleshooting.md", "codex.md", "opencode.md", "notifications.md", "quickstart.md"])
def test_messages_that_are_quoted_are_said(name: str) -> None:
    text = re.sub(r"^```.*?^```$", "", Document(DOCS / name).text, flags=re.DOTALL | re.MULTILINE)
    quoted = re.findall(r"“([^”]+)”", re.sub(r"\s+", " ", text))
    pieces = {piece.strip(" .,`:()") for quote in quoted for piece in re.split(r"…|`|OpenCode|[\d,]+ minutes", quote)}
    of_others = {"do not disturb", "pilot"}
    assert sorted(piece for piece in pieces - of_others if piece not in _code()) == []


def test_every_check_of_the_doctor_is_told_and_no_other() -> None:
    text = (DOCS / "troubleshooting.md").read_text("utf-8").partition("\n## `pilot doctor`\n")[2].partition("\n### ")[0]
    rows = re.findall(r"^\| (`[^|]+) \|", text, re.MULTILINE)
    told = {name for row in rows for name in re.findall(r"`([^`]+)`", row)}
    folders = [ROOT / "sidecar/pilot_sidecar" / folder for folder in ("cli", "integrations")]
    code = "\n".join(path.read_text("utf-8") for folder in folders for path in folder.rglob("*.py"))
    there = set(re.findall(r'Check\(\s*id="([^"]+)"', code)) | {"check.…"}
    there |= {f"{agent}.{what}" for agent in ("opencode", "codex") for what in ("version", "connected", "canary")}
    assert told == there


def _minutes(milliseconds: float) -> str:
    return WORDS[round(milliseconds / 60_000)]


FACTS = {
    "security.md": [
        f"{lockout.PER_ADDRESS.failures} failures from an address, {lockout.IN_TOTAL.failures} from all",
        f"{WORDS[lockout.SHORT_PER_ADDRESS.failures]} from an address, {WORDS[lockout.SHORT_IN_TOTAL.failures]} in all",
        f"{WORDS[round(presence.GRACE_S)]} seconds after the last page or window was closed",
        f"works once, for {_minutes(invitations.VALID_MS)} minutes",
        f"until {WORDS[round(ask_files.KEPT_S / 60)]} minutes after the ask ended",
        f"At {audit_files.ROTATE_BYTES // MIB} MiB a file gets a number",
    ],
    "dashboard.md": [f"really gone after {WORDS[round(deletion.UNDO_MS / 60_000)]}."],
    "phone.md": [f"The code works once, for {_minutes(invitations.VALID_MS)} minutes"],
    "troubleshooting.md": [f"after {IDLE_MINUTES} minutes in which nobody needed it"],
    "configuration.md": [
        f"ends the hub after {IDLE_MINUTES} minutes",
        f"every {WORDS[round(settings_watch.LOOK_S)]} seconds",
        f"the last {WORDS[backups.KEPT]} runs",
    ],
    "notifications.md": [
        f"{Settings().notify_push_after_s} seconds later (`PILOT_NOTIFY_PUSH_AFTER_S`)",
        f"{WORDS[Settings().notify_telegram_after_s // 60]} minutes after the beginning",
        f"took {Settings().notify_finished_after_s} s or longer",
        f"nothing new for {WORDS[Settings().notify_stuck_after_s // 60]} minutes",
        f"a page in use counts for {WORDS[round(attention.ACTIVE_FOR_S / 60)]} minutes",
    ],
    "codex.md": [f"a body over {MAX_BODY // MIB} MiB 413", f"For Codex {CODEX}."],
    "opencode.md": [f"For OpenCode {OPENCODE}."],
    "agents.md": [
        f"[OpenCode](#opencode) {OPENCODE} ",
        f"[Codex](#codex) {CODEX} ",
    ],
    "service.md": ["at most five times in five minutes"],
}
"""What is said in numbers, made of the numbers themselves."""


@pytest.mark.parametrize("name", FACTS)
def test_numbers_are_those_of_the_code(name: str) -> None:
    text = re.sub(r"\s+", " ", (DOCS / name).read_text("utf-8"))
    assert [fact for fact in FACTS[name] if fact not in text] == []


def test_the_service_is_started_again_as_often_as_is_said() -> None:
    unit = Path(systemd.__file__).read_text("utf-8")
    for line in ("StartLimitIntervalSec=300", "StartLimitBurst=5", "RestartSec=5"):
        assert line in unit, f"{line}: docs/service.md says so"


def test_roles_have_the_names_of_the_page() -> None:
    words = (ROOT / "webview/js/trust/roles.js").read_text("utf-8")
    rows = re.findall(r"^\| `(\w+)` \| (\w+) \|", (DOCS / "security.md").read_text("utf-8"), re.MULTILINE)
    assert rows == re.findall(r'scope: "(\w+)", name: "(\w+)"', words)


def test_slash_commands_are_those_of_the_terminal() -> None:
    plugin = (ROOT / "sidecar/pilot_sidecar/integrations/opencode/assets/tui.js").read_text("utf-8")
    told = re.findall(r"^\| `/([\w-]+)` \|", (DOCS / "opencode.md").read_text("utf-8"), re.MULTILINE)
    assert sorted(told) == sorted(set(re.findall(r'\bcommand\("([\w-]+)"', plugin)))


def test_json_has_the_fields_that_are_told(tmp_path: Path) -> None:
    rows = dict(re.findall(r"^\| `pilot (\w+)` \| (.+) \|$", (DOCS / "commands.md").read_text("utf-8"), re.MULTILINE))
    with reading(tmp_path) as reader:
        reader.need_hub()
        for command in ("status", "asks", "sessions", "devices", "service", "doctor"):
            said = json.loads(reader.type(f"pilot {command} --json").text.replace("~", str(reader.home)))
            told = set(re.findall(r"`(\w+)`", rows[command]))
            assert set(said) <= told, f"pilot {command} --json"
            if command == "doctor":
                assert {key for check in said["checks"] for key in check} <= told


def test_exit_codes_are_those_that_are_told(tmp_path: Path) -> None:
    rows = dict(re.findall(r"^\| (\d+) \| (.+) \|$", (DOCS / "commands.md").read_text("utf-8"), re.MULTILINE))
    with reading(tmp_path) as reader:
        for script, code, said in (
            ("pilot --version", 0, "done"),
            ("pilot status", 1, "not done"),
            ("pilot up --loudly", 2, "options that make no sense"),
            ("pilot init nobody", 2, "an agent that Pilot does not know"),
        ):
            assert reader.type(script).code == code, script
            assert said in rows[str(code)]


def test_no_agent_is_promised_that_is_not_connected() -> None:
    manifest = json.loads((ROOT / "extension/package.json").read_text("utf-8"))
    shown = json.loads((ROOT / "extension/package.nls.json").read_text("utf-8"))["description"]
    first = [re.split(r"\n[*-] ", (ROOT / name).read_text("utf-8"))[0] for name in ("README.md", "extension/README.md")]
    about = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    folders = {path.name for path in (ROOT / "sidecar/pilot_sidecar/integrations").iterdir() if path.is_dir()}
    for text in (shown, *manifest["keywords"], about["description"], *about["keywords"], *first):
        promised = re.findall(r"claude|gemini|copilot|qwen|cursor|aider|continue|and others", text.lower())
        assert set(promised) <= folders, text


def test_keys_are_those_of_the_page() -> None:
    table = (ROOT / "webview/js/palette/shortcuts.js").read_text("utf-8")
    rows = re.findall(r"keys: \[(.+?)\], what", table)
    keys = {name for row in rows for name in re.findall(r'"([^"]+)"', row)}
    key = re.compile(r"(?:(?:Ctrl|Shift|Alt)\+)?(?:[A-Za-z\[\]?@/↑↓]|F\d+|Enter)|Esc Esc")
    told = {span for span in Document(DOCS / "dashboard.md").spans if key.fullmatch(span)}
    assert len(told) > 10
    known = {name.replace("Mod", "Ctrl").upper() for name in keys} | {"CTRL+F"}  # the transcript's own, reading-keys.js
    assert sorted(name for name in told if name.upper() not in known) == []
