"""A caller whose connections the hub's user may not see: as ``sudo`` makes them, or a program that hides itself.

The hub's part runs as a user of its own here where the tests run as root, which sees everything.
"""

import json
import os
import subprocess
import sys

import pytest

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux hides connections like this")
CALLER = """
import ctypes, socket, sys
ctypes.CDLL(None).prctl(4, 0)  # PR_SET_DUMPABLE
link = socket.create_connection(("127.0.0.1", int(sys.argv[1])))
print("connected", flush=True)
sys.stdin.read()
"""
HUB = """
import json, os, socket, subprocess, sys
from pilot_sidecar.core.agent_processes import AgentProcesses
from pilot_sidecar.core.kinship import judge_hidden
from pilot_sidecar.infra.tcp_peer import pid_of_peer

server = socket.create_server(("127.0.0.1", 0))
shell = 'exec 3<&0; "$0" -c "$1" "$2" <&3 & wait'
command = ["sh", "-c", shell, sys.executable, sys.argv[1], str(server.getsockname()[1])]
agent = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
assert agent.stdout.readline() == "connected\\n"
ours, theirs = server.accept()
if os.getuid() == 0:
    os.setgid(65534)
    os.setuid(65534)
agents = AgentProcesses()
found = {"pid": pid_of_peer(ours.getsockname(), theirs), "before": str(judge_hidden(agents))}
agents.add("opencode", agent.pid)
print(json.dumps({**found, "after": str(judge_hidden(agents)), "agent": agent.pid}))
agent.communicate("")
"""


def test_a_hidden_caller_is_let_in_only_while_no_agent_has_one_running() -> None:
    environ = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path)), "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(
        [sys.executable, "-c", HUB, CALLER], env=environ, capture_output=True, text=True, timeout=20, check=False
    )
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["pid"] is None
    assert found["before"] == "Stranger(certain=False)"
    assert found["after"].startswith(f"Kin(agent='opencode', pid={found['agent']}, ")
    assert found["after"].endswith("certain=False)")
