"""The JavaScript of the bridge, run by Node with a WebSocket of the test's own."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from pilot_sidecar.integrations.opencode.layout import Layout, render

HERE = Path(__file__).parent


def test_the_bridge_in_node(tmp_path: Path) -> None:
    for name, data in render(Layout(tmp_path, tmp_path)).bridge.items():
        (tmp_path / name).write_bytes(data)
    passes("bridge_cases.mjs", BRIDGE=tmp_path / "index.js")


def test_the_slash_commands_in_node(tmp_path: Path) -> None:
    (tmp_path / "tui.js").write_bytes(render(Layout(tmp_path, tmp_path)).tui)
    passes("tui_cases.mjs", TUI=tmp_path / "tui.js")


def passes(cases: str, **modules: Path) -> None:
    """Run cases on modules of ours."""
    node = shutil.which("node")
    if node is None:
        pytest.skip("node not found")
    for module in modules.values():
        (module.parent / "package.json").write_text('{"type": "module"}')
    addresses = {name: module.as_uri() for name, module in modules.items()}
    done = subprocess.run(
        [node, "--test", str(HERE / cases)],
        env={**os.environ, **addresses}, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
