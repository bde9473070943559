"""Making a chat the one that Pilot writes to: a code from the settings page, sent in that chat."""

from pilot_sidecar.core.errors import BadRequestError, BusyError, ConflictError, PilotError
from pilot_sidecar.core.invitations import Invitations
from pilot_sidecar.core.notices_model import TelegramBinding
from pilot_sidecar.core.services import Services
from pilot_sidecar.notifications.ports import DeliveryError
from pilot_sidecar.notifications.telegram.bot import Bot
from pilot_sidecar.notifications.telegram.markup import Piece, render
from pilot_sidecar.notifications.telegram.people import Strangers, actor_of, chat_name
from pilot_sidecar.notifications.telegram.wire import Message

WRONG_CODES = 10
"""So many may be tried; then codes for typing are good no more."""
_PINNED = ("telegram_chat_id", "telegram_user_ids")
_INVALID = "This code is not valid. Make a new one in Pilot's settings; it is good once, for ten minutes."


class Binding:
    """Hands out codes, one good at a time, and takes them."""

    def __init__(self, services: Services, bot: Bot, strangers: Strangers) -> None:
        self._services = services
        self._bot = bot
        self._strangers = strangers
        self._codes: Invitations[bool] = Invitations(services.clock)
        self._wrong = 0

    async def open(self) -> TelegramBinding:
        """Return a fresh code; earlier ones end."""
        if self._bot.address is None:
            raise BadRequestError("The bot's token is missing.", "Make a bot with @BotFather and save its token first.")
        for name in _PINNED:
            self._services.settings.checked(name, "1")  # raises where the shell has it
        try:
            me = await self._bot.who()
            await self._bot.ask("deleteWebhook")
        except DeliveryError as error:
            if error.final:
                raise ConflictError(error.message, "Check the token under “Bot token”.") from None
            raise BusyError(error.message, "Check this machine's network, or the API's address.") from None
        self._codes.end_all()
        self._wrong = 0
        codes = self._codes.add(True)
        name = me.username or ""
        return TelegramBinding(
            code=codes.short,
            bot=name,
            link=f"https://t.me/{name}?start={codes.code}",
            command=f"/pair {codes.short}",
            expires_at=codes.expires_at,
        )

    async def take(self, code: str, message: Message) -> None:
        """Bind the chat a message is in, if its code is right."""
        if self._codes.take(code) is None:
            self._count_wrong()
            self._strangers.note("code", message.chat, message.author)
            if self._strangers.hears_back(message.chat):
                await self._bot.say(message, _INVALID)
            return
        self._codes.end_all()
        try:
            self._bind(message)
        except PilotError as error:
            await self._bot.say(message, render([Piece(f"{error.message} {error.hint or ''}")]))
            return
        await self._bot.say(message, self._greeting(message))

    def _count_wrong(self) -> None:
        self._wrong += 1
        if self._wrong >= WRONG_CODES:
            self._codes.end_short_codes()

    def _bind(self, message: Message) -> None:
        """Write to this chat from now on; whoever sent the code may answer, with others only where it was so before."""
        here = self._bot.is_chat(message.chat)
        allowed = set(self._bot.allowed()) if here else set()
        if message.author is not None:
            allowed.add(message.author.id)
        ids = ",".join(str(user) for user in sorted(allowed))
        self._services.settings.update({"telegram_chat_id": str(message.chat.id), "telegram_user_ids": ids})
        self._services.audit.record(
            "telegram.bound", actor_of(message.author), chat=str(message.chat.id), kind=message.chat.type, users=ids
        )

    def _greeting(self, message: Message) -> str:
        pieces = [
            Piece("This is where Pilot writes to now.", "b"),
            Piece(f"\nMachine: {self._services.info.machine}. /help says what you can do here."),
        ]
        if message.author is None:
            who = "Nobody may answer yet: name users in Pilot's settings, under “Who may answer”."
            pieces.append(Piece(f"\n\n{who}"))
        elif len(self._bot.allowed()) > 1:
            pieces.append(Piece("\n\nYou may answer here too."))
        elif message.chat.type != "private":
            others = "only you may answer. Others connect this chat once more, each with a code."
            pieces.append(Piece(f"\n\n{chat_name(message.chat)}: {others}"))
        return render(pieces)
