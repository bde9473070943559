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
    for name, data in render(Layout(tmp_path, tmp_path)).bridge.items():
        (tmp_path / name).write_bytes(data)
    (tmp_path / "package.json").write_text('{"type": "module"}')
    bridge = tmp_path / "index.js"
    done = subprocess.run(
        [node, "--test", str(CASES)],
        env={**os.environ, "BRIDGE": bridge.as_uri()}, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
