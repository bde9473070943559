"""The one place that creates tasks: each has a name and an owner that ends it."""

import asyncio
import logging
from collections.abc import Coroutine
from types import TracebackType
from typing import Self, TypeVar

T = TypeVar("T")
logger = logging.getLogger(__name__)


class Tasks:
    """A nursery: a task that fails unawaited is logged and the others go on; leaving it cancels what still runs."""

    def __init__(self, name: str, stop_timeout_s: float = 3.0) -> None:
        self._name = name
        self._stop_timeout_s = stop_timeout_s
        self._running: set[asyncio.Task[object]] = set()
        self._awaited: set[asyncio.Task[object]] = set()

    def spawn(self, name: str, coroutine: Coroutine[object, object, T]) -> "asyncio.Task[T]":
        """Start a coroutine; a failure nobody awaits is logged under its name."""
        task = asyncio.get_running_loop().create_task(coroutine, name=f"{self._name}.{name}")
        self._running.add(task)
        task.add_done_callback(self._ended)
        return task

    async def outlive(self, task: "asyncio.Task[T]") -> T:
        """Await a task of ours without ending it when the waiter is cancelled."""
        self._awaited.add(task)
        return await asyncio.shield(task)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()

    async def stop(self) -> None:
        """Cancel what runs and wait, but not for ever; name what hangs."""
        current = asyncio.current_task()
        running = [task for task in self._running if task is not current]
        for task in running:
            task.cancel()
        if not running:
            return
        _, hanging = await asyncio.wait(running, timeout=self._stop_timeout_s)
        for task in hanging:
            logger.error("task %s did not stop within %.0f s", task.get_name(), self._stop_timeout_s)

    def _ended(self, task: "asyncio.Task[object]") -> None:
        self._running.discard(task)
        if task in self._awaited:
            self._awaited.discard(task)
            if not task.cancelled() and (error := task.exception()) is not None:
                # its waiter may have left meanwhile, and then nobody else would hear of it; not what callers sent
                logger.info("task %s ended with %s", task.get_name(), type(error).__name__)
        elif not task.cancelled() and (error := task.exception()) is not None:
            logger.error("task %s failed", task.get_name(), exc_info=error)
