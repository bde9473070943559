"""The hooks' commands with the real shell and the real curl."""

import shutil
import subprocess
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from pilot_sidecar.integrations.codex.plugin import TELL_CURL_S, hooks, shell_path
from pilot_sidecar.integrations.codex.relay import relay_path, remove_relay, write_relay

TOKEN = "t0ken"
PAYLOAD = b'{"a": "b\\u00e9"}'
DECISION = '{"hookSpecificOutput":{"hookEventName":"PermissionRequest","decision":{"behavior":"allow"}}}'
SHELLS = [shell for shell in ("bash", "dash", "zsh", "fish") if shutil.which(shell)]

pytestmark = pytest.mark.skipif(shutil.which("curl") is None, reason="curl not found")


class Answering(HTTPServer):
    """A hub that answers what it is told to, and remembers what came."""

    status, body = 200, DECISION

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.posts: list[tuple[str, dict[str, str], bytes]] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class _Handler(BaseHTTPRequestHandler):
    server: Answering

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.posts.append((self.path, dict(self.headers), body))
        self.send_response(self.server.status)
        self.send_header("Location", f"{self.server.url}/elsewhere")
        if self.server.status != 204:
            self.send_header("Content-Length", str(len(self.server.body)))
        self.end_headers()
        if self.server.status != 204:
            self.wfile.write(self.server.body.encode())

    def do_GET(self) -> None:
        self.do_POST()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def server() -> Iterator[Answering]:
    with Answering() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield server
        server.shutdown()
        thread.join(5)


@pytest.fixture
def home(tmp_path: Path, server: Answering) -> Path:
    write_relay(tmp_path / ".pilot", server.url, TOKEN)
    return tmp_path


def run_hook(
    home: Path,
    event: str = "PermissionRequest",
    *,
    pilot: Path | None = None,
    shell: str = "bash",
    body: bytes = PAYLOAD,
    **environ: str,
) -> tuple[int, str, str]:
    """Run a hook's command as Codex does."""
    handlers = hooks(shell_path(pilot or home / ".pilot", {"HOME": str(home)}))
    program = shutil.which(shell)
    assert program
    command = [program, "-c", handlers[event][0]["hooks"][0]["command"]]
    env = {"HOME": str(home), "PATH": "/usr/bin:/bin", **environ}
    done = subprocess.run(command, env=env, input=body, capture_output=True, timeout=10, check=False)
    return done.returncode, done.stdout.decode(), done.stderr.decode()


@pytest.mark.parametrize("shell", SHELLS)
def test_a_decision_is_all_that_is_printed(home: Path, server: Answering, shell: str) -> None:
    assert run_hook(home, shell=shell) == (0, DECISION, "")
    [(path, headers, body)] = server.posts
    assert path == "/codex/hooks/PermissionRequest"
    assert headers["Authorization"] == f"Bearer {TOKEN}"
    assert headers["Content-Type"] == "application/json"
    assert body == PAYLOAD


@pytest.mark.parametrize("status", [204, 302, 307, 400, 401, 404, 413, 500, 503])
def test_no_other_answer_is_ever_printed(home: Path, server: Answering, status: int) -> None:
    server.status = status
    assert run_hook(home) == (0, "", "")
    assert [path for path, _, _ in server.posts] == ["/codex/hooks/PermissionRequest"], "nothing is followed"


@pytest.mark.parametrize("event", sorted(set(hooks("x")) - {"PermissionRequest"}))
def test_other_events_print_nothing_whatever_the_hub_says(home: Path, server: Answering, event: str) -> None:
    assert run_hook(home, event) == (0, "", "")
    assert [path for path, _, _ in server.posts] == [f"/codex/hooks/{event}"]


@pytest.mark.parametrize("event", ["PermissionRequest", "Stop"])
def test_a_hub_that_is_down_goes_unnoticed(tmp_path: Path, event: str) -> None:
    write_relay(tmp_path / ".pilot", "http://127.0.0.1:9", TOKEN)
    assert run_hook(tmp_path, event) == (0, "", "")


@pytest.mark.parametrize("event", ["PermissionRequest", "Stop"])
def test_a_missing_file_goes_unnoticed(tmp_path: Path, event: str) -> None:
    assert run_hook(tmp_path, event) == (0, "", "")


@pytest.mark.parametrize("shell", [shell for shell in SHELLS if shell != "fish"])
@pytest.mark.parametrize("event", ["PermissionRequest", "Stop"])
def test_a_missing_curl_goes_unnoticed(home: Path, event: str, shell: str) -> None:
    assert run_hook(home, event, shell=shell, PATH=str(home)) == (0, "", "")


def test_what_the_user_tells_curl_changes_nothing(home: Path, server: Answering) -> None:
    (home / ".curlrc").write_text('include\nproxy = "http://127.0.0.1:9"\nwrite-out = "done"\n')
    environ = {"http_proxy": "http://127.0.0.1:9", "all_proxy": "http://127.0.0.1:9"}
    assert run_hook(home, **environ) == (0, DECISION, "")
    assert len(server.posts) == 1


@pytest.mark.parametrize("name", ["a space", "a'quote", 'a"quote', "$HOME", "`id`", "back\\slash", "semi;colon", "ü"])
@pytest.mark.parametrize("shell", [shell for shell in SHELLS if shell != "fish"])
def test_any_pilot_home_is_found(tmp_path: Path, server: Answering, name: str, shell: str) -> None:
    pilot = tmp_path / name
    write_relay(pilot, server.url, TOKEN)
    assert run_hook(tmp_path, pilot=pilot, shell=shell) == (0, DECISION, "")


@pytest.mark.parametrize("token", ['quo"te', "back\\slash", "a#b", "a 'b'", "%41"])
def test_any_token_arrives_as_it_is(tmp_path: Path, server: Answering, token: str) -> None:
    write_relay(tmp_path / ".pilot", server.url + "/", token)
    assert run_hook(tmp_path) == (0, DECISION, "")
    assert server.posts[0][1]["Authorization"] == f"Bearer {token}"


def test_a_long_prompt_is_sent_without_waiting_for_leave(home: Path, server: Answering) -> None:
    long = b'{"prompt": "' + b"x" * 2_000_000 + b'"}'
    assert run_hook(home, body=long) == (0, DECISION, "")
    [(_, headers, body)] = server.posts
    assert "Expect" not in headers
    assert body == long


def test_the_file_is_private_and_replaced_in_one_step(tmp_path: Path) -> None:
    write_relay(tmp_path / "pilot", "http://127.0.0.1:1", TOKEN)
    path = relay_path(tmp_path / "pilot")
    first = path.stat()
    assert first.st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700
    write_relay(tmp_path / "pilot", "http://127.0.0.1:2", TOKEN)
    assert path.stat().st_ino != first.st_ino
    assert [entry.name for entry in path.parent.iterdir()] == [path.name]
    assert remove_relay(tmp_path / "pilot")
    assert not path.parent.exists()
    assert not remove_relay(tmp_path / "pilot")


def test_telling_ends_before_codex_ends_it() -> None:
    for event, [group] in hooks("x").items():
        handler = group["hooks"][0]
        if event == "PermissionRequest":
            assert "-m" not in handler["command"].split()
            assert handler["timeout"] == 3600
        else:
            assert f"-m {TELL_CURL_S} " in handler["command"]
            assert handler["timeout"] > TELL_CURL_S
            assert handler.get("async", False) is (event not in ("Stop", "SessionEnd"))
