"""The bot: what Pilot asks of it, and its refusals in words for people."""

from collections.abc import Sequence
from typing import TypeVar

from pydantic import ValidationError

from pilot_sidecar.core.errors import PilotError
from pilot_sidecar.core.settings import SettingsStore
from pilot_sidecar.infra.telegram import BotAddress, TelegramAnswer, TelegramHttp
from pilot_sidecar.notifications.ports import DeliveryError
from pilot_sidecar.notifications.telegram.wire import Chat, Message, Sent, User

Parsed = TypeVar("Parsed", User, Sent)
Keyboard = Sequence[Sequence[dict[str, str]]]
_HARMLESS = ("message is not modified", "message to edit not found", "message can't be edited", "MESSAGE_ID_INVALID")
"""An edit that is refused so has nothing left to do."""


class Bot:
    """The bot and the chat in the settings, as they are at each moment."""

    def __init__(self, http: TelegramHttp, settings: SettingsStore) -> None:
        self._http = http
        self._settings = settings
        self._moved: dict[str, str] = {}
        """Groups that became supergroups, where the settings could not follow."""
        self.me: User | None = None
        """The bot itself, once it was asked."""

    @property
    def address(self) -> BotAddress | None:
        """Return the bot, None while there is no token."""
        current = self._settings.current
        token = current.telegram_token.get_secret_value()
        return BotAddress(current.telegram_api_url, token) if token else None

    @property
    def chat(self) -> str:
        """Return the chat that is written to, empty where there is none."""
        chosen = self._settings.current.telegram_chat_id.strip()
        return self._moved.get(chosen, chosen)

    def is_chat(self, chat: Chat) -> bool:
        """Tell whether this is the chat that is written to."""
        chosen = self.chat
        if chosen.startswith("@"):
            return chat.username is not None and chat.username.lower() == chosen[1:].lower()
        return bool(chosen) and str(chat.id) == chosen

    def may_answer(self, chat: Chat, user: User | None) -> bool:
        """Tell whether what somebody does in a chat counts."""
        return self.is_chat(chat) and user is not None and not user.is_bot and user.id in self.allowed()

    def allowed(self) -> frozenset[int]:
        """Return who may answer: those named, or else whoever a private chat is with."""
        named = self._settings.current.telegram_user_ids
        if ids := frozenset(int(part) for part in named.split(",") if part.strip()):
            return ids
        return frozenset({int(self.chat)}) if self.chat.isdecimal() else frozenset()

    def follow(self, old: str, new: int) -> None:
        """Write to a group's new number from now on."""
        chosen = self._settings.current.telegram_chat_id.strip()
        if old != self.chat:
            return
        self._moved[chosen] = str(new)
        try:
            self._settings.update({"telegram_chat_id": str(new)})
        except PilotError:
            return  # it is set in the shell: what is noted above has to do

    async def who(self) -> User:
        """Ask the bot who it is."""
        self.me = _parsed(User, await self.ask("getMe"))
        return self.me

    async def send(
        self, html: str, keyboard: Keyboard = (), *, chat: int | None = None, reply_to: int | None = None, silent: bool
    ) -> Sent:
        """Write a message to the chat, or to another one."""
        params: dict[str, object] = {
            "text": html,
            "parse_mode": "HTML",
            "link_preview_options": {"is_disabled": True},
            "disable_notification": silent,
        }
        if keyboard:
            params["reply_markup"] = {"inline_keyboard": keyboard}
        if reply_to is not None:
            params["reply_parameters"] = {"message_id": reply_to, "allow_sending_without_reply": True}
        answer = await self._call("sendMessage", params | {"chat_id": chat or self.chat})
        if answer.migrated_to is not None and chat is None:
            self.follow(self.chat, answer.migrated_to)
            answer = await self._call("sendMessage", params | {"chat_id": answer.migrated_to})
        return _parsed(Sent, _checked(answer))

    async def say(self, to: Message, html: str) -> Sent:
        """Answer a message where it was written."""
        return await self.send(html, chat=to.chat.id, reply_to=to.message_id, silent=True)

    async def edit(self, chat: int, message_id: int, html: str) -> None:
        """Write a message anew, without its buttons."""
        params = {
            "chat_id": chat,
            "message_id": message_id,
            "text": html,
            "parse_mode": "HTML",
            "link_preview_options": {"is_disabled": True},
        }
        await self._edited("editMessageText", params)

    async def strip(self, chat: int, message_id: int) -> None:
        """Take a message's buttons away."""
        await self._edited("editMessageReplyMarkup", {"chat_id": chat, "message_id": message_id})

    async def answer(self, query_id: str, text: str, *, alert: bool = False) -> None:
        """Say what became of a pressed button; alerts stay until they are read."""
        await self.ask("answerCallbackQuery", callback_query_id=query_id, text=text[:200], show_alert=alert)

    async def ask(self, method: str, **params: object) -> TelegramAnswer:
        """Call a method; raises DeliveryError with what Telegram refused, in words for people."""
        return _checked(await self._call(method, params))

    async def _edited(self, method: str, params: dict[str, object]) -> None:
        answer = await self._call(method, params)
        if not answer.ok and not any(words in answer.description for words in _HARMLESS):
            _checked(answer)

    async def _call(self, method: str, params: dict[str, object]) -> TelegramAnswer:
        address = self.address
        if address is None:
            raise DeliveryError("The bot's token is missing.", final=True)
        return await self._http.call(address, method, params, self._settings.current.fetch_timeout_ms / 1000)


def refusal(answer: TelegramAnswer) -> DeliveryError:
    """Return what went wrong, for people, and whether another try helps."""
    words = answer.description.rstrip(".")
    match answer.status:
        case 0:
            return DeliveryError(f"Telegram was not reached: {words}.")
        case 401 | 404:
            return DeliveryError(
                "Telegram does not know this bot (any more): ask @BotFather for its token.", final=True
            )
        case 403:
            return DeliveryError("The bot may not write to this chat: it was blocked or removed there.", final=True)
        case 429:
            pause = answer.retry_after_s or 5
            return DeliveryError(f"Telegram asks for a pause of {pause} s.", retry_after_s=pause)
        case status if status >= 500:
            return DeliveryError(f"Telegram has troubles of its own: {words}.")
    if "chat not found" in words:
        return DeliveryError(
            "Telegram knows no such chat: write to the bot first, or connect the chat with a code.", final=True
        )
    return DeliveryError(f"Telegram refused: {words}.", final=True)


def _checked(answer: TelegramAnswer) -> TelegramAnswer:
    if not answer.ok:
        raise refusal(answer)
    return answer


def _parsed(model: type[Parsed], answer: TelegramAnswer) -> Parsed:
    try:
        return model.model_validate(answer.result)
    except ValidationError:
        raise DeliveryError("What answers there is not Telegram's API.") from None
