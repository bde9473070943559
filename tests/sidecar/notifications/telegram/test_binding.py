"""A chat becomes the one that Pilot writes to by a code, sent there by whoever is allowed to answer from then on."""

import asyncio
from pathlib import Path

import pytest

from fakes.bot_api import ANNA, CHANNEL, EVE, GROUP, PRIVATE, TOKEN, BotApi
from fakes.domain import open_domain
from fakes.telegram_line import Line, notice_of, open_line
from pilot_sidecar.core.errors import BadRequestError, BusyError, ConflictError
from pilot_sidecar.infra.tasks import Tasks
from pilot_sidecar.notifications.pipeline import Pipeline
from pilot_sidecar.notifications.telegram.channel import TelegramChannel


def code_of(link: str) -> str:
    return link.partition("start=")[2]


async def test_a_link_binds_a_private_chat(line: Line) -> None:
    line.services.settings.update({"telegram_chat_id": None, "telegram_user_ids": None})
    assert "Connect the chat" in str(line.channel.advice())
    binding = await line.channel.bind()
    assert binding.bot == "my_pilot_bot"
    assert binding.link.startswith("https://t.me/my_pilot_bot?start=")
    line.api.write(f"/start {code_of(binding.link)}")
    await line.api.written("This is where Pilot writes to now.")
    current = line.services.settings.current
    assert (current.telegram_chat_id, current.telegram_user_ids) == ("42", "42")
    assert line.channel.advice() is None
    await line.services.audit.close()
    assert "telegram.bound" in line.audited()
    assert binding.code not in line.audited()


async def test_a_typed_code_binds_a_group_to_whoever_sent_it(line: Line) -> None:
    line.choose(PRIVATE, "42, 7")
    binding = await line.channel.bind()
    assert binding.command == f"/pair {binding.code}"
    line.api.write(f"/pair@my_pilot_bot {binding.code.lower().replace('-', ' ')}", GROUP)
    told = await line.api.written("This is where Pilot writes to now.")
    assert "only you may answer" in told.text
    current = line.services.settings.current
    assert (current.telegram_chat_id, current.telegram_user_ids) == (str(GROUP["id"]), "42"), "others were of elsewhere"
    assert told.chat == GROUP
    await line.api.until(lambda: [end.name for end in line.channel.endpoints()] == ["Ops"])


async def test_whoever_connects_a_chat_without_a_network_is_told_in_plain_words(line: Line) -> None:
    line.choose(telegram_api_url="http://127.0.0.1:9", telegram_token=TOKEN)
    with pytest.raises(BusyError) as refused:
        await line.channel.bind()
    assert refused.value.message == "Telegram was not reached: connection refused."
    assert "network" in str(refused.value.hint)


async def test_a_second_person_joins_with_a_code_of_their_own(line: Line) -> None:
    line.choose(GROUP, "42")
    binding = await line.channel.bind()
    line.api.write(binding.command, GROUP, EVE)
    assert "You may answer here too." in (await line.api.written("This is where")).text
    assert line.services.settings.current.telegram_user_ids == "42,666"


@pytest.mark.parametrize("anonymous", [False, True])
async def test_where_nobody_knows_who_wrote_nobody_may_answer_yet(line: Line, anonymous: bool) -> None:
    """A post of a channel has no author; an administrator may write in the group's name."""
    chat = GROUP if anonymous else CHANNEL
    binding = await line.channel.bind()
    if anonymous:
        line.api.write(
            binding.command, chat, {"id": 1087968824, "is_bot": True, "first_name": "Group"}, sender_chat=chat
        )
    else:
        line.api.write(binding.command, chat)
    told = await line.api.written("This is where Pilot writes to now.")
    assert "Nobody may answer yet" in told.text
    current = line.services.settings.current
    assert (current.telegram_chat_id, current.telegram_user_ids) == (str(chat["id"]), "")
    assert [end.answers for end in line.channel.endpoints()] == [False]


async def test_a_code_is_good_once(line: Line) -> None:
    binding = await line.channel.bind()
    line.api.write(binding.command, PRIVATE)
    await line.api.written("This is where")
    line.api.write(f"/start {code_of(binding.link)}", {"id": 666, "type": "private"}, EVE)
    line.api.chats[666] = {"id": 666, "type": "private", "first_name": "Eve"}
    await line.api.written("not valid")
    assert line.services.settings.current.telegram_chat_id == "42"


async def test_a_code_ends_after_ten_minutes_and_with_the_next(line: Line) -> None:
    first = await line.channel.bind()
    second = await line.channel.bind()
    line.api.write(first.command, GROUP)
    await line.api.written("not valid")
    line.clock.advance(601)
    line.api.write(second.command, GROUP)
    await line.api.until(lambda: len([one for one in line.api.order if "not valid" in one.text]) == 2)
    assert line.services.settings.current.telegram_chat_id == "42"


async def test_after_ten_wrong_codes_typing_is_over_and_nothing_tells_a_guess_from_no_code(line: Line) -> None:
    line.api.chats[666] = eve = {"id": 666, "type": "private", "first_name": "Eve"}
    line.api.write("/pair AAAA-AAAA", eve, EVE)
    without = (await line.api.written("not valid")).text
    binding = await line.channel.bind()
    for _ in range(10):
        line.api.write("/pair AAAA-AAAA", eve, EVE)
    line.clock.advance(61)
    line.api.write(binding.command, eve, EVE)
    await line.api.until(lambda: len(line.api.order) == 2)
    assert line.api.order[-1].text == without, "once a minute, and always the same"
    assert line.services.settings.current.telegram_chat_id == "42"
    line.api.write(f"/start {code_of(binding.link)}", PRIVATE, ANNA)
    await line.api.written("This is where")
    await line.services.audit.close()
    assert line.audited().count("telegram.refused") == 1


async def test_without_a_token_it_says_what_to_do(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    async with open_domain(home) as services:
        channel = TelegramChannel(services)
        assert "BotFather" in str(channel.advice())
        assert channel.endpoints() == []
        with pytest.raises(BadRequestError, match="token is missing"):
            await channel.bind()


async def test_a_chat_set_in_the_shell_is_not_bound(tmp_path: Path, api: BotApi) -> None:
    home = tmp_path / "home"
    home.mkdir()
    async with open_domain(home, PILOT_TELEGRAM_CHAT_ID="5", PILOT_TELEGRAM_TOKEN=TOKEN) as services:
        with pytest.raises(ConflictError, match="PILOT_TELEGRAM_CHAT_ID is set"):
            await TelegramChannel(services).bind()


async def test_a_revoked_token_is_told(line: Line) -> None:
    line.api.revoked = True
    with pytest.raises(ConflictError, match="does not know this bot"):
        await line.channel.bind()


async def test_pairing_takes_a_bot_over_from_a_webhook(tmp_path: Path, api: BotApi) -> None:
    async with open_line(tmp_path / "home", api) as line:
        api.webhook = True
        api.write("/help")
        await api.until(lambda: line.channel.trouble())
        assert "webhook" in str(line.channel.trouble())
        binding = await line.channel.bind()
        api.write(binding.command)
        await api.written("This is where")
        assert line.channel.trouble() is None


async def test_a_group_that_became_a_supergroup_is_followed(line: Line) -> None:
    line.api.chats[-77] = {"id": -77, "type": "group", "title": "Old"}
    line.choose(line.api.chats[-77], "42")
    line.api.migrated[-77] = GROUP["id"]
    ask = await line.open()
    _, _, message = await line.tell(ask)
    assert message.chat == GROUP
    assert line.services.settings.current.telegram_chat_id == str(GROUP["id"])
    line.api.press(message, "Deny")
    assert (await line.ended(ask)).state == "resolved"


async def test_a_group_that_moved_has_each_ask_once_and_it_goes_back(line: Line) -> None:
    """The chat's new number is another receiver, which is told of what waits while the message is on its way."""
    line.api.chats[-77] = {"id": -77, "type": "group", "title": "Old"}
    line.choose(line.api.chats[-77], "42")
    line.api.migrated[-77] = GROUP["id"]
    async with Tasks("test") as tasks:
        pipeline = Pipeline(line.services, [line.channel], tasks)
        courier = pipeline._couriers["telegram"]
        notice = notice_of(await line.open())
        assert courier.send(notice, lambda: None)
        await line.api.until(lambda: line.api.order)
        async with asyncio.timeout(5):
            while courier.waiting():
                await asyncio.sleep(0.01)
        [message] = [one for one in line.api.order if one.chat == GROUP]
        courier.withdraw(notice.id, "Denied by Anna")
        await line.api.until(lambda: "Denied by Anna" in message.text and message.buttons == [])


async def test_a_group_that_says_that_it_moved_is_followed(line: Line) -> None:
    line.api.chats[-77] = {"id": -77, "type": "group", "title": "Old"}
    line.choose(line.api.chats[-77], "42")
    line.api.write("", line.api.chats[-77], migrate_to_chat_id=GROUP["id"])
    await line.api.until(
        lambda: line.services.settings.current.telegram_chat_id == str(GROUP["id"]) or line.api.called("x")
    )
