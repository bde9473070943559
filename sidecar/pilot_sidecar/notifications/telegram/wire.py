"""What Telegram sends, as far as Pilot reads it."""

from typing import Literal

from pydantic import BaseModel, Field


class User(BaseModel):
    """Somebody on Telegram."""

    id: int
    is_bot: bool = False
    first_name: str = ""
    username: str | None = None


class Chat(BaseModel):
    """Where messages are."""

    id: int
    type: Literal["private", "group", "supergroup", "channel"]
    title: str | None = None
    username: str | None = None
    first_name: str | None = None


class Sent(BaseModel):
    """A message of the bot's own, or one that is only referred to."""

    message_id: int
    chat: Chat


class Message(Sent):
    """A message somebody wrote."""

    date: int = 0
    sender: User | None = Field(default=None, alias="from")
    sender_chat: Chat | None = None
    """Written in the name of a chat: nobody knows by whom."""
    text: str | None = None
    reply_to_message: Sent | None = None
    migrate_to_chat_id: int | None = None

    @property
    def author(self) -> User | None:
        """Return the person who wrote it, None where that cannot be told."""
        if self.sender is None or self.sender.is_bot or self.sender_chat is not None:
            return None
        return self.sender


class CallbackQuery(BaseModel):
    """Somebody pressed a button."""

    id: str
    sender: User = Field(alias="from")
    message: Sent | None = None
    data: str | None = None


class Update(BaseModel):
    """One thing that happened."""

    update_id: int
    message: Message | None = None
    channel_post: Message | None = None
    callback_query: CallbackQuery | None = None
