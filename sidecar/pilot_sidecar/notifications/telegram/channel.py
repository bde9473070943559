"""The one chat that Pilot writes to."""

import asyncio
import contextlib
import logging
from collections.abc import Sequence
from urllib.parse import quote, urlsplit

from pydantic import ValidationError

from pilot_sidecar.core.asks_model import Ask
from pilot_sidecar.core.errors import NotFoundError, StorageError
from pilot_sidecar.core.notices_model import ChannelName, Notice, TelegramBinding
from pilot_sidecar.core.services import Services
from pilot_sidecar.infra.tasks import Tasks
from pilot_sidecar.infra.telegram import TelegramHttp
from pilot_sidecar.notifications.ports import DeliveryError, Endpoint
from pilot_sidecar.notifications.telegram import overview
from pilot_sidecar.notifications.telegram.binding import Binding
from pilot_sidecar.notifications.telegram.book import Letter, LetterBook
from pilot_sidecar.notifications.telegram.bot import Bot
from pilot_sidecar.notifications.telegram.compose import Composed, compose, is_link
from pilot_sidecar.notifications.telegram.listener import Listener
from pilot_sidecar.notifications.telegram.markup import Piece, prose, render
from pilot_sidecar.notifications.telegram.messages import Messages
from pilot_sidecar.notifications.telegram.people import Strangers, chat_name
from pilot_sidecar.notifications.telegram.presses import Presses
from pilot_sidecar.notifications.telegram.wire import Chat, Sent, Update

logger = logging.getLogger(__name__)

_BAD_LINK = ("BUTTON_URL_INVALID", "Wrong HTTP URL", "inline keyboard button URL")
"""Telegram does not say in advance which addresses it takes."""


class TelegramChannel:
    """Writes to the chat in the settings, and listens to it."""

    name: ChannelName = "telegram"

    def __init__(self, services: Services) -> None:
        self._services = services
        self._http = TelegramHttp()
        self._bot = Bot(self._http, services.settings)
        self._book = LetterBook(services.store, services.clock)
        strangers = Strangers(services)
        self._binding = Binding(services, self._bot, strangers)
        self._presses = Presses(services, self._bot, self._book, strangers)
        self._messages = Messages(services, self._bot, self._book, self._binding, strangers)
        self._listener = Listener(services, self._http, self._bot, self._hear, services.notifications.changed)
        self._in_order = asyncio.Lock()
        self._names: dict[str, str] = {}
        self._settled = asyncio.Event()
        services.settings.on_change(self._settled.set)

    def advice(self) -> str | None:
        """Return, for people, what is missing before anybody can be reached this way."""
        if self._bot.address is None:
            return "Make a bot with @BotFather and give Pilot its token."
        if not self._bot.chat:
            return "Connect the chat that Pilot is to write to."
        return (
            None
            if self._bot.allowed()
            else "Nobody may answer there yet: connect the chat with a code, or name who may."
        )

    def trouble(self) -> str | None:
        """Return, for people, what keeps Pilot from hearing the answers."""
        return self._listener.trouble

    def endpoints(self) -> Sequence[Endpoint]:
        """Return the chat, once it is known."""
        chat = self._bot.chat
        if self._bot.address is None or not chat:
            return []
        answers = bool(self._bot.allowed()) and not self._listener.deaf
        return [Endpoint(chat, self._names.get(chat, "Telegram"), answers=answers)]

    async def deliver(self, endpoint: Endpoint, notice: Notice) -> str:
        """Write a message; return where it is, nothing where there was no need any more."""
        ask = await self._ask(notice)
        if notice.ask_id is not None and ask is None:
            return ""
        if ask is not None and (place := await self._book.standing(ask, self._bot.chat)) is not None:
            return _receipt(*place)
        link = await self._link(notice)
        composed = compose(notice, ask, self._session(notice), linked=link is not None)
        letter = Letter(composed.kept, notice.session_id, notice.ask_id, ask.digest if ask is not None else None)
        silent = not notice.urgent and notice.kind != "test"
        try:
            return await self._write(letter, composed, link, silent=silent)
        except DeliveryError as error:
            if link is None or not any(words in error.message for words in _BAD_LINK):
                raise
        composed = compose(notice, ask, self._session(notice), linked=False)
        letter = Letter(composed.kept, notice.session_id, notice.ask_id, letter.digest)
        return await self._write(letter, composed, None, silent=silent)

    async def withdraw(self, endpoint: Endpoint, notice: Notice, receipt: str, outcome: str) -> None:
        """Edit the message: its buttons go, the outcome is added."""
        chat, _, message = receipt.partition("/")
        if not message:
            return
        place = int(chat), int(message)
        letter = await self._book.find(*place)
        self._book.drop_at(*place)
        if letter is None:
            await self._bot.strip(*place)
        elif outcome:
            added = render([Piece("\n\n"), Piece(prose(outcome, 250), "b")])
            await self._bot.edit(*place, letter.html + added)
        elif letter.ask_id is not None:
            await self._bot.edit(*place, letter.html + render([Piece("\n\n"), Piece("No longer waiting.", "b")]))

    async def bind(self) -> TelegramBinding:
        """Wait for a code in the chat that is to be written to."""
        binding = await self._binding.open()
        self._listener.nudge()
        return binding

    async def run(self) -> None:
        """Listen to the chat until cancelled."""
        async with Tasks("telegram", stop_timeout_s=0.5) as tasks:
            tasks.spawn("introduction", self._introduce())
            try:
                await self._listener.run()
            finally:
                await self._http.close()

    async def _hear(self, update: Update) -> None:
        try:
            if update.callback_query is not None:
                await self._presses.hear(update.callback_query)
            elif (message := update.message or update.channel_post) is not None:
                async with self._in_order:
                    await self._messages.hear(message)
        except DeliveryError as error:
            logger.info("an answer did not reach Telegram: %s", error.message)

    async def _write(self, letter: Letter, composed: Composed, link: str | None, *, silent: bool) -> str:
        choices = [choice for row in composed.rows for choice in row]
        data = iter(self._book.prepare(letter, [choice.decision for choice in choices]))
        keyboard = [[{"text": one.label, "callback_data": next(data)} for one in row] for row in composed.rows]
        if link is not None:
            keyboard.append([{"text": "Open Pilot", "url": link}])
        try:
            sent = await self._bot.send(composed.html, keyboard, silent=silent)
            await self._keep(letter, sent)
        except BaseException:
            self._book.drop(letter)
            raise
        return _receipt(sent.chat.id, sent.message_id)

    async def _keep(self, letter: Letter, sent: Sent) -> None:
        try:
            await self._book.keep(letter, sent.chat.id, sent.message_id)
        except StorageError:  # it is in the chat: to send it again would help nobody
            letter.unwritten = True
            logger.exception("a message could not be written down: its buttons are good until the hub stops")

    async def _ask(self, notice: Notice) -> Ask | None:
        """Return the ask of a notice, if it still waits and is the one that was announced."""
        if notice.ask_id is None:
            return None
        try:
            ask = await self._services.asks.get(notice.ask_id)
        except NotFoundError:
            return None
        return ask if ask.state == "pending" and notice.digest in (None, ask.digest) else None

    def _session(self, notice: Notice) -> str:
        session = self._services.sessions.get(notice.session_id) if notice.session_id is not None else None
        return overview.session_name(self._services, session) if session is not None else ""

    async def _link(self, notice: Notice) -> str | None:
        """Return an address that opens a notice on other devices, where one is known that Telegram takes."""
        reach = await asyncio.to_thread(self._services.reach.now)
        base = next((one.url for one in reach.addresses if one.reach != "local"), None)
        if base is None or "." not in (urlsplit(base).hostname or ""):
            return None
        what, which = ("ask", notice.ask_id) if notice.ask_id else ("session", notice.session_id)
        url = f"{base}/#{what}={quote(which, safe='')}" if which else base
        return url if is_link(url) else None

    async def _introduce(self) -> None:
        """Learn the names of bot and chat, and offer the commands there, whenever they are others than before."""
        told: tuple[object, str] | None = None
        while True:
            self._settled.clear()
            now = (self._bot.address, self._bot.chat)
            if now != told and self._bot.address is not None:
                told = now if await self._learned(now[1]) else told
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(None if now == told or now[0] is None else 60):
                    await self._settled.wait()

    async def _learned(self, chat: str) -> bool:
        """Tell whether there is nothing more to learn for now."""
        try:
            await self._learn(chat)
        except DeliveryError as error:
            return error.final
        except ValidationError:
            return False
        return True

    async def _learn(self, chat: str) -> None:
        await self._bot.who()
        if not chat:
            return
        found = Chat.model_validate((await self._bot.ask("getChat", chat_id=chat)).result)
        self._names[chat] = chat_name(found)
        self._services.notifications.changed()
        commands = [{"command": name, "description": words} for name, words in overview.COMMANDS]
        await self._bot.ask("setMyCommands", commands=commands, scope={"type": "chat", "chat_id": chat})


def _receipt(chat_id: int, message_id: int) -> str:
    return f"{chat_id}/{message_id}"
