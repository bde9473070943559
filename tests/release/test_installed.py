"""The wheel, installed by pip into an empty environment, in the hands of somebody who has nothing else."""

import asyncio
import json
import os
import re
import subprocess
import sys
from importlib.metadata import distribution
from pathlib import Path

import aiohttp
import pytest
from packaging.requirements import Requirement
from playwright.async_api import async_playwright, expect

from browser.harness.screen import DESK, Screen, launch, program
from fakes.hub_process import wait_for_hub
from pilot_sidecar import __version__
from release.conftest import ROOT, Built


@pytest.fixture(scope="session")
def installed(built: Built, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the `pilot` of a new environment with the locked dependencies, and nothing of the developer's.

    They are linked from here instead of being fetched: `tests/vscode/test_bootstrap.py` has pip fetch them all.
    """
    folder = tmp_path_factory.mktemp("venv")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder)], timeout=30, check=True)
    (packages,) = folder.glob("lib/python*/site-packages")
    for name in locked():
        link_distribution(name, packages)
    pip(folder, "install", "--no-deps", "--no-index", "--no-compile", str(built.wheel))
    assert "No broken requirements" in pip(folder, "check"), "the wheel needs no more than the lock has"
    return folder / "bin/pilot"


def locked() -> list[str]:
    """Return what the lock gives this Python on this machine."""
    lines = re.findall(r"^([a-z0-9].*?) \\$", (ROOT / "requirements.lock").read_text(), re.MULTILINE)
    wanted = [Requirement(line) for line in lines]
    return [one.name for one in wanted if one.marker is None or one.marker.evaluate()]


def test_the_environment_is_made_of_wheels_alone() -> None:
    """What ``setup.py`` installs has no record of its files: nobody can copy or remove it whole."""
    assert [name for name in locked() if distribution(name).read_text("RECORD") is None] == []


def link_distribution(name: str, packages: Path) -> None:
    """Put an installed distribution into another environment."""
    for file in distribution(name).files or ():
        if ".." not in file.parts and "__pycache__" not in file.parts:
            (packages / file).parent.mkdir(parents=True, exist_ok=True)
            (packages / file).symlink_to(file.locate())


def pip(folder: Path, *words: str) -> str:
    """Run pip for an environment; return what it says."""
    command = [sys.executable, "-m", "pip", "--python", str(folder / "bin/python"), *words]
    done = subprocess.run(command, capture_output=True, text=True, timeout=40, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_it_says_its_version_from_any_folder(installed: Path, tmp_path: Path) -> None:
    user = {"HOME": str(tmp_path), "PATH": os.environ["PATH"]}
    command = [installed, "--version"]
    said = subprocess.run(command, env=user, cwd=tmp_path, capture_output=True, text=True, timeout=20, check=True)
    assert (said.stdout.split(), said.stderr) == (["pilot", __version__], "")
    assert list(tmp_path.iterdir()) == [], "nothing is written for a question"


@pytest.mark.flaky(reruns=1)
async def test_the_demo_plays_in_a_browser(installed: Path, tmp_path: Path) -> None:
    if program() is None:
        pytest.skip("no Chromium: run `make setup`")
    home = tmp_path / "pilot home"
    user = {"HOME": str(tmp_path), "PATH": os.environ["PATH"], "PILOT_HOME": str(home), "PILOT_PORT": "0"}
    process = await asyncio.create_subprocess_exec(
        installed, "demo", "--no-open", cwd=tmp_path, env=user,
        stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    try:
        found = await wait_for_hub(home, process)
        await _answer_the_demo(found)
        process.terminate()
        _, errors = await asyncio.wait_for(process.communicate(), 10)
        assert (process.returncode, errors.decode()) == (0, "")
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def _answer_the_demo(found: dict[str, str]) -> None:
    """Open the page as a person would, and allow what the demo asks."""
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=10)) as client:
        async with client.get(f"{found['url']}/health") as health:
            assert (await health.json())["version"] == __version__
        owner = {"Authorization": f"Bearer {found['token']}"}
        async with client.post(f"{found['url']}/api/pair", json={}, headers=owner) as paired:
            link = json.loads(await paired.text())["url"]
    async with async_playwright() as playwright:
        chromium = await launch(playwright)
        context = await chromium.new_context(**DESK)  # type: ignore[arg-type] # a fixed set of options
        screen = Screen(await context.new_page(), found["url"])
        await screen.page.goto(link)
        await expect(screen.page.locator("session-head").get_by_text("Demo", exact=True)).to_be_visible()
        await expect(screen.permission).to_be_visible()
        await screen.button("Allow once").click()
        await expect(screen.log).to_contain_text("Allowed once by")
        screen.check()
        await chromium.close()
