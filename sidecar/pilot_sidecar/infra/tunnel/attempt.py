"""One start of a tunnel's program, until it ends, cannot work, or has stopped to be of use."""

import asyncio
import errno
import os
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from pilot_sidecar.infra.logs import Redactor
from pilot_sidecar.infra.tasks import Tasks
from pilot_sidecar.infra.tunnel.note import Note
from pilot_sidecar.infra.tunnel.ports import Answer, Pace, Told, TunnelProvider
from pilot_sidecar.infra.tunnel.program import Program, run_program

Ask = Callable[[str], Awaitable[Answer | None]]
WORDS = 200
"""Characters of a program's own complaint that are shown."""
CONNECT_CHECK_S = 0.5
_NOT_RUN = (126, 127)
"""Exit codes of what may not be run, or is no program."""
_WRONG_USAGE = (2, *_NOT_RUN)
"""… or was misunderstood."""
_PASSES = (errno.EAGAIN, errno.ENOSPC, errno.ENOMEM, errno.EMFILE, errno.ENFILE, errno.ETXTBSY)
_mask = Redactor()


@dataclass(frozen=True, slots=True)
class Ended:
    """How it ended."""

    message: str
    hopeless: bool = False
    """Another start would not help."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What each attempt works with."""

    environ: Mapping[str, str]
    note: Note
    pace: Pace
    ask: Ask
    grace_s: Callable[[], float]


class Attempt:
    """Runs the program once; ``up`` is called with the address whenever that is new, or what is wrong with it."""

    def __init__(
        self, provider: TunnelProvider, port: int, around: Surroundings, up: Callable[[str, str | None], None]
    ) -> None:
        self._provider = provider
        self._port = port
        self._around = around
        self._pace = around.pace
        self._up = up
        self._url: str | None = None
        self._announced = False
        self._check: str | None = None
        self._words = ""
        self._found = asyncio.Event()
        self._over: asyncio.Future[Ended] = asyncio.get_running_loop().create_future()
        self._weak: asyncio.TimerHandle | None = None

    async def live(self, program: str) -> Ended:
        """Run it to its end."""
        command = [program, *self._provider.command(self._port)[1:]]
        around, pace = self._around, self._pace
        running = run_program(command, around.environ, around.note, self._read, pace.quiet_s, around.grace_s)
        try:
            async with running as process, Tasks("tunnel") as tasks:
                tasks.spawn("end", self._watch_end(process))
                tasks.spawn("address", self._watch())
                return await self._over
        except OSError as error:
            words = f"{self._provider.name} could not be started: {error.strerror or error}."
            return Ended(words, hopeless=error.errno not in _PASSES)
        finally:
            if self._weak is not None:
                self._weak.cancel()

    def _read(self, line: str) -> None:
        told = self._provider.told(line)
        if told.hopeless:
            self._finish(Ended(_shown(told.hopeless), hopeless=True))
        if told.check:
            self._check = told.check
        if told.words:
            self._words = _shown(told.words)
        if told.url:
            self._take(told.url)
        elif told.weak_url and self._url is None:
            self._later(told)

    def _later(self, told: Told) -> None:
        """Take an address that may not be the best, unless a better one comes soon."""
        assert told.weak_url is not None
        if self._weak is not None:
            self._weak.cancel()
        self._weak = asyncio.get_running_loop().call_later(self._pace.weak_s, self._take_weak, told.weak_url)

    def _take_weak(self, url: str) -> None:
        if self._url is None:
            self._take(url)

    def _take(self, url: str) -> None:
        """Take an address: the first, one that only now is whole, or for a known provider another one."""
        known = self._provider.check_of(url) is None
        if self._url is not None and (url == self._url or not (known or url.startswith(self._url))):
            return
        self._url = url
        self._found.set()
        if self._announced:
            self._up(url, None)

    def _finish(self, ended: Ended) -> None:
        if not self._over.done():
            self._over.set_result(ended)

    async def _watch_end(self, program: Program) -> None:
        await program.ended.wait()
        await program.last_words()
        code, name = program.code, self._provider.name
        how = f"with code {code}" if code is None or code >= 0 else f"by signal {-code}"
        why = f": {self._words}" if self._words else "."
        wrong = self._url is None and code in (_WRONG_USAGE if name == "custom" else _NOT_RUN)
        self._finish(Ended(f"{name} ended {how}{why}", hopeless=wrong))

    async def _watch(self) -> None:
        try:
            async with asyncio.timeout(self._pace.url_s):
                await self._found.wait()
        except TimeoutError:
            why = f" It said: {self._words}" if self._words else ""
            self._finish(Ended(f"{self._provider.name} printed no address within {self._pace.url_s:g} s.{why}"))
            return
        await self._connect()
        self._announced = True
        assert self._url is not None
        self._up(self._url, None)
        await self._stay_connected()

    async def _connect(self) -> None:
        """Wait, though not for ever, until the program says that it is connected, where it can say so."""
        if self._url is None or self._provider.check_of(self._url) is not None:
            return
        try:
            async with asyncio.timeout(self._pace.connect_s):
                while not await self._connected():  # noqa: ASYNC110 - another program is asked
                    await asyncio.sleep(CONNECT_CHECK_S)
        except TimeoutError:
            return

    async def _stay_connected(self) -> None:
        assert self._url is not None
        far = self._provider.check_of(self._url) is not None
        every_s = self._pace.far_check_s if far else self._pace.check_s
        worked, lost_s = not far, 0.0
        while not worked or lost_s < self._pace.lost_s:  # not every machine reaches itself from outside
            await asyncio.sleep(every_s)
            connected, before = await self._connected(), lost_s
            worked, lost_s = worked or connected, 0.0 if connected else lost_s + every_s
            if bool(lost_s) != bool(before):
                self._up(self._url, self._trouble() if lost_s else None)
        self._finish(Ended(f"{self._trouble()} It did not come back."))

    async def _connected(self) -> bool:
        check = self._check or (self._provider.check_of(self._url) if self._url else None)
        if check is None:  # nothing to ask: its being there has to do
            return self._announced
        answer = await self._around.ask(check)
        return answer is not None and self._provider.connected(answer)

    def _trouble(self) -> str:
        if self._provider.check_of(self._url or "") is not None:
            return "From this machine the hub is not reached through the tunnel."
        return f"{self._provider.name} has lost its connection and tries to get it back."


def _shown(text: str) -> str:
    """Return a program's words as they may be shown: short, and without what looks like a secret."""
    words = _mask(" ".join(text.split()))
    return words if len(words) <= WORDS else f"{words[:WORDS]}…"


def absolute(program: str) -> str:
    """Return the path of a program found on PATH, wherever it is started from."""
    return os.path.abspath(program)  # noqa: PTH100 - links stay: some programs look at their own name
