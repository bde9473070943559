"""``make bench``: the hub's speed budget, measured on this machine."""

import asyncio
import contextlib
import sys
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path

import uvloop

from bench import rows
from bench.client import Target
from bench.commands import commands
from bench.long_session import seed
from bench.page import long_session, page
from bench.processes import start_bare, start_hub
from bench.push import TEST_SERVICE, pushes, stand_in
from bench.rows import Figure, at_most

COLD_STARTS = 5


def cold_start(folder: Path) -> list[Figure]:
    """Return how long a new hub takes until it answers; the best of some, as other work only adds."""
    times = []
    for number in range(COLD_STARTS):
        home = folder / f"cold-{number}"
        home.mkdir()
        with start_hub(home) as (_, took):
            times.append(took)
    return [at_most("cold start to first /health", "best of 5", min(times), "ms", 700, f"worst {max(times):.0f} ms")]


def long_sessions(folder: Path) -> list[Figure]:
    """Return how soon a page shows a long session, on a hub that finds it in its store."""
    home = folder / "long"
    asyncio.run(seed(home))
    with start_hub(home) as (hub, _):
        return asyncio.run(long_session(hub))


async def pushed(folder: Path) -> list[Figure]:
    """Return how soon an ask is handed to a push service, on a hub that knows one on this machine."""
    home = folder / "push"
    home.mkdir()
    async with stand_in() as service:
        with start_hub(home, **{TEST_SERVICE: service.url}) as (hub, _):
            return await pushes(hub, service)


async def measure(hub: Target, bare: Target) -> list[Figure]:
    """Return the rows measured on one hub; idle first, while it has done nothing yet."""
    figures = await rows.idle(hub)
    steps: list[Callable[[], Awaitable[list[Figure]]]] = [
        lambda: rows.hooks(hub, bare),
        lambda: rows.one_stream(hub, bare),
        lambda: rows.fan_out(hub, bare),
        lambda: rows.decisions(hub),
        lambda: rows.replay(hub),
        lambda: rows.stalled(hub),
        lambda: page(hub),
    ]
    for step in steps:
        figures += await step()
        await asyncio.sleep(0.5)
    return figures


def show(figures: list[Figure]) -> None:
    """Print the table."""
    for figure in figures:
        mark = "pass" if figure.ok else "FAIL"
        value = f"{figure.value:,.0f}" if abs(figure.value) >= 100 else f"{figure.value:.2f}"
        line = (
            f"{mark}  {figure.row:<36} {figure.what:<22} {value:>10} {figure.unit:<7} {figure.budget:<10} {figure.note}"
        )
        print(line.rstrip())
    print(f"{sum(figure.ok for figure in figures)} of {len(figures)} within budget")


def main() -> int:
    """Measure and print; exit 1 when a row is over its budget."""
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="pilot-bench-")))
        figures = cold_start(folder) + commands(folder / "commands")
        home = folder / "home"
        home.mkdir()
        hub, _ = stack.enter_context(start_hub(home))
        bare = stack.enter_context(start_bare())
        figures += uvloop.run(measure(hub, bare))
        figures += asyncio.run(pushed(folder))
        figures += long_sessions(folder)
    show(figures)
    return 0 if all(figure.ok for figure in figures) else 1


if __name__ == "__main__":
    sys.exit(main())
