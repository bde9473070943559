"""Pressed buttons: a decision, once, by somebody who may make it, on exactly what the message shows."""

import contextlib
import logging

from pilot_sidecar.core.asks_model import Ask
from pilot_sidecar.core.errors import (
    AlreadyAnsweredError,
    DigestRequiredError,
    NotFoundError,
    NotOfferedError,
    PilotError,
    StaleDigestError,
)
from pilot_sidecar.core.services import Services
from pilot_sidecar.notifications.ports import DeliveryError
from pilot_sidecar.notifications.telegram.book import Letter, LetterBook
from pilot_sidecar.notifications.telegram.bot import Bot
from pilot_sidecar.notifications.telegram.people import Strangers, actor_of, refused
from pilot_sidecar.notifications.telegram.wire import CallbackQuery, Sent

logger = logging.getLogger(__name__)

GONE = "This button is good no more: it was answered, or Pilot asked again in a newer message."
_OVER = (AlreadyAnsweredError, StaleDigestError, NotFoundError, NotOfferedError, DigestRequiredError)
"""After these, no other button of the message can do better."""


class Presses:
    """Carries out what buttons mean."""

    def __init__(self, services: Services, bot: Bot, book: LetterBook, strangers: Strangers) -> None:
        self._asks = services.asks
        self._bot = bot
        self._book = book
        self._strangers = strangers

    async def hear(self, query: CallbackQuery) -> None:
        """Decide what a press says, or say why not."""
        place = query.message
        if place is None or query.data is None or not self._bot.may_answer(place.chat, query.sender):
            await self._refuse(query)
            return
        found = await self._book.pressed(query.data, place.chat.id, place.message_id)
        if found is None:
            await self._tell(query, GONE, alert=True)
            await self._strip(place)
            return
        letter, decision = found
        if letter.ask_id is None:
            return
        try:
            ask = await self._asks.decide(letter.ask_id, decision, actor_of(query.sender), f"telegram {query.data}")
        except PilotError as error:
            if isinstance(error, _OVER):
                self._book.drop(letter)
                await self._strip(place)
            await self._tell(query, _words(error), alert=True)
            return
        await self._done(query, letter, ask)

    async def _done(self, query: CallbackQuery, letter: Letter, ask: Ask) -> None:
        self._book.drop(letter)
        await self._tell(query, outcome(ask))

    async def _refuse(self, query: CallbackQuery) -> None:
        here = query.message is not None and self._bot.is_chat(query.message.chat)
        if query.message is not None:
            self._strangers.note("button", query.message.chat, query.sender)
        await self._tell(query, refused(query.sender, here=here), alert=True)

    async def _tell(self, query: CallbackQuery, words: str, *, alert: bool = False) -> None:
        """Say what came of a press; Telegram takes that for some seconds only, so it is no harm if that fails."""
        with contextlib.suppress(DeliveryError):
            await self._bot.answer(query.id, words, alert=alert)

    async def _strip(self, place: Sent) -> None:
        """Take dead buttons away; it is no harm if that fails."""
        with contextlib.suppress(DeliveryError):
            await self._bot.strip(place.chat.id, place.message_id)


def outcome(ask: Ask) -> str:
    """Return what was decided, in words."""
    chosen = ask.resolution
    match chosen.choice if chosen is not None else None:
        case "allow_once" | "allow_always":
            return "Allowed."
        case "deny":
            return "Denied."
        case "answer":
            return "Answered."
        case _:
            return "Done."


def _words(error: PilotError) -> str:
    return f"{error.message} {error.hint}" if error.hint else error.message
