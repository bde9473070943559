"""Stages: reverse order, limits, and failures that hold up nothing."""

import asyncio
import logging
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from pilot_sidecar.server.stages import Stages


@asynccontextmanager
async def _part(
    name: str, seen: list[str], stopping: float = 0.0, error: Exception | None = None
) -> AsyncIterator[str]:
    seen.append(f"+{name}")
    try:
        yield name
    finally:
        await asyncio.sleep(stopping)
        seen.append(f"-{name}")
        if error:
            raise error


async def test_parts_stop_in_reverse(caplog: pytest.LogCaptureFixture) -> None:
    seen: list[str] = []
    async with Stages() as stages:
        assert await stages.enter("one", _part("one", seen)) == "one"
        await stages.enter("two", _part("two", seen))
    assert seen == ["+one", "+two", "-two", "-one"]
    assert not caplog.records


async def test_a_part_that_hangs_is_named_and_left_behind(caplog: pytest.LogCaptureFixture) -> None:
    seen: list[str] = []
    async with Stages() as stages:
        await stages.enter("good", _part("good", seen))
        await stages.enter("slow", _part("slow", seen, stopping=5), limit_s=0.02)
    assert seen == ["+good", "+slow", "-good"]
    assert [record.levelno for record in caplog.records] == [logging.ERROR]
    assert "slow did not end" in caplog.text


async def test_a_part_that_fails_to_stop_holds_up_nothing(caplog: pytest.LogCaptureFixture) -> None:
    seen: list[str] = []
    async with Stages() as stages:
        await stages.enter("good", _part("good", seen))
        await stages.enter("bad", _part("bad", seen, error=OSError("no")))
    assert seen[-1] == "-good"
    assert "bad failed" in caplog.text


async def test_what_failed_to_start_undoes_what_had_started() -> None:
    seen: list[str] = []

    @asynccontextmanager
    async def broken() -> AsyncIterator[None]:
        raise OSError("taken")
        yield

    async def start() -> None:
        async with Stages() as stages:
            await stages.enter("good", _part("good", seen))
            await stages.enter("broken", broken())

    with pytest.raises(OSError, match="taken"):
        await start()
    assert seen == ["+good", "-good"]


def test_a_stop_that_blocks_the_whole_process_is_ended_by_the_timer() -> None:
    code = """
import asyncio, logging, time
from pilot_sidecar.server import stages
stages.WHOLE_STOP_S = 0.2
logging.basicConfig()

async def block():
    time.sleep(60)

async def main():
    async with stages.Stages() as parts:
        parts.undo("the stuck part", block)
        parts.arm()

asyncio.run(main())
"""
    start = time.monotonic()
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=20, check=False)
    assert done.returncode == 0, "it was asked to end: a failure would have a service manager start it again"
    assert "the stuck part hangs" in done.stderr
    assert time.monotonic() - start < 10
