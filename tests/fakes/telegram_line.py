"""The channel of a real domain, on the line with a Bot API of our own."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fakes.bot_api import PRIVATE, TOKEN, BotApi, Shown
from fakes.clock import FakeClock
from fakes.domain import make_draft, make_session, open_domain
from pilot_sidecar.core.asks_model import Ask
from pilot_sidecar.core.events import SessionStarted
from pilot_sidecar.core.notices_model import Notice
from pilot_sidecar.core.services import Services
from pilot_sidecar.infra.tasks import Tasks
from pilot_sidecar.notifications.telegram.channel import TelegramChannel


@dataclass
class Line:
    api: BotApi
    services: Services
    channel: TelegramChannel
    clock: FakeClock

    def choose(self, chat: dict[str, Any] | None = None, users: str = "", **more: object) -> None:
        """Save a chat and who may answer."""
        chosen = str((chat or PRIVATE)["id"])
        self.services.settings.update({"telegram_chat_id": chosen, "telegram_user_ids": users, **more})

    async def open(self, **fields: object) -> Ask:
        return await self.services.asks.open(make_draft(**{"command": "rm -rf node_modules", **fields}))

    async def tell(self, ask: Ask, **fields: object) -> tuple[Notice, str, Shown]:
        """Deliver the notice of an ask; return it with its receipt and the message."""
        notice = notice_of(ask, **fields)
        receipt = await self.send(notice)
        chat, _, number = receipt.partition("/")
        return notice, receipt, self.api.messages[int(chat), int(number)]

    async def send(self, notice: Notice) -> str:
        async with asyncio.timeout(5):
            return await self.channel.deliver(self.channel.endpoints()[0], notice)

    async def withdraw(self, notice: Notice, receipt: str, outcome: str = "Allowed by Anna's phone") -> None:
        async with asyncio.timeout(5):
            await self.channel.withdraw(self.channel.endpoints()[0], notice, receipt, outcome)

    async def ended(self, ask: Ask) -> Ask:
        async with asyncio.timeout(5):
            return await self.services.asks.wait(ask.id)

    def waits(self, ask: Ask) -> bool:
        return ask.id in {record.ask.id for record in self.services.asks.pending()}

    def audited(self) -> str:
        return "\n".join(path.read_text() for path in sorted(self.services.home.rglob("audit*.jsonl")))


def notice_of(ask: Ask, **fields: object) -> Notice:
    values = {
        "id": f"ask:{ask.id}:{ask.digest[:8]}", "kind": "ask", "at": ask.created_at, "session_id": ask.session_id,
        "title": "OpenCode asks to run a command", "body": "rm -rf node_modules", "project": "api", "ask_id": ask.id,
        "digest": ask.digest, "quick": ["allow_once", "deny"], "urgent": True, **fields,
    }  # fmt: skip
    return Notice.model_validate(values)


@asynccontextmanager
async def open_line(home: Path, api: BotApi, clock: FakeClock | None = None) -> AsyncIterator[Line]:
    clock = clock or FakeClock()
    home.mkdir(exist_ok=True)
    async with open_domain(home, clock) as services, Tasks("line", stop_timeout_s=1) as tasks:
        await services.asks.settle_restart()
        services.bus.publish(
            SessionStarted(at=1, session_id="s1", agent="opencode", session=make_session(title="Fix it"))
        )
        values = {"telegram_api_url": api.url, "telegram_token": TOKEN, "fetch_timeout_ms": 1_000}
        services.settings.update(values)
        channel = TelegramChannel(services)
        tasks.spawn("channel", channel.run())
        await api.listened_to()
        yield Line(api, services, channel, clock)
