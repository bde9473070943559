"""Waiting for a state, never for a time."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

T = TypeVar("T")
LIMIT_S = 20.0
PAUSE_S = 0.03


def wait_until(what: str, check: Callable[[], T | None], limit_s: float = LIMIT_S) -> T:
    """Return the first true result of ``check``."""
    end = time.monotonic() + limit_s
    while True:
        if result := check():
            return result
        if time.monotonic() > end:
            raise AssertionError(f"{what}: not within {limit_s} s")
        time.sleep(PAUSE_S)


async def until(what: str, check: Callable[[], Awaitable[T | None]], limit_s: float = LIMIT_S) -> T:
    """Return the first true result of an asynchronous ``check``."""
    end = time.monotonic() + limit_s
    while True:
        if result := await check():
            return result
        if time.monotonic() > end:
            raise AssertionError(f"{what}: not within {limit_s} s")
        await asyncio.sleep(PAUSE_S)
