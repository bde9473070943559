"""What must not happen twice: a key names one deed, however often it is asked for."""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable

KEPT = 1_000
"""Keys that are remembered; the oldest is forgotten first."""


class Once:
    """Runs a deed once for each key; a deed that failed was none and may be tried again."""

    def __init__(self) -> None:
        self._done: OrderedDict[Hashable, asyncio.Future[None]] = OrderedDict()

    async def run(self, key: Hashable, deed: Callable[[], Awaitable[None]]) -> None:
        """Do it, or wait for whoever is doing it; raises what the deed raised."""
        if (known := self._done.get(key)) is not None:
            return await asyncio.shield(known)
        done = self._begin(key)
        try:
            await deed()
        except BaseException as error:
            del self._done[key]
            _fail(done, error)
            raise
        done.set_result(None)

    def _begin(self, key: Hashable) -> "asyncio.Future[None]":
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._done[key] = done
        if len(self._done) > KEPT:
            oldest = next(iter(self._done))
            if self._done[oldest].done():
                del self._done[oldest]
        return done


def _fail(done: "asyncio.Future[None]", error: BaseException) -> None:
    """Tell whoever waits; nobody has to."""
    if isinstance(error, Exception):
        done.set_exception(error)
        done.exception()
    else:
        done.cancel()
