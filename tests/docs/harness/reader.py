"""Somebody who follows the documents: a fresh home, a real hub, and a shell in which blocks are typed."""

import json
import os
import re
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.client import HTTPResponse
from pathlib import Path
from typing import Any

from agents.harness.codex import codex_binary
from agents.harness.opencode import binary as opencode_binary
from docs.harness.documents import Block

LIMIT_S, WAIT_S = 60.0, 15.0
MARK = "\x1e"
# A hub in the foreground would keep the block from going on, so it goes to the background; nobody has a browser here.
PREAMBLE = """\
pilot() {
  if [[ ${1-} == up && " $* " != *" --detach "* ]]; then command pilot "$@" --no-open --detach
  else command pilot "$@"; fi
}
"""
ASK = re.compile(r"(pilot asks (?:show|approve|deny|answer)) ID")
DEVICE = re.compile(r"(pilot devices (?:rename|role|revoke)) ID")
SESSION = re.compile(r"\bSESSION\b")


@dataclass
class Printed:
    """What a command did."""

    text: str
    code: int


@dataclass
class Reader:
    """A home, and what happens in it."""

    root: Path
    _helpers: list[subprocess.Popen[bytes]] = field(default_factory=list)
    _streams: list[HTTPResponse] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.home = self.root / "user"
        self.project = self.home / "code" / "shop"
        self.project.mkdir(parents=True)
        programs = self.root / "bin"
        programs.mkdir()
        (programs / "pilot").symlink_to(Path(sys.executable).with_name("pilot"))
        for name, program in (("opencode", opencode_binary()), ("codex", codex_binary())):
            if program is not None:
                (programs / name).symlink_to(program)
        self.environ = {
            "HOME": str(self.home),
            "PATH": f"{programs}:{os.environ['PATH']}",
            "PILOT_PORT": "0",
            "LANG": "C.UTF-8",
            "TERM": "dumb",
            "TMPDIR": str(self.root),
            "npm_config_registry": "http://127.0.0.1:9",
            "HTTPS_PROXY": "http://127.0.0.1:9",
        }

    @property
    def pilot_home(self) -> Path:
        return self.home / ".pilot"

    def read(self, block: Block) -> None:
        """Type a block, and see what the document promises."""
        if "pilot up" in block.text and "pilot stop" not in block.text:
            self.stop_hub()
        else:
            self.need_hub()
        if "watched" in block.flags:
            self.watch()
        if block.language == "console":
            self._compare(block)
            return
        printed = self.type(f"set -euo pipefail\n{self._filled(block.text)}")
        assert printed.code == 0, f"{block.place}: exit code {printed.code}\n{printed.text}"

    def _compare(self, block: Block) -> None:
        steps = block.steps
        commands = [f"{self._filled(step.command)}\nprintf '\\n{MARK}%s\\n' $?\n" for step in steps]
        parts = re.split(rf"\n{MARK}(\d+)\n", self.type("".join(commands)).text)
        assert len(parts) == 2 * len(steps) + 1, f"{block.place}: it did not get to its end\n{parts}"
        for step, text, code in zip(steps, parts[::2], parts[1::2], strict=False):
            if step.expected:
                told = (
                    f"{block.place}: `{step.command}` is said to print\n{chr(10).join(step.expected)}\nbut does\n{text}"
                )
                assert step.met_by(text), told
            else:
                assert code == "0", f"{block.place}: `{step.command}` ends with {code}\n{text}"

    def type(self, script: str) -> Printed:
        """Run a script in the home; return what it printed, with the documents' names for port and home."""
        done = subprocess.run(
            ["bash", "-c", PREAMBLE + script],
            env=self.environ, cwd=self.project, capture_output=False, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=LIMIT_S, check=False,
        )  # fmt: skip
        text = done.stdout.decode()
        for port in re.findall(r"http://127\.0\.0\.1:(\d+)", text):
            text = text.replace(f":{port}", ":4097")
        return Printed(text.replace(str(self.home), "~"), done.returncode)

    def need_hub(self) -> None:
        """Have a hub; on a busy machine it comes after the command has given up on it."""
        if not (self.pilot_home / "hub.json").exists():
            printed = self.type("pilot up --detach")
            if printed.code != 0:
                self._until((self.pilot_home / "hub.json").exists)

    def stop_hub(self) -> None:
        """Have none."""
        self._leave()
        if (self.pilot_home / "hub.json").exists():
            assert self.type("pilot stop").code == 0

    def call(self, method: str, path: str, body: object = None, **headers: str) -> Any:
        """Call the API as the owner."""
        with self._request(method, path, body, headers) as response:
            raw = response.read()
        return json.loads(raw) if raw else None

    def _request(self, method: str, path: str, body: object, headers: dict[str, str]) -> HTTPResponse:
        hub = self._hub()
        headers = {"Authorization": f"Bearer {hub['token']}", "Content-Type": "application/json", **headers}
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(hub["url"] + path, data, headers, method=method)
        response: HTTPResponse = urllib.request.urlopen(request, timeout=10)
        return response

    def _hub(self) -> dict[str, str]:
        return dict(json.loads((self.pilot_home / "hub.json").read_text()))

    def _filled(self, text: str) -> str:
        """Put real ids where the document says ``ID`` or ``SESSION``, and the real port for the usual one."""
        if ASK.search(text):
            ask = self.asked()
            text = ASK.sub(lambda found: f"{found[1]} {ask}", text)
        if DEVICE.search(text):
            device = self.paired()
            text = DEVICE.sub(lambda found: f"{found[1]} {device}", text)
        if SESSION.search(text):
            session = self.session()
            text = SESSION.sub(session, text)
        return text.replace("http://127.0.0.1:4097", self._hub()["url"]) if "127.0.0.1:4097" in text else text

    def paired(self) -> str:
        """Pair a phone; return its id."""
        code = self.call("POST", "/api/pair", {"scope": "operate"})["code"]
        self.call("POST", "/pair", {"code": code, "name": "Anna's phone"}, Authorization="")
        return str(self.call("GET", "/api/devices")["devices"][-1]["id"])

    def session(self) -> str:
        """Return the id of a session that hooks told of."""
        self.hook("SessionStart", {"source": "startup"})
        return str(self._until(lambda: self.call("GET", "/api/sessions")["sessions"])[0]["id"])

    def watch(self) -> None:
        """Have a page open, so that somebody is there to answer."""
        if not self._streams:
            self._streams.append(self._request("GET", "/events", None, {}))
            self._until(lambda: self.call("GET", "/api/snapshot")["clients"])

    def asked(self) -> str:
        """Have Codex ask for permission, with somebody there; return the ask's id."""
        self.watch()
        old = {ask["id"] for ask in self.call("GET", "/api/asks")["asks"]}
        self.hook("SessionStart", {"source": "startup"})
        self._helpers.append(self._post("PermissionRequest", {"tool_name": "Bash", "tool_input": {"command": "make"}}))

        def new() -> list[str]:
            return [ask["id"] for ask in self.call("GET", "/api/asks")["asks"] if ask["id"] not in old]

        return str(self._until(new)[0])

    def hook(self, event: str, more: dict[str, object]) -> None:
        """Post a hook as Codex does, and wait for the end."""
        assert self._post(event, more).wait(10) == 0

    def _post(self, event: str, more: dict[str, object]) -> "subprocess.Popen[bytes]":
        payload = {"session_id": "01a2086d-884a", "hook_event_name": event, "cwd": str(self.project), **more}
        relay = self.pilot_home / "hooks" / "codex.curlrc"
        command = ["curl", "-q", "-K", str(relay), "--request-target", f"/codex/hooks/{event}"]
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL)
        assert process.stdin is not None
        process.stdin.write(json.dumps(payload).encode())
        process.stdin.close()
        return process

    def _until(self, what: Any) -> Any:
        deadline = time.monotonic() + WAIT_S
        while not (found := what()):
            assert time.monotonic() < deadline, "it did not come to that"
            time.sleep(0.02)
        return found

    def _leave(self) -> None:
        for stream in self._streams:
            stream.close()
        for process in self._helpers:
            with suppress(subprocess.TimeoutExpired):
                process.wait(0.5)
            process.kill()
            process.wait()
        self._streams.clear()
        self._helpers.clear()

    def close(self) -> None:
        """End everything."""
        self.stop_hub()


@contextmanager
def reading(root: Path) -> Iterator[Reader]:
    """Be somebody who follows a document."""
    reader = Reader(root)
    try:
        yield reader
    finally:
        reader.close()
