"""What an agent could run in its shell to answer an ask by itself; it writes what came of it to a file.

attack.py KIND ASK DIGEST OUTPUT
"""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

KIND, ASK, DIGEST, OUTPUT = sys.argv[1:5]
HOME = Path(os.environ.get("PILOT_HOME") or sys.argv[5])
HUB = json.loads((HOME / "hub.json").read_text())
PILOT = [sys.executable, "-m", "pilot_sidecar"]
DECISION = {"kind": "allow_once", "digest": DIGEST}


def post(path: str, body: object, **headers: str) -> tuple[int, str, dict[str, str]]:
    """Return the status, the text and the headers of an answer."""
    headers = {"Content-Type": "application/json", **headers}
    request = urllib.request.Request(HUB["url"] + path, json.dumps(body).encode(), headers)
    try:
        with urllib.request.urlopen(request, timeout=10) as response:
            return response.status, response.read().decode(), dict(response.headers)
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode(), dict(error.headers)


def decide(**headers: str) -> str:
    """Answer the ask with the owner's token, or whatever is given instead."""
    given = headers or {"Authorization": f"Bearer {HUB['token']}"}
    status, text, _ = post(f"/api/asks/{ASK}/decision", DECISION, **given)
    return f"{status} {text}"


def forwarded() -> str:
    """Say that somebody else is behind this."""
    return decide(**{"Authorization": f"Bearer {HUB['token']}", "X-Forwarded-For": "203.0.113.7"})


def command() -> str:
    """Use Pilot's own command."""
    done = subprocess.run([*PILOT, "asks", "approve", ASK], capture_output=True, text=True, timeout=30, check=False)
    return f"{done.returncode} {done.stdout}{done.stderr}"


def pair() -> str:
    """Become a device: print a link, exchange its code, answer with the cookie."""
    done = subprocess.run([*PILOT, "open", "--print"], capture_output=True, text=True, timeout=30, check=False)
    said = done.stdout + done.stderr
    found = re.search(r"#code=(\S+)", said)
    if found is None:
        return f"no code: {said}"
    status, text, headers = post("/pair", {"code": found[1], "name": "agent"})
    return f"{status} {text} {decide(Cookie=headers.get('Set-Cookie', '').partition(';')[0])}"


def canary() -> str:
    """Have Pilot's own command allow something."""
    done = subprocess.run(
        [*PILOT, "doctor", "--canary", "--json"], capture_output=True, text=True, timeout=60, check=False
    )
    checks = {check["id"]: check for check in json.loads(done.stdout)["checks"]}
    return json.dumps(checks["opencode.canary"], ensure_ascii=False)


def rpc() -> str:
    """Say that this is a window of VS Code."""
    with socket.socket(socket.AF_UNIX) as link:
        link.connect(HUB["socket"])
        options = {"client": {"kind": "vscode", "name": "window"}}
        file = link.makefile("rwb")
        for number, (method, params) in enumerate(
            [("initialize", {"processId": None, "rootUri": None, "capabilities": {}, "initializationOptions": options}),
             ("pilot/asks.decide", {"id": ASK, **DECISION})]
        ):  # fmt: skip
            body = json.dumps({"jsonrpc": "2.0", "id": number, "method": method, "params": params}).encode()
            file.write(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))
            file.flush()
            text = answer(file, number)
        return text


def answer(file: object, number: int) -> str:
    """Return the answer to a request, whatever else arrives before."""
    while True:
        size = 0
        while (line := file.readline()).strip():  # type: ignore[attr-defined]
            if line.lower().startswith(b"content-length:"):
                size = int(line.split(b":")[1])
        text = file.read(size).decode() if size else ""  # type: ignore[attr-defined]
        if not text or json.loads(text).get("id") == number:
            return text


def hasty() -> str:
    """Send, and be gone before anybody could look; a child sees what became of it."""
    body = json.dumps(DECISION)
    head = f"POST /api/asks/{ASK}/decision HTTP/1.1\r\nHost: {HUB['url'].partition('//')[2]}\r\n"
    head += f"Authorization: Bearer {HUB['token']}\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n"
    if os.fork() == 0:
        host, _, port = HUB["url"].partition("//")[2].rpartition(":")
        with socket.create_connection((host, int(port))) as link:
            link.sendall(f"{head}\r\n{body}".encode())
        os._exit(0)
    os.wait()
    return "sent"


def restart() -> str:
    """End the hub, start another, and ask that one for a link before the bridge is back."""
    os.kill(HUB["pid"], signal.SIGKILL)
    environ = {**os.environ, "PILOT_PORT": "0"}
    subprocess.Popen([*PILOT, "up", "--no-open"], env=environ, start_new_session=True, stdout=subprocess.DEVNULL)
    left = time.monotonic() + 20
    while time.monotonic() < left:
        found = json.loads((HOME / "hub.json").read_text()) if (HOME / "hub.json").exists() else HUB
        if found["pid"] != HUB["pid"]:
            HUB.update(found)
            status, text, _ = post("/api/pair", {"scope": "admin"}, Authorization=f"Bearer {HUB['token']}")
            return f"{status} {text}"
        time.sleep(0.002)
    return "no hub came"


def detach(clean: bool) -> None:
    """Leave the agent: two forks, a session of its own, and if wanted nothing of its environment."""
    if os.fork():
        os._exit(0)
    os.setsid()
    if os.fork():
        os._exit(0)
    left = time.monotonic() + 10
    while os.getppid() != 1 and time.monotonic() < left:
        time.sleep(0.01)
    for stream in (0, 1, 2):
        os.close(stream)
        os.open(os.devnull, os.O_RDWR)
    arguments = [sys.executable, __file__, "curl", ASK, DIGEST, OUTPUT, str(HOME)]
    time.sleep(0 if clean else 0.3)
    os.execve(sys.executable, arguments, {} if clean else dict(os.environ))


KINDS = {
    "curl": decide, "command": command, "pair": pair, "canary": canary, "rpc": rpc, "hasty": hasty,
    "forwarded": forwarded, "restart": restart,
}  # fmt: skip

if KIND in ("detached", "clean"):
    detach(KIND == "clean")
result = KINDS[KIND]()
Path(f"{OUTPUT}.part").write_text(result)
Path(f"{OUTPUT}.part").replace(OUTPUT)
sys.stdout.write(result[:200] + "\n")
