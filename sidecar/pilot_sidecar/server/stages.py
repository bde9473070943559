"""Start in order, stop in reverse, each with a limit, and the whole stop with one too."""

import asyncio
import logging
import os
import threading
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from types import TracebackType
from typing import TypeVar

T = TypeVar("T")
logger = logging.getLogger(__name__)
WHOLE_STOP_S = 4.5
LAST_WORDS_S = 0.1
"""Time for the log's own thread to write the last line."""


class Stages(AsyncExitStack):
    """An exit stack whose parts are named, and cannot hold up the stop."""

    def __init__(self) -> None:
        super().__init__()
        self._stopping = "nothing yet"
        self._timer: threading.Timer | None = None

    async def enter(self, name: str, manager: AbstractAsyncContextManager[T], limit_s: float = 1.0) -> T:
        """Start a part; at the stop it gets ``limit_s``."""
        return await self.enter_async_context(self._limited(name, manager, limit_s))

    def undo(self, name: str, callback: Callable[[], Awaitable[object]], limit_s: float = 1.0) -> None:
        """Run ``callback`` at the stop."""
        self.push_async_callback(self._within, name, callback, limit_s)

    def arm(self) -> None:
        """From now on the stop is on: end the process if it takes longer than ``WHOLE_STOP_S``."""
        self._timer = threading.Timer(WHOLE_STOP_S, self._give_up)
        self._timer.daemon = True
        self._timer.start()

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool | None:
        try:
            return await super().__aexit__(kind, error, trace)
        finally:
            if self._timer is not None:
                self._timer.cancel()

    @asynccontextmanager
    async def _limited(self, name: str, manager: AbstractAsyncContextManager[T], limit_s: float) -> AsyncIterator[T]:
        value = await manager.__aenter__()
        try:
            yield value
        finally:
            await self._within(name, lambda: manager.__aexit__(None, None, None), limit_s)

    async def _within(self, name: str, stop: Callable[[], Awaitable[object]], limit_s: float) -> None:
        self._stopping = name
        try:
            async with asyncio.timeout(limit_s):
                await stop()
        except TimeoutError:
            logger.error("stopping: %s did not end within %.1f s; going on without it", name, limit_s)
        except Exception:
            logger.exception("stopping: %s failed", name)

    def _give_up(self) -> None:
        logger.error("stopping: %s hangs; ending the process", self._stopping)
        time.sleep(LAST_WORDS_S)
        os._exit(0)  # it was asked to end: a failure would have a service manager start it again
