"""Who is on the other side: names for the record, and what strangers hear."""

from pilot_sidecar.core.asks_model import Actor
from pilot_sidecar.core.device_names import clean_name
from pilot_sidecar.core.services import Services
from pilot_sidecar.notifications.telegram.seldom import Seldom
from pilot_sidecar.notifications.telegram.wire import Chat, User

RECORD_EVERY_S = 600.0
ANSWER_EVERY_S = 60.0


def actor_of(user: User | None) -> Actor:
    """Return how deeds of somebody on Telegram are signed."""
    name = "" if user is None else clean_name(user.first_name or user.username or "", "")
    return Actor(kind="telegram", name=name)


def chat_name(chat: Chat) -> str:
    """Return what people call a chat."""
    return clean_name(chat.title or chat.first_name or chat.username or "", "Telegram")


class Strangers:
    """Turns away whoever may not answer, and notes it now and then."""

    def __init__(self, services: Services) -> None:
        self._audit = services.audit
        self._recorded = Seldom(services.clock, RECORD_EVERY_S)
        self._answered = Seldom(services.clock, ANSWER_EVERY_S)

    def note(self, what: str, chat: Chat, user: User | None) -> None:
        """Put a refusal into the audit log, once in ten minutes for each of them."""
        who = user.id if user is not None else None
        if self._recorded.due((what, chat.id, who)):
            self._audit.record("telegram.refused", actor_of(user), what=what, chat=str(chat.id), user=str(who or ""))

    def hears_back(self, chat: Chat) -> bool:
        """Tell whether a message from a chat is answered: once a minute at most."""
        return self._answered.due(chat.id)


def refused(user: User, *, here: bool) -> str:
    """Return what somebody is told whose press does not count."""
    if here:
        return f"You may not answer here. Pilot's settings name who may; your user id is {user.id}."
    return "This chat is not the one that Pilot writes to."
