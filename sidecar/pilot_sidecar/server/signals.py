"""Ctrl-C and friends: the first asks for a clean stop, the second ends at once."""

import asyncio
import os
import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

_NAMES = ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK")


@contextmanager
def stop_on_signals(stop: Callable[[], None]) -> Iterator[Sequence[int]]:
    """Call ``stop`` on the first signal, end the process on the second; yield what has come."""
    loop = asyncio.get_running_loop()
    numbers = [getattr(signal, name) for name in _NAMES if hasattr(signal, name)]
    seen: list[int] = []

    def on_signal(number: int) -> None:
        if seen:
            os._exit(128 + number)
        seen.append(number)
        stop()

    for number in numbers:
        _listen(loop, number, on_signal)
    try:
        yield seen
    finally:
        for number in numbers:
            signal.signal(number, signal.SIG_DFL)


def _listen(loop: asyncio.AbstractEventLoop, number: int, on_signal: Callable[[int], None]) -> None:
    try:
        loop.add_signal_handler(number, on_signal, number)
    except NotImplementedError:  # Windows' loop has no signal handlers
        signal.signal(number, lambda found, _frame: loop.call_soon_threadsafe(on_signal, found))
