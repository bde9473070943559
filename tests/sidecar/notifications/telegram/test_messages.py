"""What people write: commands, answers to questions, work for agents; and what strangers get to hear."""

from typing import Any

import pytest

from fakes.bot_api import ANNA, EVE, GROUP, PRIVATE, BotApi, Shown
from fakes.domain import make_draft, make_session
from fakes.telegram_line import Line
from pilot_sidecar.core.agents import PromptRequest
from pilot_sidecar.core.ask_records import AskDraft, Delivered
from pilot_sidecar.core.asks_model import Actor, Ask, DecisionRequest, Question
from pilot_sidecar.core.errors import UnsupportedError
from pilot_sidecar.core.events import SessionUpdated
from pilot_sidecar.core.models import Session
from pilot_sidecar.core.notices_model import Notice

NOW_S = 1_700_000_001


class Driver:
    """An agent that takes prompts."""

    remembers = False

    def __init__(self) -> None:
        self.prompts: list[tuple[str, str]] = []
        self.refuses = False

    async def prompt(self, session: Session, request: PromptRequest) -> None:
        if self.refuses:
            raise UnsupportedError("OpenCode does not run.", "Start it there.")
        self.prompts.append((session.id, request.text))


@pytest.fixture
def driver(line: Line) -> Driver:
    driver = Driver()
    line.services.agents.register("opencode", driver)  # type: ignore[arg-type] # prompts are all that is asked of it
    return driver


async def finished(line: Line) -> Shown:
    """Write that the session finished; return the message."""
    notice = Notice(
        id="finished:s1:1", kind="finished", at=1, title="OpenCode has finished", body="All <green> & done.",
        session_id="s1", project="api",
    )  # fmt: skip
    chat, _, number = (await line.send(notice)).partition("/")
    return line.api.messages[int(chat), int(number)]


async def ask_colour(line: Line, **fields: object) -> tuple[Any, Shown]:
    question = {"question": "Which colour?", "options": [{"label": "Red"}, {"label": "Green"}], **fields}
    questions = [Question.model_validate(question)]
    ask = await line.open(kind="question", questions=questions, decisions=("answer", "deny"), command=None, input={})
    _, _, message = await line.tell(ask, quick=[])
    return ask, message


async def reply(api: BotApi, text: str, to: Shown, **more: Any) -> str:
    """Reply to a message; return what was said to that."""
    number = api.write(text, to.chat, reply_to=to, **{"date": NOW_S, **more})
    shown = await api.until(lambda: [one for one in api.order if one.reply_to == number])
    return str(shown[0].text)


async def test_finished_work_is_told_without_a_sound(line: Line) -> None:
    message = await finished(line)
    assert message.silent
    assert message.text == "OpenCode has finished\napi · Fix it\n\nAll <green> & done."
    assert message.buttons == []


async def test_a_test_makes_itself_heard(line: Line) -> None:
    await line.send(Notice(id="test:1", kind="test", at=1, title="A test from Pilot"))
    assert [one.silent for one in line.api.order] == [False]


async def test_a_reply_answers_a_question_in_ones_own_words(line: Line) -> None:
    ask, message = await ask_colour(line)
    assert "Reply to this message" in message.text
    assert await reply(line.api, "a <b>dark</b> blue", message) == "Answered."
    ended = await line.ended(ask)
    assert ended.resolution is not None
    assert (ended.resolution.answers, ended.resolution.by.name) == ([["a <b>dark</b> blue"]], "Anna")


async def test_a_reply_that_names_an_option_is_that_option(line: Line) -> None:
    ask, message = await ask_colour(line, custom=False)
    assert "takes only the given answers" in await reply(line.api, "blue", message)
    assert line.waits(ask)
    assert await reply(line.api, "green", message) == "Answered."
    ended = await line.ended(ask)
    assert ended.resolution is not None
    assert ended.resolution.answers == [["Green"]]


async def test_a_late_reply_hears_who_was_first(line: Line) -> None:
    ask, message = await ask_colour(line)
    decision = DecisionRequest(kind="answer", digest=ask.digest, answers=[["Red"]])
    await line.services.asks.decide(ask.id, decision, Actor(kind="device", name="Ben's phone"))
    assert "Already answered by Ben's phone" in await reply(line.api, "green", message)


async def test_a_reply_to_what_was_asked_before_the_question_changed_answers_nothing(line: Line) -> None:
    async def deliver(_ask: Ask, _request: DecisionRequest) -> Delivered:
        return Delivered()

    def draft(words: str) -> AskDraft:
        return make_draft(
            id="q1", kind="question", questions=[Question(question=words)], input={"q": words}, decisions=("answer",)
        )

    first = await line.services.asks.open(draft("Delete the copy?"), deliver)
    _, _, message = await line.tell(first, quick=[])
    changed = await line.services.asks.open(draft("Delete everything?"), deliver)
    assert "something else" in await reply(line.api, "yes", message)
    assert line.waits(changed)
    _, _, newer = await line.tell(changed, quick=[])
    assert await reply(line.api, "no", newer) == "Answered."


async def test_several_questions_are_for_pilot(line: Line) -> None:
    questions = [Question(question="One?"), Question(question="Two?")]
    ask = await line.open(kind="question", questions=questions, decisions=("answer",), command=None)
    _, _, message = await line.tell(ask, quick=[])
    assert message.buttons == []
    assert "Open Pilot on your computer to answer it." in message.text
    assert "more than one answer" in await reply(line.api, "both", message)
    assert line.waits(ask)


async def test_a_strangers_reply_answers_nothing(line: Line) -> None:
    line.choose(GROUP, "42")
    ask, message = await ask_colour(line)
    line.api.write("green", GROUP, EVE, reply_to=message)
    assert await reply(line.api, "red", message) == "Answered."
    ended = await line.ended(ask)
    assert ended.resolution is not None
    assert (ended.resolution.answers, ended.resolution.by.name) == ([["Red"]], "Anna")


async def test_replies_give_work_only_where_that_is_switched_on(line: Line, driver: Driver) -> None:
    message = await finished(line)
    assert "“Replies are prompts”" in await reply(line.api, "Now the tests.", message)
    assert driver.prompts == []
    line.choose(telegram_prompts=True)
    assert await reply(line.api, "Now the tests.", message) == "Passed on to Fix it."
    assert driver.prompts == [("s1", "Now the tests.")]
    assert await reply(line.api, "And the docs.", line.api.order[-1]) == "Passed on to Fix it.", (
        "one goes on from there"
    )
    assert driver.prompts[1:] == [("s1", "And the docs.")]
    await line.services.audit.close()
    assert '"session.prompt", "by": {"kind": "telegram", "name": "Anna"' in line.audited()


async def test_a_reply_that_cannot_be_passed_on_says_why(line: Line, driver: Driver) -> None:
    line.choose(telegram_prompts=True)
    message = await finished(line)
    driver.refuses = True
    assert await reply(line.api, "Go on", message) == "OpenCode does not run. Start it there."
    assert "Only text" in await reply(line.api, "", message)
    assert "did not pass it on" in await reply(line.api, "Go on", message, date=NOW_S - 3_600)
    assert "does not know any more" in await reply(line.api, "Go on", Shown(PRIVATE, 3, "", "", []))
    assert driver.prompts == []


async def test_a_strangers_reply_gives_no_work(line: Line, driver: Driver) -> None:
    line.choose(GROUP, "42", telegram_prompts=True)
    message = await finished(line)
    line.api.write("rm -rf /", GROUP, EVE, reply_to=message, date=NOW_S)
    line.api.write("rm -rf /", GROUP, ANNA, reply_to=message, date=NOW_S, sender_chat=GROUP)
    await reply(line.api, "Go on", message)
    assert driver.prompts == [("s1", "Go on")]


async def test_commands_tell_what_goes_on(line: Line) -> None:
    line.services.bus.publish(_updated(make_session(title="Fix <it>", state="busy")))
    line.services.bus.publish(_updated(make_session("s2", title="Idle one")))
    line.services.bus.publish(_updated(make_session("s3", title="A child", state="busy", parent_id="s1")))
    line.services.bus.publish(_updated(make_session("s4", title="A demo", state="busy", demo=True)))
    await line.open(session_id="s2", summary="rm -rf\nnode_modules")
    line.api.write("/sessions")
    told = (await line.api.written("At work")).text
    assert told.splitlines()[1:] == [
        "• Fix <it> in api (OpenCode): working", "• Idle one in api (OpenCode): waits for you"
    ] or told.splitlines()[1:] == [
        "• Idle one in api (OpenCode): waits for you", "• Fix <it> in api (OpenCode): working"
    ]  # fmt: skip
    line.api.write("/asks@my_pilot_bot")
    assert "Run a command (OpenCode, just now)\nrm -rf node_modules" in (await line.api.written("Waiting")).text
    line.api.write("/status")
    assert "Sessions at work: 1. Questions waiting: 1." in (await line.api.written("Pilot is up")).text
    line.api.write("/help")
    assert "/sessions: What agents work on" in (await line.api.written("Answer what")).text
    line.api.write("hello")
    await line.api.written("Reply to a message of mine")


async def test_nothing_goes_on(line: Line) -> None:
    line.api.write("/sessions")
    await line.api.written("No agent works at the moment")
    line.api.write("/asks")
    await line.api.written("Nothing waits for an answer.")


async def test_a_long_list_says_how_much_more_there_is(line: Line) -> None:
    for number in range(20):
        line.services.bus.publish(_updated(make_session(f"n{number}", title="x" * 500, state="busy")))
    line.api.write("/sessions")
    assert "… and 5 more" in (await line.api.written("At work")).text


async def test_strangers_learn_nothing_and_hear_little(line: Line) -> None:
    line.api.chats[666] = eve = {"id": 666, "type": "private", "first_name": "Eve"}
    for text in ("/sessions", "/asks", "/status", "hello", "/pair"):
        line.api.write(text, eve, EVE)
    line.api.write("/status", GROUP, EVE)
    line.api.write("/help")
    await line.api.written("/sessions:")
    told = [one for one in line.api.order if one.chat != PRIVATE]
    assert [(one.chat["id"], "belongs to somebody's Pilot" in one.text) for one in told] == [
        (666, True), (GROUP["id"], True)
    ]  # fmt: skip
    await line.services.audit.close()
    assert line.audited().count("telegram.refused") == 2


async def test_a_groups_own_talk_is_left_alone(line: Line) -> None:
    line.choose(GROUP, "42")
    line.api.write("lunch?", GROUP, EVE)
    line.api.write("yes", GROUP, ANNA)
    line.api.write("/status@another_bot", GROUP, ANNA)
    line.api.write("/unheard_of", GROUP, ANNA)
    line.api.write("/help", GROUP, ANNA)
    await line.api.written("/sessions:")
    assert len(line.api.order) == 1
    line.api.write("/status", GROUP, EVE)
    assert f"your user id is {EVE['id']}" in (await line.api.written("You may not")).text


async def test_the_commands_are_offered_in_the_chat_only(line: Line) -> None:
    await line.api.until(lambda: line.api.called("setMyCommands"))
    [offered] = line.api.called("setMyCommands")
    assert offered["scope"] == {"type": "chat", "chat_id": "42"}
    assert [command["command"] for command in offered["commands"]] == ["sessions", "asks", "status", "help"]


def _updated(session: Session) -> SessionUpdated:
    return SessionUpdated(at=1, session_id=session.id, agent=session.agent, session=session)
