"""Listens to the bot, one long poll after another; hears each thing once, and says what keeps it from listening."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence

from pydantic import BaseModel, ValidationError

from pilot_sidecar.core.errors import PilotError
from pilot_sidecar.core.services import Services
from pilot_sidecar.core.store import Write
from pilot_sidecar.infra.tasks import Tasks
from pilot_sidecar.infra.telegram import BotAddress, TelegramAnswer, TelegramHttp
from pilot_sidecar.infra.tunnel.backoff import Backoff
from pilot_sidecar.notifications.telegram.bot import Bot, refusal
from pilot_sidecar.notifications.telegram.wire import Update

logger = logging.getLogger(__name__)

POLL_S = 50
"""Telegram answers at once when there is something, and after this with nothing."""
MOST_AT_ONCE = 50
"""With these, an answer stays well below what is read of one."""
GRACE_S = 15
"""So much longer may that take on its way."""
ALONE_S = 5
"""After a conflict: once nobody took the poll away for so long, it is over."""
FIRST_RETRY_S, LAST_RETRY_S = 1.0, 10.0
LONGEST_REST_S = 600.0
"""However long Telegram asks to be left alone."""
DEAF_AFTER_S = 60.0
"""What is over sooner makes nobody unreachable: questions that wait for the chat go on waiting."""
UNKNOWN_BOT_S = 60.0
"""Pause where Telegram knows no such bot; another token is tried at once."""
NOT_HELD_S = 1.0
"""A poll that ends sooner with nothing was not held: such a server must not be asked all the time."""
AT_ONCE = 20
"""Things heard that are dealt with at the same time."""
HANDLING_S = 60.0
REPEATS = 1_000
"""Numbers so little below the last one were heard before; Telegram begins elsewhere after a week of silence."""
_HEARD = (
    "INSERT INTO preferences (key, body) VALUES ('telegram_heard', ?)"
    " ON CONFLICT (key) DO UPDATE SET body = excluded.body"
)
_TAKEN = "Another program listens to this bot too. Only one can: end the other, or make a bot for Pilot alone."
_HOOKED = "Another program gets this bot's messages (by webhook). Connect the chat anew to take over."


class Heard(BaseModel):
    """The last thing that was heard, kept so that nothing is done twice."""

    bot: str = ""
    update: int = 0

    def covers(self, bot: str, update: int) -> bool:
        """Tell whether something was heard before."""
        return bot == self.bot and self.update - REPEATS < update <= self.update


class Listener:
    """Keeps one poll going for the bot in the settings."""

    def __init__(
        self,
        services: Services,
        http: TelegramHttp,
        bot: Bot,
        hear: Callable[[Update], Awaitable[None]],
        changed: Callable[[], None],
    ) -> None:
        self._store = services.store
        self._http = http
        self._bot = bot
        self._hear = hear
        self._changed = changed
        self._again = asyncio.Event()
        self._room = asyncio.Semaphore(AT_ONCE)
        self._polled: BotAddress | None = None
        self.trouble: str | None = None
        """What keeps it from listening, for people."""
        self.deaf = False
        """That lasts: answers from there are not to be counted on."""
        self._clock = services.clock
        self._failing_since_s: float | None = None
        rows = services.store.read_now("SELECT body FROM preferences WHERE key = 'telegram_heard'")
        self._heard = _read(str(rows[0][0])) if rows else Heard()
        services.settings.on_change(self._look)

    def nudge(self) -> None:
        """Listen anew at once, instead of after a pause."""
        self._again.set()

    async def run(self) -> None:
        """Listen until cancelled; begin anew when the bot is another one."""
        async with Tasks("telegram", stop_timeout_s=0.5) as tasks:
            while True:
                self._again.clear()
                self._polled = self._bot.address
                self._is_well()
                poll = tasks.spawn("poll", self._keep_on(self._polled, tasks)) if self._polled is not None else None
                await self._again.wait()
                if poll is not None:
                    poll.cancel()
                    await asyncio.wait([poll])

    def _look(self) -> None:
        if self._bot.address != self._polled:
            self._again.set()

    async def _keep_on(self, bot: BotAddress, tasks: Tasks) -> None:
        while True:
            try:
                await self._listen(bot, tasks)
            except Exception:
                logger.exception("listening to Telegram broke off; beginning anew")
                self._is_failing(for_good=False)
                self._say("Pilot could not listen to Telegram; its log says why.")
                await asyncio.sleep(LAST_RETRY_S)

    async def _listen(self, bot: BotAddress, tasks: Tasks) -> None:
        backoff = Backoff(FIRST_RETRY_S, LAST_RETRY_S)
        offset: int | None = None
        wait_s = POLL_S
        while True:
            began_s = asyncio.get_running_loop().time()
            answer = await self._poll(bot, offset, wait_s)
            if not answer.ok or not isinstance(answer.result, list):
                await self._pause(answer, backoff)
                wait_s = ALONE_S if answer.status == 409 else 0  # to know soon that all is well again
                continue
            backoff.held()
            self._is_well()
            updates = _understood(answer.result)
            # what was confirmed need not be again: numbers may begin anew below, and would never be heard
            offset = max((number for number, _ in updates), default=-1) + 1 or None
            news = [entry for entry in updates if not self._heard.covers(_numbering(bot), entry[0])]
            for number, update in news:
                await self._take(bot, number, update, tasks)
            quick, wait_s = wait_s > 0 and asyncio.get_running_loop().time() - began_s < NOT_HELD_S, POLL_S
            if quick and not news:
                await asyncio.sleep(NOT_HELD_S)

    async def _poll(self, bot: BotAddress, offset: int | None, wait_s: int) -> TelegramAnswer:
        params: dict[str, object] = {
            "timeout": wait_s,
            "limit": MOST_AT_ONCE,
            "allowed_updates": ["message", "channel_post", "callback_query"],
        }
        if offset is not None:
            params["offset"] = offset
        return await self._http.call(bot, "getUpdates", params, wait_s + GRACE_S)

    async def _take(self, bot: BotAddress, number: int, update: Update | None, tasks: Tasks) -> None:
        """Note that something was heard, then deal with it in its own time: the next is listened for at once."""
        self._heard = Heard(bot=_numbering(bot), update=number)
        try:
            await self._store.commit([Write(_HEARD, (self._heard.model_dump_json(),))])
        except PilotError:
            logger.exception("what was heard from Telegram could not be noted")
        if update is not None:
            await self._room.acquire()
            tasks.spawn("heard", self._deal(update))

    async def _deal(self, update: Update) -> None:
        try:
            async with asyncio.timeout(HANDLING_S):
                await self._hear(update)
        except TimeoutError:
            logger.warning("what was written on Telegram took too long to deal with")
        finally:
            self._room.release()

    async def _pause(self, answer: TelegramAnswer, backoff: Backoff) -> None:
        """Say what is wrong, unless it may be over in a moment, and wait before the next try."""
        pause_s = max(backoff.next_s(), float(min(answer.retry_after_s or 0, LONGEST_REST_S)))
        if answer.status in (401, 404):
            pause_s = UNKNOWN_BOT_S
        self._is_failing(for_good=answer.status in (401, 404))
        if answer.status not in (0, 429) or backoff.attempts > 1:
            self._say(_trouble(answer))
        await asyncio.sleep(pause_s)

    def _is_well(self) -> None:
        self._failing_since_s = None
        if self.deaf:
            self.deaf = False
            self._changed()
        self._say(None)

    def _is_failing(self, *, for_good: bool) -> None:
        now = self._clock.monotonic_s()
        if self._failing_since_s is None:
            self._failing_since_s = now
        if not self.deaf and (for_good or now - self._failing_since_s >= DEAF_AFTER_S):
            self.deaf = True
            self._changed()

    def _say(self, trouble: str | None) -> None:
        if trouble != self.trouble:
            self.trouble = trouble
            if trouble is not None:
                logger.warning("Telegram is not heard: %s", trouble)
            self._changed()


def _read(body: str) -> Heard:
    try:
        return Heard.model_validate_json(body)
    except ValidationError:
        return Heard()


def _numbering(bot: BotAddress) -> str:
    """Return what has numbers of its own: a bot, at one API."""
    return f"{bot.id} {bot.api_url}"


def _trouble(answer: TelegramAnswer) -> str:
    if answer.status == 409:
        return _HOOKED if "webhook" in answer.description else _TAKEN
    return refusal(answer).message


def _understood(result: Sequence[object]) -> list[tuple[int, Update | None]]:
    """Return what happened with its numbers; None for what is in no known form."""
    found: list[tuple[int, Update | None]] = []
    for raw in result:
        number = raw.get("update_id") if isinstance(raw, dict) else None
        if not isinstance(number, int):
            continue
        try:
            found.append((number, Update.model_validate(raw)))
        except ValidationError:
            logger.warning("something from Telegram was not understood")
            found.append((number, None))
    return sorted(found, key=lambda entry: entry[0])
