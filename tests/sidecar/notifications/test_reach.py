"""Held questions wait as long as somebody can be reached, and go back to their terminals once nobody can."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from fakes.domain import make_draft
from fakes.notified import Notified, notified, settle
from pilot_sidecar.core.asks_model import Ask
from pilot_sidecar.core.notices_model import KindRule, NotificationRules
from pilot_sidecar.notifications.ports import DeliveryError, Endpoint
from pilot_sidecar.server.app import _has_chat
from pilot_sidecar.server.watchers import leave_when_idle, release_when_alone


@pytest.fixture
async def hub(tmp_path: Path) -> AsyncIterator[Notified]:
    async with notified(tmp_path, chats=()) as hub:
        hub.session()
        yield hub


@asynccontextmanager
async def holding(hub: Notified) -> AsyncIterator[Ask]:
    """Hold a question while the hub looks whether anybody could answer it."""
    task = asyncio.get_running_loop().create_task(release_when_alone(hub.services))
    await asyncio.sleep(0)
    try:
        ask = await hub.services.asks.open(make_draft(fallback="terminal"))
        await hub.step()
        yield ask
    finally:
        task.cancel()
        await asyncio.wait([task], timeout=1)


async def released(hub: Notified, ask: Ask) -> str | None:
    ended = await asyncio.wait_for(hub.services.asks.wait(ask.id), 3)
    return ended.resolution.choice if ended.resolution else None


async def test_a_phone_is_somebody_and_a_watching_one_is_not(hub: Notified) -> None:
    assert hub.services.presence.somebody()
    hub.push.receivers = [Endpoint("tv", "A screen on the wall", answers=False)]
    assert not hub.services.presence.somebody()
    hub.telegram.receivers.append(Endpoint("chat", "Anna's chat"))
    assert hub.services.presence.somebody()


async def test_phones_that_are_never_told_of_asks_are_nobody(hub: Notified) -> None:
    await hub.services.rules.change(NotificationRules(ask=KindRule(push=False)))
    assert not hub.services.presence.somebody()


async def test_a_question_waits_for_the_phone_and_goes_back_with_the_last_of_them(hub: Notified) -> None:
    async with holding(hub) as ask:
        assert len(hub.pushed()) == 1
        hub.services.notifications.changed()
        await settle()
        assert hub.services.asks.waiting(ask.id) is not None
        hub.push.receivers.clear()
        hub.services.notifications.changed()
        assert await released(hub, ask) == "release"


async def test_a_question_goes_back_when_the_last_channel_breaks(hub: Notified) -> None:
    hub.push.broken["phone"] = DeliveryError("The push service does not answer.")
    async with holding(hub) as ask:
        async with asyncio.timeout(10):
            while hub.services.presence.somebody():
                await hub.step(5)
                hub.pipeline.wake()
                await asyncio.sleep(0.01)
        assert await released(hub, ask) == "release"
        assert len(hub.push.attempts) > 1


async def test_a_project_of_which_nobody_is_told_waits_for_no_phone(hub: Notified) -> None:
    """Its terminal would show nothing, and no phone either: the agent would stand still for hours."""
    async with holding(hub) as ask:
        await hub.services.rules.change(NotificationRules(projects={ask.project_id: "nothing"}))
        assert not hub.services.presence.somebody(ask.project_id)
        assert hub.services.presence.somebody("another")
        assert await released(hub, ask) == "release"


async def test_a_hub_with_a_chat_stays(hub: Notified) -> None:
    task = asyncio.get_running_loop().create_task(leave_when_idle(hub.services, lambda: _has_chat(hub.services), 0.02))
    hub.telegram.receivers.append(Endpoint("chat", "Anna's chat"))
    await asyncio.sleep(0.05)
    assert not task.done()
    hub.telegram.receivers.clear()
    hub.services.notifications.changed()
    await asyncio.wait_for(task, 2)
