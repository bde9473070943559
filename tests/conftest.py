"""Fixtures for all layers, and CI's rules: nothing is skipped, and second attempts are few and told."""

import os
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from fakes.hub_process import HubProcess, shared_hub, start_hub

HERE = Path(__file__).parent
NOT_OURS = (HERE / "browser", HERE / "vscode", HERE / "release")
"""Where the program under the test is a browser or an editor: those have second attempts of their own."""
SECOND_ATTEMPTS = 2
"""So many of all other tests may fail once in a run of CI that takes most of an hour; more is no accident."""


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


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """In CI, where one stumble of a busy machine costs an hour, all tests get a second attempt; see the limit."""
    for item in items:
        if os.environ.get("CI") and item.get_closest_marker("flaky") is None:
            item.add_marker(pytest.mark.flaky(reruns=1))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Show why a test needed its second attempt: it passed, but that is to be known."""
    for report in terminalreporter.stats.get("rerun", []):
        terminalreporter.write_sep("-", f"first attempt of {report.nodeid}", yellow=True)
        terminalreporter.write_line(report.longreprtext[-4000:])


@pytest.hookimpl(wrapper=True)
def pytest_sessionfinish(session: pytest.Session) -> Iterator[None]:
    """In CI a missing tool must not hide a layer, nor luck a race: skipped tests and many second attempts fail it."""
    yield
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if not os.environ.get("CI") or reporter is None:
        return
    skipped = reporter.stats.get("skipped", [])
    again = [one.nodeid for one in reporter.stats.get("rerun", []) if not _is_of_a_program_not_ours(session, one)]
    if skipped:
        reporter.write_line(f"{len(skipped)} skipped: CI must skip none (reasons above, with -rs).", red=True)
    if len(again) > SECOND_ATTEMPTS:
        reporter.write_line(f"{len(again)} tests of ours needed a second attempt: {', '.join(again)}", red=True)
    if not session.exitstatus and (skipped or len(again) > SECOND_ATTEMPTS):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def _is_of_a_program_not_ours(session: pytest.Session, report: pytest.TestReport) -> bool:
    path = session.config.rootpath / report.nodeid.partition("::")[0]
    return any(folder in path.parents for folder in NOT_OURS)
