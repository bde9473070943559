"""What was written to Telegram: which message is about what, and what its buttons mean. Survives a restart."""

import asyncio
import json
import logging
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field

from pydantic import TypeAdapter

from pilot_sidecar.core.asks_model import Ask, DecisionRequest
from pilot_sidecar.core.store import Row, Store, Write
from pilot_sidecar.infra.clock import Clock

logger = logging.getLogger(__name__)
KEPT_MS = 30 * 86_400_000
IN_FLIGHT_S = 12.0
"""How long a pressed button waits for Telegram's answer to the message it is in."""
_COLUMNS = "chat_id, message_id, session_id, ask_id, digest, html, buttons, at"
_INSERT = f"INSERT OR REPLACE INTO telegram_messages ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"  # noqa: S608 - ours
_FIND = f"SELECT {_COLUMNS} FROM telegram_messages WHERE chat_id = ? AND message_id = ?"  # noqa: S608 - ours
_LIVE = f"SELECT {_COLUMNS} FROM telegram_messages WHERE buttons <> '{{}}' ORDER BY at"  # noqa: S608 - ours
_CLEAR = "UPDATE telegram_messages SET buttons = '{}' WHERE chat_id = ? AND message_id = ?"
_FORGET = "DELETE FROM telegram_messages WHERE at < ?"
_buttons: TypeAdapter[dict[str, DecisionRequest]] = TypeAdapter(dict[str, DecisionRequest])


@dataclass(slots=True)
class Letter:
    """A message, what it is about, and what each of its buttons decides."""

    html: str
    session_id: str | None = None
    ask_id: str | None = None
    digest: str | None = None
    buttons: dict[str, DecisionRequest] = field(default_factory=dict)
    """By the opaque data that Telegram hands back; a button is good once, and with it all others of its message."""
    place: tuple[int, int] | None = None
    """Chat and message; None while it is on its way."""
    unwritten: bool = False
    """The disk refused it."""
    sent: asyncio.Event = field(default_factory=asyncio.Event)


class LetterBook:
    """Keeps the messages."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._live: dict[str, Letter] = {}
        for row in store.read_now(_LIVE):
            try:
                letter = _letter(row)
            except ValueError:  # pydantic's is one
                logger.warning("a message on disk is not understood: its buttons mean nothing any more")
                continue
            self._live |= dict.fromkeys(letter.buttons, letter)
        store.write_soon(Write(_FORGET, (clock.now_ms() - KEPT_MS,)))

    def prepare(self, letter: Letter, decisions: Sequence[DecisionRequest]) -> list[str]:
        """Give a message its buttons before it is sent: one may be pressed before Telegram's answer is here."""
        data = [secrets.token_urlsafe(18) for _ in decisions]
        letter.buttons = dict(zip(data, decisions, strict=True))
        self._live |= dict.fromkeys(data, letter)
        return data

    async def keep(self, letter: Letter, chat_id: int, message_id: int) -> None:
        """Note where a message is, on disk."""
        letter.place = (chat_id, message_id)
        letter.sent.set()
        buttons = _buttons.dump_json(letter.buttons, exclude_none=True).decode()
        about = (letter.session_id, letter.ask_id, letter.digest)
        now = self._clock.now_ms()
        await self._store.commit(
            [Write(_INSERT, (*letter.place, *about, letter.html, buttons, now)), Write(_FORGET, (now - KEPT_MS,))]
        )

    def drop(self, letter: Letter) -> None:
        """Let no button of a message mean anything any more."""
        for data in letter.buttons:
            self._live.pop(data, None)
        letter.buttons = {}
        letter.sent.set()
        if letter.place is not None:
            self._store.write_soon(Write(_CLEAR, letter.place))

    def drop_at(self, chat_id: int, message_id: int) -> None:
        """Let no button of the message at a place mean anything any more."""
        place = (chat_id, message_id)
        for letter in {id(one): one for one in self._live.values() if one.place == place}.values():
            self.drop(letter)

    async def pressed(self, data: str, chat_id: int, message_id: int) -> tuple[Letter, DecisionRequest] | None:
        """Return what a button decides, None unless it is alive and in that very message."""
        if (letter := self._live.get(data)) is None:
            return None
        try:
            async with asyncio.timeout(IN_FLIGHT_S):
                await letter.sent.wait()
        except TimeoutError:
            return None
        decision = letter.buttons.get(data)
        return (letter, decision) if decision is not None and letter.place == (chat_id, message_id) else None

    async def standing(self, ask: Ask, chat: str) -> tuple[int, int] | None:
        """Return where a chat has an ask's message with good buttons already: a group with a new number has."""
        for letter in {id(one): one for one in self._live.values()}.values():
            if (letter.ask_id, letter.digest) == (ask.id, ask.digest):
                await letter.sent.wait()
                if letter.place is not None and letter.buttons and str(letter.place[0]) == chat:
                    return letter.place
        return None

    async def find(self, chat_id: int, message_id: int) -> Letter | None:
        """Return what a message is about."""
        await self._store.settled()
        for row in await self._store.read(_FIND, (chat_id, message_id)):
            return _letter(row)
        place = (chat_id, message_id)
        return next((one for one in self._live.values() if one.place == place and one.unwritten), None)


def _letter(row: Row) -> Letter:
    chat_id, message_id, session_id, ask_id, digest, html, buttons, _ = row
    letter = Letter(str(html), _text(session_id), _text(ask_id), _text(digest))
    letter.buttons = _buttons.validate_python(json.loads(str(buttons)))
    letter.place = (int(str(chat_id)), int(str(message_id)))
    letter.sent.set()
    return letter


def _text(value: object) -> str | None:
    return None if value is None else str(value)
