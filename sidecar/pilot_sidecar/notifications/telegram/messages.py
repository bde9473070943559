"""What people write: codes, commands, replies that answer a question or give an agent work."""

from pilot_sidecar.core.agents import PromptRequest
from pilot_sidecar.core.asks_model import Ask, DecisionRequest
from pilot_sidecar.core.errors import NotFoundError, PilotError
from pilot_sidecar.core.prompting import send_prompt
from pilot_sidecar.core.services import Services
from pilot_sidecar.notifications.telegram import overview
from pilot_sidecar.notifications.telegram.binding import Binding
from pilot_sidecar.notifications.telegram.book import Letter, LetterBook
from pilot_sidecar.notifications.telegram.bot import Bot
from pilot_sidecar.notifications.telegram.compose import takes_text
from pilot_sidecar.notifications.telegram.markup import Piece, render
from pilot_sidecar.notifications.telegram.people import Strangers, actor_of
from pilot_sidecar.notifications.telegram.wire import Message, Sent

TOO_OLD_S = 300
"""What was written so long before Pilot heard it gives no agent work."""
_TEXTS = {
    "status": overview.status_text,
    "sessions": overview.sessions_text,
    "asks": overview.asks_text,
    "help": overview.help_text,
    "start": overview.help_text,
}
_OFF = "Replies are not passed on to agents. “Replies are prompts” in Pilot's settings (Telegram) switches that on."
_UNKNOWN = "Pilot does not know any more what that message is about. Reply to a newer one."
_NO_TEXT = "Only text can be passed on."
_STRANGER = "This bot belongs to somebody's Pilot. Pilot's settings make a code that connects a chat."
_NOBODY = "Nobody knows here who writes. Use the buttons, or write in your own name."
_NOT_YOU = "You may not do this here. Pilot's settings name who may; your user id is {}."


class Messages:
    """Understands what is written to the bot."""

    def __init__(self, services: Services, bot: Bot, book: LetterBook, binding: Binding, strangers: Strangers) -> None:
        self._services = services
        self._bot = bot
        self._book = book
        self._binding = binding
        self._strangers = strangers

    async def hear(self, message: Message) -> None:
        """Do what a message says, or say why not."""
        if message.migrate_to_chat_id is not None:
            self._bot.follow(str(message.chat.id), message.migrate_to_chat_id)
            return
        command, rest = self._command(message.text or "")
        if command in ("start", "pair") and rest:
            await self._binding.take(rest, message)
        elif not self._bot.may_answer(message.chat, message.author):
            await self._refuse(message, command)
        elif command is not None:
            await self._obey(message, command)
        elif message.reply_to_message is not None:
            await self._reply(message, message.reply_to_message)
        elif message.chat.type == "private":
            await self._say(message, "Reply to a message of mine, or send /help.")

    def _command(self, text: str) -> tuple[str | None, str]:
        """Return the command a text is for this bot, and what follows it."""
        if not text.startswith("/"):
            return None, ""
        word, _, rest = text[1:].partition(" ")
        name, _, whose = word.partition("@")
        me = self._bot.me.username if self._bot.me is not None else None
        if whose and me and whose.lower() != me.lower():
            return None, ""
        return name.lower(), rest.strip()[:100]

    async def _refuse(self, message: Message, command: str | None) -> None:
        here, user = self._bot.is_chat(message.chat), message.author
        meant = command is not None or message.chat.type == "private"
        if not meant or (command is None and here):
            return  # a group's own talk
        self._strangers.note("message", message.chat, user)
        if self._strangers.hears_back(message.chat):
            known = _NOT_YOU.format(user.id) if user is not None else _NOBODY
            await self._say(message, known if here else _STRANGER)

    async def _obey(self, message: Message, command: str) -> None:
        text = _TEXTS.get(command)
        if text is not None:
            await self._bot.say(message, text(self._services))
        elif message.chat.type == "private":
            await self._say(message, "There is no such command. /help lists them.")

    async def _reply(self, message: Message, to: Sent) -> None:
        letter = await self._book.find(to.chat.id, to.message_id)
        if letter is None:
            if message.chat.type == "private":
                await self._say(message, _UNKNOWN)
            return
        if not message.text or not message.text.strip():
            await self._say(message, _NO_TEXT)
            return
        try:
            words = await self._carry_out(message, letter, message.text.strip())
        except PilotError as error:
            words = f"{error.message} {error.hint or ''}".strip()
        html = render([Piece(words)])
        told = await self._bot.say(message, html)
        await self._book.keep(Letter(html, letter.session_id), told.chat.id, told.message_id)

    async def _carry_out(self, message: Message, letter: Letter, text: str) -> str:
        """Answer a question or hand over a prompt; return what to say."""
        if (ask := await self._question(letter)) is not None:
            return await self._answer(message, letter, ask, text)
        if letter.session_id is None:
            return _UNKNOWN
        if not self._services.settings.current.telegram_prompts:
            return _OFF
        late_s = self._services.clock.now_ms() // 1000 - message.date
        if late_s > TOO_OLD_S:
            return f"Pilot heard this {late_s // 60} min late and did not pass it on. Send it again if it still holds."
        session = await send_prompt(
            self._services, letter.session_id, PromptRequest(text=text), actor_of(message.author)
        )
        return f"Passed on to {overview.session_name(self._services, session)}."

    async def _question(self, letter: Letter) -> Ask | None:
        """Return the question a message asked, waiting or not; None if it asked none."""
        if letter.ask_id is None:
            return None
        try:
            ask = await self._services.asks.get(letter.ask_id)
        except NotFoundError:
            return None
        return ask if ask.kind == "question" else None

    async def _answer(self, message: Message, letter: Letter, ask: Ask, text: str) -> str:
        if not takes_text(ask):
            return "This takes more than one answer: open Pilot for it."
        labels = {option.label.casefold(): option.label for option in ask.questions[0].options}
        request = DecisionRequest(kind="answer", digest=letter.digest, answers=[[labels.get(text.casefold(), text)]])
        key = f"telegram message {message.chat.id} {message.message_id}"
        await self._services.asks.decide(ask.id, request, actor_of(message.author), key)
        if letter.place is not None:
            self._book.drop_at(*letter.place)
        return "Answered."

    async def _say(self, message: Message, words: str) -> None:
        await self._bot.say(message, render([Piece(words.strip())]))
