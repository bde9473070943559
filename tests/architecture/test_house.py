"""What keeps the house in order: layers, generated files, sizes, scopes."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import get_args

from pilot_sidecar.core.models import Scope
from pilot_sidecar.transport.api import CALLS

ROOT = Path(__file__).parents[2]
PRODUCT, TESTS = 400, 600


def _tracked(*patterns: str) -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", *patterns],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return [ROOT / name for name in listed.stdout.splitlines() if (ROOT / name).is_file()]


def test_imports_go_one_way() -> None:
    tool = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([tool, "--no-logo"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_generated_files_are_fresh() -> None:
    command = [sys.executable, "scripts/codegen.py", "--check"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_files_stay_small() -> None:
    too_long = []
    for path in _tracked("*.py", "*.js", "*.ts", "*.css", "*.sh"):
        relative = path.relative_to(ROOT)
        if ".gen." in path.name or "vendor" in relative.parts:
            continue
        limit = TESTS if relative.parts[0] in ("tests", "bench") else PRODUCT
        lines = len(path.read_text("utf-8").splitlines())
        if lines > limit:
            too_long.append(f"{relative}: {lines} lines, the limit is {limit}")
    assert too_long == []


def test_every_call_has_a_scope_and_a_place_of_its_own() -> None:
    assert all(call.scope in get_args(Scope) for call in CALLS)
    assert len({call.name for call in CALLS}) == len(CALLS)
    assert len({(call.method, call.path) for call in CALLS}) == len(CALLS)


def test_calls_that_change_something_need_more_than_looking() -> None:
    """Leaving is everybody's: it takes something from the caller alone."""
    assert [call.name for call in CALLS if call.method != "GET" and call.scope == "view"] == ["devices.leave"]


def test_path_parameters_are_parameters() -> None:
    for call in CALLS:
        names = set(re.findall(r"{(\w+)}", call.path))
        assert names <= set(call.params.model_fields), call.name


def test_the_wheel_gets_what_the_hub_serves() -> None:
    """The recording and the bridge's files are package data; the dashboard is put into the wheel."""
    assert (ROOT / "sidecar/pilot_sidecar/integrations/demo/recording.jsonl").is_file()
    assert '"webview" = "pilot_sidecar/webview"' in (ROOT / "pyproject.toml").read_text()


def test_the_npm_lock_is_complete() -> None:
    """``npm install`` leaves out other platforms' optional packages that a registry lacks; ``npm ci`` then refuses."""
    packages = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    wanted = {name for entry in packages.values() for name in entry.get("optionalDependencies", {})}
    assert sorted(name for name in wanted if f"node_modules/{name}" not in packages) == []


def test_no_lock_names_a_registry() -> None:
    for name in ("package-lock.json", "requirements.lock", "requirements-dev.lock", "requirements-build.lock"):
        text = (ROOT / name).read_text()
        assert '"resolved"' not in text, name
        assert "--index-url" not in text, name
        assert "--find-links" not in text, name
