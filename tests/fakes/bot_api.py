"""A stand-in for Telegram's Bot API on loopback: long polls, messages, buttons, and what goes wrong there."""

import asyncio
import itertools
import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from aiohttp import web

from fakes.telegram_html import NotParsedError, parsed, utf16

TOKEN = "123456789:AAbbCCddEEffGGhhIIjjKKllMMnnOOppQQr"
BOT = {"id": 123456789, "is_bot": True, "first_name": "Pilot", "username": "my_pilot_bot"}
ANNA = {"id": 42, "is_bot": False, "first_name": "Anna", "username": "anna"}
EVE = {"id": 666, "is_bot": False, "first_name": "Eve"}
PRIVATE = {"id": 42, "type": "private", "first_name": "Anna"}
GROUP = {"id": -1001234567890, "type": "supergroup", "title": "Ops"}
CHANNEL = {"id": -1009876543210, "type": "channel", "title": "News", "username": "pilot_news"}
LIMIT_S = 5.0
Json = dict[str, Any]


@dataclass
class Shown:
    """A message of the bot's, as people see it now."""

    chat: Json
    id: int
    html: str
    text: str
    tags: list[tuple[str, str]]
    buttons: list[Json] = field(default_factory=list)
    silent: bool = False
    reply_to: int | None = None
    edits: int = 0

    def button(self, label: str) -> Json:
        return next(button for button in self.buttons if button["text"] == label)

    @property
    def labels(self) -> list[str]:
        return [button["text"] for button in self.buttons]


@dataclass
class Answered:
    """What somebody who pressed a button was told."""

    text: str
    alert: bool


class RefusedError(Exception):
    """The Bot API says no."""

    def __init__(self, status: int, words: str, **parameters: int) -> None:
        super().__init__(words)
        self.status, self.words, self.parameters = status, words, parameters


class BotApi:
    """One bot and its chats."""

    def __init__(self) -> None:
        self.url = ""
        self.messages: dict[tuple[int, int], Shown] = {}
        self.order: list[Shown] = []
        self.answers: dict[str, Answered] = {}
        self.calls: list[tuple[str, Json]] = []
        self.chats: dict[int, Json] = {chat["id"]: chat for chat in (PRIVATE, GROUP, CHANNEL)}  # type: ignore[misc]
        self.blocked: set[int] = set()
        self.migrated: dict[int, int] = {}
        self.webhook = False
        self.revoked = False
        self.tired: list[int] = []
        """``retry_after`` of the next refusals with 429, for all but polls."""
        self.broken: list[int] = []
        """Statuses of the next answers, for all but polls; 0 closes the connection."""
        self.cut = False
        """Nobody gets through: every connection is closed without an answer."""
        self.hanging = False
        """Whatever is called gets no answer."""
        self.on_poll: Callable[[], None] = lambda: None
        """Called when a poll is about to be answered."""
        self.conflicts = 0
        self._updates: list[Json] = []
        self._next_update = 5_000
        self._ids = itertools.count(100)
        self._poll: asyncio.Future[None] | None = None

    # what people do

    def press(self, message: Shown, label: str, user: Json | None = None) -> str:
        """Press a button; return the query's id."""
        return self.press_data(message, message.button(label)["callback_data"], user)

    def press_data(self, message: Shown, data: str, user: Json | None = None, message_id: int | None = None) -> str:
        query = f"q{next(self._ids)}"
        place = {"message_id": message_id or message.id, "chat": message.chat, "date": 1, "text": message.text}
        self._add({"callback_query": {"id": query, "from": user or ANNA, "message": place, "data": data}})
        return query

    def write(
        self, text: str, chat: Json | None = None, user: Json | None = None, *, reply_to: Shown | None = None,
        date: int = 1_700_000_000, **more: object,
    ) -> int:  # fmt: skip
        """Write to the bot; return the message's id."""
        chat, number = chat or PRIVATE, next(self._ids)
        message: Json = {"message_id": number, "chat": chat, "date": date, "text": text, **more}
        if reply_to is not None:
            message["reply_to_message"] = {"message_id": reply_to.id, "chat": reply_to.chat, "date": 1}
        if chat["type"] == "channel":
            self._add({"channel_post": message})
        else:
            self._add({"message": {"from": user or ANNA, **message}})
        return number

    def begin_numbers_at(self, number: int) -> None:
        """Do as Telegram does after a week of silence."""
        self._next_update = number

    def repeat(self, update: Json) -> None:
        """Tell of something once more."""
        self._updates.append(update)
        self._wake()

    @property
    def polled(self) -> bool:
        return self._poll is not None and not self._poll.done()

    # what tests wait for

    async def until(self, condition: Callable[[], object], limit_s: float = LIMIT_S) -> Any:
        """Return what a condition finds, once it does."""
        async with asyncio.timeout(limit_s):
            while not (found := condition()):
                await asyncio.sleep(0.005)
            return found

    async def written(self, words: str, limit_s: float = LIMIT_S) -> Shown:
        """Return the newest message with some words in it, once there is one."""
        found = await self.until(lambda: [one for one in self.order if words in one.text], limit_s)
        return found[-1]  # type: ignore[no-any-return]

    async def answered(self, query: str, limit_s: float = LIMIT_S) -> Answered:
        return await self.until(lambda: self.answers.get(query), limit_s)  # type: ignore[no-any-return]

    async def listened_to(self, limit_s: float = LIMIT_S) -> None:
        await self.until(lambda: self.polled, limit_s)

    def called(self, method: str) -> list[Json]:
        return [params for name, params in self.calls if name == method]

    # the server

    async def handle(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        params = await request.json()
        if self.cut:
            return self._close(request)
        if self.hanging:
            await asyncio.sleep(60)
        try:
            if request.match_info["token"] != TOKEN or self.revoked:
                raise RefusedError(401, "Unauthorized")
            self.calls.append((method, params))
            if method == "getUpdates":
                return self._ok(await self._get_updates(params, request))
            if self.broken:
                return self._fail(request, self.broken.pop(0))
            if self.tired:
                pause = self.tired.pop(0)
                raise RefusedError(429, f"Too Many Requests: retry after {pause}", retry_after=pause)
            return self._ok(getattr(self, f"_{_snake(method)}")(params))
        except RefusedError as error:
            body: Json = {"ok": False, "error_code": error.status, "description": error.words}
            if error.parameters:
                body["parameters"] = error.parameters
            return web.json_response(body, status=error.status)

    async def _get_updates(self, params: Json, request: web.Request) -> list[Json]:
        if self.webhook:
            raise RefusedError(409, "Conflict: can't use getUpdates method while webhook is active")
        if self._poll is not None and not self._poll.done():
            self._poll.set_exception(RefusedError(409, "Conflict: terminated by other getUpdates request"))
            self.conflicts += 1
        offset = params.get("offset", 0)
        self._updates = [update for update in self._updates if update["update_id"] >= offset]
        if not self._updates:
            self._poll = poll = asyncio.get_running_loop().create_future()
            try:
                async with asyncio.timeout(params.get("timeout", 0)):
                    await poll
            except TimeoutError:
                return []
            if self.cut:
                self._close(request)
        self.on_poll()
        self._updates = [update for update in self._updates if update["update_id"] >= offset]
        return self._updates[:100]

    def break_polls(self) -> None:
        """Cut the network: the held poll breaks, and nobody gets through until ``cut`` is taken back."""
        self.cut = True
        self._wake()

    def _add(self, what: Json) -> None:
        self._updates.append({"update_id": self._next_update, **what})
        self._next_update += 1
        self._wake()

    def _wake(self) -> None:
        if self._poll is not None and not self._poll.done():
            self._poll.set_result(None)

    def _close(self, request: web.Request) -> web.StreamResponse:
        assert request.transport is not None
        request.transport.close()
        return web.Response()

    def _fail(self, request: web.Request, status: int) -> web.StreamResponse:
        if status == 0:
            return self._close(request)
        return web.Response(status=status, text="<html>Bad Gateway</html>", content_type="text/html")

    def _ok(self, result: object) -> web.Response:
        return web.json_response({"ok": True, "result": result})

    # its methods

    def _get_me(self, _params: Json) -> object:
        return BOT

    def _set_my_commands(self, params: Json) -> object:
        self._chat(params["scope"]["chat_id"])
        assert all(re.fullmatch(r"[a-z0-9_]{1,32}", command["command"]) for command in params["commands"])
        return True

    def _delete_webhook(self, _params: Json) -> object:
        self.webhook = False
        return True

    def _get_chat(self, params: Json) -> object:
        return self._chat(params["chat_id"])

    def _send_message(self, params: Json) -> object:
        chat = self._chat(params["chat_id"])
        plain, tags = self._text(params)
        number, reply = next(self._ids), params.get("reply_parameters", {}).get("message_id")
        silent, buttons = params.get("disable_notification", False), self._buttons(params)
        shown = Shown(chat, number, params["text"], plain, tags, buttons, silent, reply)
        self.messages[chat["id"], number] = shown
        self.order.append(shown)
        return {"message_id": number, "chat": chat, "date": 1, "from": BOT, "text": plain}

    def _edit_message_text(self, params: Json) -> object:
        shown = self._shown(params)
        plain, tags = self._text(params)
        buttons = self._buttons(params)
        if (params["text"], buttons) == (shown.html, shown.buttons):
            raise RefusedError(400, "Bad Request: message is not modified: specified new message content is the same")
        shown.html, shown.text, shown.tags, shown.buttons = params["text"], plain, tags, buttons
        shown.edits += 1
        return {"message_id": shown.id, "chat": shown.chat, "date": 1, "text": plain}

    def _edit_message_reply_markup(self, params: Json) -> object:
        shown = self._shown(params)
        if not shown.buttons:
            raise RefusedError(400, "Bad Request: message is not modified")
        shown.buttons = self._buttons(params)
        return {"message_id": shown.id, "chat": shown.chat, "date": 1, "text": shown.text}

    def _answer_callback_query(self, params: Json) -> object:
        assert len(params["text"]) <= 200
        query = params["callback_query_id"]
        if query in self.answers:
            raise RefusedError(400, "Bad Request: query is too old and response timeout expired or query ID is invalid")
        self.answers[query] = Answered(params["text"], params.get("show_alert", False))
        return True

    def _chat(self, chat_id: object) -> Json:
        wanted = str(chat_id).lower()
        names = {name: one for one in self.chats.values() for name in (str(one["id"]), f"@{one.get('username')}")}
        found = names.get(wanted)
        if found is None:
            raise RefusedError(400, "Bad Request: chat not found")
        if found["id"] in self.blocked:
            raise RefusedError(403, "Forbidden: bot was blocked by the user")
        if (new := self.migrated.get(found["id"])) is not None:
            raise RefusedError(400, "Bad Request: group chat was upgraded to a supergroup chat", migrate_to_chat_id=new)
        return found

    def _shown(self, params: Json) -> Shown:
        shown = self.messages.get((self._chat(params["chat_id"])["id"], params["message_id"]))
        if shown is None:
            raise RefusedError(400, "Bad Request: message to edit not found")
        return shown

    def _text(self, params: Json) -> tuple[str, list[tuple[str, str]]]:
        assert params["parse_mode"] == "HTML"
        try:
            plain, tags = parsed(params["text"])
        except NotParsedError as error:
            raise RefusedError(400, f"Bad Request: can't parse entities: {error}") from error
        if not plain.strip():
            raise RefusedError(400, "Bad Request: message text is empty")
        if utf16(plain) > 4096:
            raise RefusedError(400, "Bad Request: message is too long")
        return plain, tags

    def _buttons(self, params: Json) -> list[Json]:
        rows = params.get("reply_markup", {}).get("inline_keyboard", [])
        buttons = [button for row in rows for button in row]
        for button in buttons:
            if not button["text"].strip():
                raise RefusedError(400, "Bad Request: inline keyboard button text is empty")
            if "url" in button:
                parts = urlsplit(button["url"])
                if parts.scheme not in ("http", "https") or "." not in (parts.hostname or ""):
                    raise RefusedError(400, "Bad Request: inline keyboard button URL is invalid: Wrong HTTP URL")
            elif not 1 <= len(button["callback_data"].encode()) <= 64:
                raise RefusedError(400, "Bad Request: BUTTON_DATA_INVALID")
        return buttons


def _snake(name: str) -> str:
    return re.sub(r"[A-Z]", lambda letter: f"_{letter[0].lower()}", name)


@asynccontextmanager
async def serve_bot_api() -> AsyncIterator[BotApi]:
    """Serve it on a free port."""
    api = BotApi()
    app = web.Application()
    app.router.add_post("/bot{token}/{method}", api.handle)
    runner = web.AppRunner(app, shutdown_timeout=0.05, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    api.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield api
    finally:
        await runner.cleanup()
