"""Messages arrive, or it is said in plain words why not; and what Telegram would refuse is never sent."""

import asyncio
from collections.abc import Callable, Sequence

import pytest

from fakes.bot_api import GROUP, PRIVATE, BotApi
from fakes.telegram_line import Line, notice_of
from pilot_sidecar.core.errors import StorageError
from pilot_sidecar.core.reach import Listening
from pilot_sidecar.core.reach_model import TunnelStatus
from pilot_sidecar.core.store import Batch, Write
from pilot_sidecar.notifications.ports import DeliveryError


def tired(api: BotApi) -> None:
    api.tired.append(7)


def gateway(api: BotApi) -> None:
    api.broken.append(502)


def closing(api: BotApi) -> None:
    api.broken.append(0)


def blocked(api: BotApi) -> None:
    api.blocked.add(PRIVATE["id"])


def revoked(api: BotApi) -> None:
    api.revoked = True


def nowhere(api: BotApi) -> None:
    api.chats.clear()


@pytest.mark.parametrize(
    ("happens", "words", "final", "retry_after_s"),
    [
        (tired, "a pause of 7 s", False, 7),
        (gateway, "was not reached: it has troubles of its own", False, None),
        (closing, "the connection broke", False, None),
        (blocked, "blocked or removed", True, None),
        (revoked, "does not know this bot", True, None),
        (nowhere, "knows no such chat", True, None),
    ],
)
async def test_what_stands_in_the_way_is_told_in_plain_words(
    line: Line, happens: Callable[[BotApi], None], words: str, final: bool, retry_after_s: float | None
) -> None:
    ask = await line.open()
    await line.api.until(lambda: line.api.called("setMyCommands"))
    happens(line.api)
    with pytest.raises(DeliveryError) as raised:
        await line.send(notice_of(ask))
    assert words in raised.value.message
    assert (raised.value.final, raised.value.retry_after_s) == (final, retry_after_s)
    assert line.waits(ask)


async def test_a_silent_telegram_is_given_up_in_time(line: Line) -> None:
    line.choose(fetch_timeout_ms=200)
    ask = await line.open()
    await line.api.until(lambda: line.api.called("setMyCommands"))
    line.api.hanging = True
    async with asyncio.timeout(2):
        with pytest.raises(DeliveryError, match=r"did not answer within 0\.2 s"):
            await line.send(notice_of(ask))
    line.api.hanging = False


async def test_a_message_that_arrived_although_the_answer_was_lost_decides_nothing(line: Line) -> None:
    """The courier sends it again: of two messages only the one that Pilot knows has buttons that count."""
    ask = await line.open()
    send = line.api._send_message

    def lose(params: dict[str, object]) -> object:
        send(params)
        line.api._send_message = send  # type: ignore[method-assign]
        return {"odd": True}

    line.api._send_message = lose  # type: ignore[method-assign]
    with pytest.raises(DeliveryError):
        await line.send(notice_of(ask))
    [lost] = line.api.order
    _, _, message = await line.tell(ask)
    assert (await line.api.answered(line.api.press(lost, "Allow once"))).alert
    await line.api.until(lambda: lost.buttons == [])
    assert line.waits(ask)
    line.api.press(message, "Allow once")
    assert (await line.ended(ask)).state == "resolved"


async def test_a_full_disk_repeats_no_message_and_its_buttons_work(line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    ask = await line.open()
    commit = line.services.store.commit

    def full(writes: Sequence[Write], event: Batch | None = None) -> "asyncio.Future[None]":
        if not any("telegram_messages" in write.sql for write in writes):
            return commit(writes, event)
        refused: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        refused.set_exception(StorageError("The database refused the write."))
        return refused

    monkeypatch.setattr(line.services.store, "commit", full)
    _, _, message = await line.tell(ask)
    line.api.press(message, "Deny")
    assert (await line.ended(ask)).state == "resolved"
    other, place, left = await line.tell(await line.open(input={"command": "ls"}))
    await line.withdraw(other, place)
    assert "Allowed by Anna's phone" in left.text


async def test_withdrawing_twice_or_what_is_gone_is_no_failure(line: Line) -> None:
    notice, receipt, message = await line.tell(await line.open())
    await line.withdraw(notice, receipt, "")
    assert message.text.endswith("No longer waiting.")
    await line.withdraw(notice, receipt, "")
    del line.api.messages[message.chat["id"], message.id]
    await line.withdraw(notice, receipt, "Denied by Anna")
    await line.withdraw(notice, "", "Denied by Anna")


async def test_a_withdrawal_that_fails_can_be_tried_again(line: Line) -> None:
    notice, receipt, message = await line.tell(await line.open())
    line.api.tired.append(3)
    with pytest.raises(DeliveryError) as raised:
        await line.withdraw(notice, receipt)
    assert raised.value.retry_after_s == 3
    await line.withdraw(notice, receipt)
    assert message.text.endswith("Allowed by Anna's phone")


async def test_a_long_command_is_cut_with_a_word_and_cannot_be_allowed_there(line: Line) -> None:
    ask = await line.open(command="echo " + "😀" * 5_000)
    notice, receipt, message = await line.tell(ask)
    assert message.labels == ["Deny"]
    assert "… cut here" in message.text
    assert "to see all of it and allow it" in message.text
    await line.withdraw(notice, receipt, "Allowed by " + "a very long name " * 30)
    assert "Allowed by" in message.text


async def test_what_nobody_sees_is_spelt_out(line: Line) -> None:
    """Letters that turn a text around would show another command than the one that is allowed."""
    ask = await line.open(command="ls \u202egnihton\u202c; rm\u00a0-rf\u200b /\x00", directory="/home/dev/\u202eapi")
    _, _, message = await line.tell(ask)
    assert ("pre", "ls \\u202egnihton\\u202c; rm\\u00a0-rf\\u200b /\\u0000") in message.tags
    assert ("code", "/home/dev/\\u202eapi") in message.tags


async def test_an_edit_is_shown_whole(line: Line) -> None:
    from pilot_sidecar.core.models import FileDiff

    files = [FileDiff(path="a<b>.py", patch="@@ -1 +1 @@\n-a & b\n+a < b\n")]
    ask = await line.open(tool="edit", command=None, files=files, title="Change a file")
    _, _, message = await line.tell(ask)
    assert ("code", "a<b>.py") in message.tags
    assert ("pre", "@@ -1 +1 @@\n-a & b\n+a < b\n") in message.tags
    assert message.labels == ["Allow once", "Deny"]


async def test_a_link_opens_the_ask_where_others_reach_the_hub(line: Line) -> None:
    line.services.reach._tunnel = lambda: TunnelStatus(state="up", provider="custom", url="https://pilot.example.com")
    ask = await line.open()
    _, _, message = await line.tell(ask, quick=["deny"])
    assert message.labels == ["Deny", "Open Pilot"]
    assert message.button("Open Pilot")["url"] == f"https://pilot.example.com/#ask={ask.id}"
    assert "Open Pilot below to allow it." in message.text


@pytest.mark.parametrize("url", ["http://pilot:4097", None])
async def test_without_an_address_that_telegram_takes_there_is_no_link(line: Line, url: str | None) -> None:
    state = TunnelStatus(state="up", provider="custom", url=url) if url else TunnelStatus()
    line.services.reach._tunnel = lambda: state
    line.services.reach.listens(Listening("127.0.0.1", 4097))
    _, _, message = await line.tell(await line.open())
    assert message.labels == ["Allow once", "Deny"]


async def test_an_address_that_telegram_refuses_is_left_out(line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    line.services.reach._tunnel = lambda: TunnelStatus(state="up", provider="custom", url="https://odd.example.com")
    buttons = line.api._buttons

    def picky(params: dict[str, object]) -> object:
        found = buttons(params)
        if any("url" in one for one in found):
            from fakes.bot_api import RefusedError

            raise RefusedError(400, "Bad Request: BUTTON_URL_INVALID")
        return found

    monkeypatch.setattr(line.api, "_buttons", picky)
    _, _, message = await line.tell(await line.open(), quick=["deny"])
    assert message.labels == ["Deny"]
    assert "on your computer" in message.text


async def test_deleted_sessions_are_forgotten_here_too(line: Line) -> None:
    line.choose(GROUP, "42")
    ask = await line.open()
    _, receipt, message = await line.tell(ask)
    await line.services.asks.cancel(ask.id, "The agent moved on.")
    assert await line.channel._book.find(GROUP["id"], message.id) is not None
    await line.services.bin.delete("s1")
    line.clock.advance(3_600)
    await line.services.purger.purge_due(line.clock.now_ms())
    assert await line.channel._book.find(GROUP["id"], message.id) is None
    assert receipt.startswith(str(GROUP["id"]))
