"""Buttons decide once, for those who may, on what was shown."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from fakes.bot_api import ANNA, CHANNEL, EVE, GROUP, Answered, BotApi
from fakes.domain import make_draft
from fakes.telegram_line import Line, notice_of, open_line
from pilot_sidecar.core.ask_records import AskDraft, Delivered
from pilot_sidecar.core.asks_model import Actor, Ask, DecisionRequest, Question


def _draft(command: str, **fields: object) -> AskDraft:
    return make_draft(input={"command": command}, command=command, **fields)


async def deliver(_ask: Ask, _request: DecisionRequest) -> Delivered:
    """Play an agent that takes every decision."""
    return Delivered()


async def test_anna_allows_a_command_with_a_button(line: Line) -> None:
    ask = await line.open()
    notice, receipt, message = await line.tell(ask)
    assert ("pre", "rm -rf node_modules") in message.tags
    assert message.labels == ["Allow once", "Deny"]
    assert not message.silent
    query = line.api.press(message, "Allow once")
    ended = await line.ended(ask)
    assert ended.resolution is not None
    assert (ended.resolution.choice, ended.resolution.by) == ("allow_once", Actor(kind="telegram", name="Anna"))
    answer = await line.api.answered(query)
    assert (answer.text, answer.alert) == ("Allowed.", False)
    await line.withdraw(notice, receipt, "Allowed by Anna in Telegram")
    assert message.buttons == []
    assert "rm -rf node_modules" in message.text
    assert message.text.endswith("Allowed by Anna in Telegram")


async def test_a_denial_reaches_the_agent(line: Line) -> None:
    ask = await line.open()
    _, _, message = await line.tell(ask)
    line.api.press(message, "Deny")
    ended = await line.ended(ask)
    assert ended.resolution is not None
    assert ended.resolution.choice == "deny"


async def test_a_second_press_decides_nothing(line: Line) -> None:
    """Two thumbs, two phones: the second hears that it is over."""
    ask = await line.open()
    _, _, message = await line.tell(ask)
    allow, deny = line.api.press(message, "Allow once"), line.api.press(message, "Deny")
    first, second = await line.api.answered(allow), await line.api.answered(deny)
    ended = await line.ended(ask)
    assert ended.resolution is not None
    assert ended.resolution.choice == "allow_once"
    assert first.text == "Allowed."
    assert second.alert
    assert "swered" in second.text


@pytest.mark.parametrize("user", [EVE, {**ANNA, "is_bot": True}])
async def test_a_stranger_decides_nothing(line: Line, user: dict[str, Any]) -> None:
    ask = await line.open()
    _, _, message = await line.tell(ask)
    answer = await line.api.answered(line.api.press(message, "Allow once", user))
    assert answer.alert
    assert "You may not answer here" in answer.text
    assert str(user["id"]) in answer.text
    assert line.waits(ask)
    await line.services.audit.close()
    assert "telegram.refused" in line.audited()
    line.api.press(message, "Deny")
    assert (await line.ended(ask)).state == "resolved"


async def test_a_stranger_who_presses_a_lot_is_noted_once(line: Line) -> None:
    ask = await line.open()
    _, _, message = await line.tell(ask)
    queries = [line.api.press(message, "Allow once", EVE) for _ in range(30)]
    for query in queries:
        assert (await line.api.answered(query)).alert
    await line.services.audit.close()
    assert line.audited().count("telegram.refused") == 1
    assert line.waits(ask)


async def test_in_a_group_nobody_answers_unless_named(line: Line) -> None:
    line.choose(GROUP)
    assert "Nobody may answer there yet" in str(line.channel.advice())
    assert [end.answers for end in line.channel.endpoints()] == [False]
    ask = await line.open()
    _, _, message = await line.tell(ask)
    assert (await line.api.answered(line.api.press(message, "Allow once", ANNA))).alert
    assert line.waits(ask)
    line.choose(GROUP, "7, 42")
    assert [end.answers for end in line.channel.endpoints()] == [True]
    line.api.press(message, "Allow once", ANNA)
    assert (await line.ended(ask)).state == "resolved"


async def test_in_a_channel_named_by_its_name_the_named_answer(line: Line) -> None:
    line.services.settings.update({"telegram_chat_id": "@Pilot_News", "telegram_user_ids": "42"})
    ask = await line.open()
    _, _, message = await line.tell(ask)
    assert message.chat["id"] == CHANNEL["id"]
    assert (await line.api.answered(line.api.press(message, "Allow once", EVE))).alert
    line.api.press(message, "Allow once", ANNA)
    assert (await line.ended(ask)).state == "resolved"


async def test_a_button_is_good_in_its_own_message_only(line: Line) -> None:
    """What Telegram hands back names chat and message: data moved elsewhere is worth nothing."""
    ask = await line.open()
    _, _, message = await line.tell(ask)
    data = message.button("Allow once")["callback_data"]
    answer = await line.api.answered(line.api.press_data(message, data, message_id=message.id + 1))
    assert answer.alert
    moved = await line.api.answered(line.api.press_data(message, "made-up"))
    assert moved.alert
    assert line.waits(ask)


async def test_a_chat_that_is_not_chosen_any_more_decides_nothing(line: Line) -> None:
    ask = await line.open()
    _, _, message = await line.tell(ask)
    line.choose(GROUP, "42")
    answer = await line.api.answered(line.api.press(message, "Allow once", ANNA))
    assert answer.alert
    assert "not the one" in answer.text
    assert line.waits(ask)


async def test_a_press_that_telegram_held_back_for_long_counts_although_nobody_hears_of_it(line: Line) -> None:
    ask = await line.open()
    _, _, message = await line.tell(ask)
    query = line.api.press(message, "Allow once")
    line.api.answers[query] = Answered("too old to be answered", alert=False)
    assert (await line.ended(ask)).state == "resolved"
    await line.api.until(lambda: line.api.called("answerCallbackQuery"))
    again = line.api.press(message, "Allow once")
    line.api.answers[again] = Answered("too old to be answered", alert=False)
    await line.api.until(lambda: message.buttons == [])


async def test_what_the_agent_changed_meanwhile_is_not_allowed(line: Line) -> None:
    first = await line.services.asks.open(_draft("ls", id="a1"), deliver)
    _, _, message = await line.tell(first)
    changed = await line.services.asks.open(_draft("rm -rf /", id="a1"), deliver)
    assert changed.digest != first.digest
    answer = await line.api.answered(line.api.press(message, "Allow once"))
    assert answer.alert
    assert "something else" in answer.text
    assert line.waits(changed)
    await line.api.until(lambda: message.buttons == [])


async def test_answered_elsewhere_the_message_says_so_and_a_late_press_too(line: Line) -> None:
    ask = await line.open()
    notice, receipt, message = await line.tell(ask)
    data = message.button("Allow once")["callback_data"]
    decision = DecisionRequest(kind="deny", digest=ask.digest)
    await line.services.asks.decide(ask.id, decision, Actor(kind="device", name="Anna's phone"))
    late = await line.api.answered(line.api.press_data(message, data))
    assert (late.alert, "Already answered by Anna's phone" in late.text) == (True, True)
    await line.withdraw(notice, receipt, "Denied by Anna's phone")
    assert (message.buttons, message.text.endswith("Denied by Anna's phone")) == ([], True)
    later = await line.api.answered(line.api.press_data(message, data))
    assert later.alert


async def test_buttons_outlive_a_restart_of_the_hub(tmp_path: Path, api: BotApi) -> None:
    draft = _draft("ls", id="a1")
    async with open_line(tmp_path / "home", api) as line:
        line.choose()
        _, _, message = await line.tell(await line.services.asks.open(draft, deliver))
    query = api.press(message, "Allow once")  # while Pilot is away
    async with open_line(tmp_path / "home", api, line.clock) as line:
        ask = await line.services.asks.open(draft, deliver)  # its agent is back
        if line.waits(ask):
            ask = await line.ended(ask)
        assert ask.resolution is not None
        assert ask.resolution.by.kind == "telegram"
        assert (await api.answered(query)).text == "Allowed."


async def test_what_ended_with_the_restart_is_not_decided_by_an_old_press(tmp_path: Path, api: BotApi) -> None:
    async with open_line(tmp_path / "home", api) as line:
        line.choose()
        ask = await line.open()
        _, _, message = await line.tell(ask)
    query = api.press(message, "Allow once")
    async with open_line(tmp_path / "home", api, line.clock) as line:
        answer = await api.answered(query)
        assert answer.alert
        found = await line.services.asks.get(ask.id)
        assert found.state != "resolved"


async def test_a_press_that_is_faster_than_telegrams_answer_counts(line: Line) -> None:
    ask = await line.open()
    pressed: list[str] = []
    send = line.api._send_message

    def send_and_press(params: Any) -> object:
        result = send(params)
        pressed.append(line.api.press(line.api.order[-1], "Allow once"))
        return result

    line.api._send_message = send_and_press  # type: ignore[method-assign]
    await line.tell(ask)
    assert (await line.ended(ask)).state == "resolved"
    assert (await line.api.answered(pressed[0])).text == "Allowed."


async def test_an_agent_that_is_away_leaves_the_button_good(line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pilot_sidecar.core.asks.RECONNECT_S", 0.01)

    async with asyncio.timeout(5):
        ask = await line.services.asks.open(_draft("ls", id="a2"), deliver)
        _, _, message = await line.tell(ask)
        record = line.services.asks._records["a2"]
        record.deliver = None
        answer = await line.api.answered(line.api.press(message, "Allow once"))
        assert (answer.alert, "not connected" in answer.text) == (True, True)
        assert message.labels == ["Allow once", "Deny"]
        record.deliver = deliver
        line.api.press(message, "Allow once")
        assert (await line.ended(ask)).state == "resolved"


async def test_a_risky_ask_has_no_button_that_allows_it(line: Line) -> None:
    ask = await line.open()
    notice, receipt, message = await line.tell(ask, quick=["deny"])
    assert message.labels == ["Deny"]
    assert "Open Pilot on your computer to allow it." in message.text
    await line.withdraw(notice, receipt, "Denied by Anna's phone")
    assert "Denied by Anna's phone" in message.text
    assert "to allow it" not in message.text


async def test_a_question_is_answered_with_one_of_its_options(line: Line) -> None:
    question = {"question": "Which colour?", "options": [{"label": "Red"}, {"label": "Blue & <green>"}]}
    ask = await line.open(kind="question", questions=[Question.model_validate(question)], decisions=("answer", "deny"))
    _, _, message = await line.tell(ask, quick=[], title="OpenCode asks a question")
    assert message.labels == ["Red", "Blue & <green>"]
    line.api.press(message, "Blue & <green>")
    ended = await line.ended(ask)
    assert ended.resolution is not None
    assert ended.resolution.answers == [["Blue & <green>"]]


async def test_what_was_answered_meanwhile_is_not_sent(line: Line) -> None:
    ask = await line.open()
    await line.services.asks.decide(ask.id, DecisionRequest(kind="deny"), Actor(kind="owner"))
    receipt = await line.send(notice_of(ask))
    await line.withdraw(notice_of(ask), receipt, "Denied by this machine")
    assert line.api.order == []
    assert line.api.called("editMessageText") == []
