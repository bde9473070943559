"""What is written is heard within a second, whatever the poll is doing, and never twice."""

import asyncio
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from fakes.bot_api import TOKEN, BotApi, RefusedError, serve_bot_api
from fakes.telegram_line import Line, open_line
from pilot_sidecar.notifications.telegram import listener

SECOND = 2.0
"""A second, on a machine that does much else: being deaf means many of them."""


async def heard_within_a_second(api: BotApi, act: Callable[[], object] = lambda: None) -> None:
    before = len(api.order)
    began = time.monotonic()
    act()
    api.write("/help")
    await api.until(lambda: len(api.order) > before)
    assert "/sessions" in api.order[before].text
    assert time.monotonic() - began < SECOND


async def test_it_waits_long_and_hears_at_once(line: Line) -> None:
    await line.api.listened_to()
    [*_, poll] = line.api.called("getUpdates")
    assert poll["timeout"] == 50
    assert poll["allowed_updates"] == ["message", "channel_post", "callback_query"]
    for _ in range(3):
        await heard_within_a_second(line.api)


async def test_what_comes_while_a_poll_is_answered_is_heard(line: Line) -> None:
    extra = iter(["/status"])

    def on_poll() -> None:
        if (text := next(extra, None)) is not None:
            line.api.write(text)

    line.api.on_poll = on_poll
    await heard_within_a_second(line.api)
    await line.api.written("Pilot is up", SECOND)


async def test_what_is_slow_to_deal_with_keeps_nobody_waiting(line: Line) -> None:
    """A decision may wait for its agent: meanwhile another button works."""
    slow, quick = await line.open(), await line.open(input={"command": "ls"})
    _, _, first = await line.tell(slow)
    _, _, second = await line.tell(quick)
    record = line.services.asks._records[slow.id]
    await record.lock.acquire()
    stuck = line.api.press(first, "Allow once")
    began = time.monotonic()
    assert (await line.api.answered(line.api.press(second, "Allow once"), SECOND)).text == "Allowed."
    assert time.monotonic() - began < SECOND
    record.lock.release()
    assert (await line.api.answered(stuck)).text == "Allowed."


async def test_another_chat_or_token_is_in_force_at_once(line: Line, tmp_path: Path) -> None:
    await heard_within_a_second(line.api, lambda: line.choose(users="42"))
    async with serve_bot_api() as other:
        line.services.settings.update({"telegram_api_url": other.url, "telegram_token": TOKEN})
        await other.listened_to(SECOND)
        await heard_within_a_second(other)
        await line.api.until(lambda: True)
    line.services.settings.update({"telegram_token": ""})
    assert "BotFather" in str(line.channel.advice())


async def test_a_cut_network_is_over_when_it_is_over(line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listener, "FIRST_RETRY_S", 0.05)
    monkeypatch.setattr(listener, "LAST_RETRY_S", 0.2)
    line.channel._listener.nudge()  # to listen with these pauses
    await asyncio.sleep(0.05)
    await line.api.listened_to()
    line.api.break_polls()
    await line.api.until(lambda: line.channel.trouble())
    assert "not reached" in str(line.channel.trouble())
    assert [end.answers for end in line.channel.endpoints()] == [True]  # it may be over in a moment
    line.clock.advance(listener.DEAF_AFTER_S)
    async with asyncio.timeout(3):
        while line.channel.endpoints()[0].answers:
            await asyncio.sleep(0.02)
    line.api.write("/status")
    line.api.cut = False
    await line.api.written("Pilot is up", SECOND)
    assert line.channel.trouble() is None
    assert [end.answers for end in line.channel.endpoints()] == [True]
    await heard_within_a_second(line.api)


@pytest.mark.parametrize("status", [429, 500, 502])
async def test_one_refusal_lets_no_question_go(line: Line, monkeypatch: pytest.MonkeyPatch, status: int) -> None:
    """Telegram has a bad moment now and then: who is only reached there is reached all the same."""
    monkeypatch.setattr(listener, "FIRST_RETRY_S", 0.05)
    polled = asyncio.Event()

    def refuse(*_: object) -> object:
        polled.set()
        raise RefusedError(status, "Internal Server Error")

    monkeypatch.setattr(line.api, "_get_updates", refuse)
    line.channel._listener.nudge()
    async with asyncio.timeout(3):
        await polled.wait()
    await asyncio.sleep(0.1)
    assert [end.answers for end in line.channel.endpoints()] == [True]


@pytest.mark.parametrize("odd", [10**400, -5])
async def test_an_odd_pause_makes_nobody_deaf(line: Line, monkeypatch: pytest.MonkeyPatch, odd: int) -> None:
    monkeypatch.setattr(listener, "FIRST_RETRY_S", 0.05)
    monkeypatch.setattr(listener, "LONGEST_REST_S", 0.1)
    get_updates = line.api._get_updates

    def refuse(*_: object) -> object:
        monkeypatch.setattr(line.api, "_get_updates", get_updates)
        raise RefusedError(429, "Too Many Requests", retry_after=odd)

    monkeypatch.setattr(line.api, "_get_updates", refuse)
    line.channel._listener.nudge()
    await heard_within_a_second(line.api)


async def test_what_breaks_the_listening_is_no_end_of_it(line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listener, "LAST_RETRY_S", 0.05)
    understood = listener._understood

    def broken(_result: object) -> object:
        monkeypatch.setattr(listener, "_understood", understood)
        raise RuntimeError("This should not happen.")

    monkeypatch.setattr(listener, "_understood", broken)
    await heard_within_a_second(line.api)


async def test_two_programs_on_one_bot_are_told_and_it_goes_on(
    line: Line, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(listener, "FIRST_RETRY_S", 0.05)
    monkeypatch.setattr(listener, "LAST_RETRY_S", 0.1)
    monkeypatch.setattr(listener, "ALONE_S", 0.3)
    line.channel._listener.nudge()
    async with open_line(tmp_path / "other", line.api):
        await line.api.until(line.channel.trouble)
        assert "Another program listens to this bot too" in str(line.channel.trouble())
    await line.api.until(lambda: line.channel.trouble() is None and line.api.polled)
    await heard_within_a_second(line.api)


async def test_a_repeated_update_is_heard_once(line: Line) -> None:
    line.api.write("/help")
    await line.api.written("/sessions")
    number = line.api._next_update - 1
    await line.api.listened_to()
    line.api.repeat({"update_id": number, "message": _message("/help")})
    line.api.write("/status")
    await line.api.written("Pilot is up")
    assert len(line.api.order) == 2


async def test_after_a_restart_nothing_is_heard_again(tmp_path: Path, api: BotApi) -> None:
    async with open_line(tmp_path / "home", api) as line:
        line.choose()
        api.write("/help")
        await api.written("/sessions")
        number = api._next_update - 1
    api.repeat({"update_id": number, "message": _message("/help")})
    api.write("/status")
    async with open_line(tmp_path / "home", api, line.clock):
        await api.written("Pilot is up")
    assert len(api.order) == 2


async def test_after_a_week_of_silence_numbers_may_begin_below(line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    """Asking from the last number on would then confirm, unheard, everything that is said."""
    monkeypatch.setattr(listener, "POLL_S", 0.1)
    monkeypatch.setattr(listener, "NOT_HELD_S", 0.05)
    line.channel._listener.nudge()
    await heard_within_a_second(line.api)
    polls = len(line.api.called("getUpdates"))
    await line.api.until(lambda: len(line.api.called("getUpdates")) > polls + 2)
    line.api.begin_numbers_at(17)
    await heard_within_a_second(line.api)


@pytest.mark.parametrize("odd", [{"update_id": 9_000, "message": {"chat": "?"}}, {"update_id": 9_000}, {"no": 1}, 7])
async def test_what_is_in_no_known_form_is_passed_over(line: Line, odd: object) -> None:
    line.api._next_update = 9_001
    if isinstance(odd, dict) and "update_id" in odd:
        line.api.repeat(odd)
        await asyncio.sleep(0)
    await heard_within_a_second(line.api)
    assert listener._understood([odd])[-1:] in ([(9_000, None)], [(9_000, listener.Update(update_id=9_000))], [])


async def test_the_token_is_in_no_log(line: Line, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    line.api.revoked = True
    line.channel._listener.nudge()
    await line.api.until(line.channel.trouble)
    assert "does not know this bot" in str(line.channel.trouble())
    assert TOKEN not in caplog.text
    assert TOKEN.partition(":")[2] not in repr(line.channel._bot.address)


def _message(text: str) -> dict[str, object]:
    return {
        "message_id": 1, "date": 1, "text": text, "chat": {"id": 42, "type": "private"},
        "from": {"id": 42, "first_name": "Anna"},
    }  # fmt: skip
