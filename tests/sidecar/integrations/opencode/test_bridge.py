"""The JavaScript of the bridge, run by Node with a WebSocket of the test's own."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from pilot_sidecar.integrations.opencode.layout import Layout, render

CASES = Path(__file__).parent / "bridge_cases.mjs"


def test_the_bridge_in_node(tmp_path: Path) -> None:
    node = shutil.which("node")
    if node is None:
        pytest.skip("node not found")
    bridge = tmp_path / "bridge.mjs"
    bridge.write_bytes(render(Layout(tmp_path, tmp_path)).bridge)
    done = subprocess.run(
        [node, "--test", str(CASES)],
        env={**os.environ, "BRIDGE": bridge.as_uri()}, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
