"""Fixtures for all layers, and the rule that CI skips nothing."""

import os
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from fakes.hub_process import HubProcess, shared_hub, start_hub


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Keep the developer's own Pilot out of the tests."""
    for name in [name for name in os.environ if name.startswith("PILOT_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("PILOT_HOME", str(tmp_path / "pilot-home"))
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
async def hub(tmp_path: Path) -> AsyncIterator[HubProcess]:
    """A real hub process with a home of its own."""
    async with start_hub(tmp_path / "home") as process:
        yield process


@pytest.fixture(scope="module")
def running_hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, dict[str, str]]]:
    """One real hub for all tests of a file: its home and its ``hub.json``, for ``visit_hub``."""
    home = tmp_path_factory.mktemp("hub") / "home"
    with shared_hub(home) as found:
        yield home, found


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Show why a test of a real browser or editor needed its second attempt: it passed, but that is to be known."""
    for report in terminalreporter.stats.get("rerun", []):
        terminalreporter.write_sep("-", f"first attempt of {report.nodeid}", yellow=True)
        terminalreporter.write_line(report.longreprtext[-4000:])


@pytest.hookimpl(wrapper=True)
def pytest_sessionfinish(session: pytest.Session) -> Iterator[None]:
    """In CI a skipped test is a failed run: a missing tool must not hide a layer."""
    yield
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    skipped = reporter.stats.get("skipped", []) if reporter else []
    if os.environ.get("CI") and skipped and not session.exitstatus:
        reporter.write_line(f"{len(skipped)} skipped: CI must skip none (reasons above, with -rs).", red=True)
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
