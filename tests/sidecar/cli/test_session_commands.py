"""``pilot sessions``, ``send`` and ``export``: what goes on, as a terminal shows it and a script reads it."""

import asyncio
import json
import os
import sys
from pathlib import Path

import pytest

from fakes.domain import make_draft, make_session
from fakes.found_hub import Door
from fakes.hub_process import environment, pilot
from fakes.terminal import terminal
from pilot_sidecar.core.agents import NewSession, PromptRequest
from pilot_sidecar.core.ask_records import Delivered
from pilot_sidecar.core.events import MessageCompleted, MessageDelta, PromptReceived, SessionStarted, SessionStopped
from pilot_sidecar.core.models import AgentStatus, Session
from pilot_sidecar.integrations.demo.driver import DemoDriver

HOSTILE = "fix \x1b[2J\u202ethe build"


class Agent(DemoDriver):
    """Takes prompts, and does what it is told."""

    def __init__(self, door: Door) -> None:
        self._door = door
        self.heard: list[str] = []
        self.started: list[NewSession] = []
        self.stopped: list[str] = []

    async def create(self, request: NewSession) -> str:
        self.started.append(request)
        known(self._door, "new_1", directory=request.directory)
        assert request.prompt is not None
        await self.prompt(make_session("new_1"), request.prompt)
        return "new_1"

    async def prompt(self, session: Session, request: PromptRequest) -> None:
        self.heard.append(f"{session.id} {request.when}: {request.text}")
        number = len(self.heard)
        bus, of = self._door.services.bus, {"at": 1, "session_id": session.id, "agent": "opencode"}
        bus.publish(PromptReceived(message_id=f"p{number}", text=request.text, **of))
        if "for ever" in request.text:
            return
        if request.text in ("cut off", "die"):
            bus.publish(MessageDelta(message_id="half", part_id=f"t{number}", offset=0, delta="Half an", **of))
            bus.publish(SessionStopped(reason="aborted", **of))
            if request.text == "die":
                known(self._door, session.id, live=False)
            return
        answer = f"Answer {number} \x1b[31m"
        bus.publish(MessageCompleted(message_id=f"m{number}", part_id=f"t{number}", text=answer, **of))
        bus.publish(SessionStopped(**of))

    async def abort(self, session: Session) -> None:
        self.stopped.append(session.id)


@pytest.fixture
async def agent(door: Door) -> Agent:
    agent = Agent(door)
    door.services.agents.register("opencode", agent)
    door.services.agents.set_status(AgentStatus(agent="opencode", state="connected"))
    return agent


def known(door: Door, session_id: str, **fields: object) -> None:
    """Make a session known, changed a minute and a half ago."""
    at = door.services.clock.now_ms() - 90_000
    session = make_session(session_id, **{"created_at": at, "updated_at": at, **fields})
    door.services.bus.publish(SessionStarted(at=at, session_id=session_id, agent=session.agent, session=session))


async def listed(door: Door, *options: str) -> list[str]:
    code, out, err = await pilot(door.home, "sessions", *options, "--json")
    assert (code, err) == (0, "")
    return [session["id"] for session in json.loads(out)["sessions"]]


async def test_sessions_are_listed_with_what_they_wait_for(door: Door, agent: Agent, tmp_path: Path) -> None:
    assert await pilot(door.home, "sessions") == (0, "There is no session yet.\n", "")
    folder = tmp_path / "api"
    known(door, "ses_1", title=HOSTILE, directory=str(folder))
    known(door, "ses_2", title="idle one", directory=str(tmp_path / "api-old"))
    known(door, "ses_3", title="gone", state="ended", live=False)
    known(door, "ses_4", title="child", parent_id="ses_2", root_id="ses_2")
    known(door, "cdx_5", agent="codex", title="busy one", state="busy")
    await door.services.asks.open(make_draft(id="per_1", session_id="ses_1"), _deliver)
    code, out, err = await pilot(door.home, "sessions")
    assert (code, err) == (0, "")
    head, first, *others = out.splitlines()
    assert head.split() == ["ID", "AGENT", "STATE", "CHANGED", "PROJECT", "TITLE"]
    assert " ".join(first.split()) == "ses_1 opencode waits 1 min api fix \\x1b[2J\\u202ethe build"
    assert [line.split()[0] for line in others[:2]] == ["ses_2", "cdx_5"]
    assert others[2:] == ["1 waits for you: `pilot asks` shows for what."]
    assert await listed(door) == ["ses_1", "ses_2", "cdx_5"]
    assert sorted(await listed(door, "--all")) == ["cdx_5", "ses_1", "ses_2", "ses_3", "ses_4"]
    assert await listed(door, "list", "--agent", "codex") == ["cdx_5"]
    assert await listed(door, "--project", str(folder)) == ["ses_1"], "not its neighbour, whose name begins alike"
    assert sorted(await listed(door, "--all", "--project", str(tmp_path))) == ["ses_1", "ses_2"]
    found = json.loads((await pilot(door.home, "sessions", "--json"))[1])["sessions"][0]
    assert (found["waiting"], found["name"], found["archived"]) == (["per_1"], HOSTILE, False)
    code, out, err = await pilot(door.home, "sessions", "--agent", "opncode")
    assert (code, out) == (2, "")
    assert err == "pilot: Pilot knows no agent “opncode”. Did you mean `opencode`?\n  It knows: opencode.\n"


async def _deliver(*_: object) -> Delivered:
    return Delivered()


async def test_one_is_read_renamed_put_away_and_stopped(door: Door, agent: Agent) -> None:
    known(door, "ses_1", title="Old title")
    known(door, "ses_2", title="Another")
    assert (await pilot(door.home, "send", "old title", "say", "something"))[:2] == (0, "Sent to ses_1.\n")
    code, out, _ = await pilot(door.home, "sessions", "show", "ses_1")
    assert (code, out.splitlines()[0]) == (0, "Old title")
    assert "  say something\n" in out
    assert out.endswith("  Answer 1 \\x1b[31m\n")
    shown = json.loads((await pilot(door.home, "sessions", "show", "ses_1", "-n", "1", "--json"))[1])
    assert (shown["session"]["id"], [item["kind"] for item in shown["items"]]) == ("ses_1", ["text"])
    assert (await pilot(door.home, "sessions", "rename", "ses_1", "New"))[1] == "“Old title” is called “New” now.\n"
    mark = json.loads((await pilot(door.home, "sessions", "archive", "new", "--json"))[1])
    assert (mark["sessionId"], mark["name"], mark["archived"]) == ("ses_1", "New", True)
    assert await listed(door) == ["ses_2"]
    assert (await pilot(door.home, "sessions", "unarchive", "ses_1"))[1] == "“New” is back in the lists.\n"
    assert (await pilot(door.home, "sessions", "abort", "ses_1"))[1] == "“New” is told to stop.\n"
    assert agent.stopped == ["ses_1"]
    code, out, err = await pilot(door.home, "sessions", "abort", "ses")
    assert (code, out, "may be any of 2: ses_" in err) == (1, "", True)


async def test_a_prompt_sent_again_with_its_key_is_taken_once(door: Door, agent: Agent) -> None:
    known(door, "ses_1")
    for _ in range(2):
        assert (await pilot(door.home, "send", "ses_1", "--key", "nightly", "go on"))[0] == 0
    assert (await pilot(door.home, "send", "--after", "ses_1", "go on"))[0] == 0
    assert agent.heard == ["ses_1 now: go on", "ses_1 turn_end: go on"]


async def test_a_prompt_whose_answer_was_lost_is_sent_again_with_the_same_key(
    door: Door, agent: Agent, monkeypatch: pytest.MonkeyPatch
) -> None:
    from pilot_sidecar.cli import hub, main, send

    known(door, "ses_1")
    monkeypatch.setenv("PILOT_HOME", str(door.home))
    monkeypatch.setattr(send, "TRY_AGAIN_S", 0)
    real, lost = hub.ask, []

    def ask(url: str, method: str, path: str, *more: object) -> tuple[int, bytes]:
        answer = real(url, method, path, *more)  # type: ignore[arg-type]
        if path.endswith("/prompt") and not lost:
            lost.append(answer)
            raise ConnectionResetError
        return answer

    monkeypatch.setattr(hub, "ask", ask)
    assert await asyncio.to_thread(main.run, ["send", "ses_1", "go on"]) == 0
    assert len(lost) == 1
    assert agent.heard == ["ses_1 now: go on"]


async def test_a_session_is_begun_and_its_answer_waited_for(door: Door, agent: Agent, tmp_path: Path) -> None:
    code, out, err = await pilot(
        door.home, "send", "--new", "opencode", "--dir", str(tmp_path), "--wait", "--json", "hi"
    )
    assert (code, err) == (0, "")
    assert json.loads(out) == {"sessionId": "new_1", "answer": "Answer 1 \x1b[31m"}
    assert agent.started[0].directory == str(tmp_path.resolve())
    out = (await pilot(door.home, "send", "new_1", "--wait", "once", "more"))[1]
    assert out == "Answer 2 \\x1b[31m\n"


async def test_a_turn_that_takes_too_long(door: Door, agent: Agent) -> None:
    known(door, "ses_1")
    code, out, err = await pilot(door.home, "send", "ses_1", "--wait", "--timeout", "1s", "work for ever")
    assert (code, out) == (1, "")
    assert err == "pilot: The turn is not over yet.\n  `pilot sessions show ses_1` shows it.\n"


async def test_a_turn_that_was_stopped_or_whose_agent_ended_is_not_done(door: Door, agent: Agent) -> None:
    known(door, "ses_1")
    for prompt, told in (
        ("cut off", "The turn was stopped before it was over."),
        ("die", "The session ended before its turn was over."),
    ):
        code, out, err = await pilot(door.home, "send", "ses_1", "--wait", "--timeout", "20s", prompt)
        assert (code, out, err) == (1, "", f"pilot: {told}\n")


async def test_a_prompt_from_standard_input(door: Door, agent: Agent) -> None:
    known(door, "ses_1")
    for sent, code in (("\ufeffzwei\nZeilen é".encode(), 0), (b"\xff\xfe", 2), (b" \n", 2)):
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "pilot_sidecar", "send", "ses_1", "-", env=environment(door.home),
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
        )  # fmt: skip
        _, err = await asyncio.wait_for(process.communicate(sent), 20)
        assert (process.returncode, b"Traceback" in err) == (code, False)
    assert agent.heard == ["ses_1 now: zwei\nZeilen é"]


async def test_what_cannot_be_sent(tmp_path: Path) -> None:
    """It is said before anything looks for a hub."""
    for told, *arguments in (
        ("There is nothing to send", "ses_1"),
        ("The text is empty.", "ses_1", ""),
        ("--dir is for a new session", "ses_1", "--dir", ".", "x"),
        ("--key and --after are for sessions", "--new", "opencode", "--key", "k", "x"),
        ("There is no folder /no/such.", "--new", "opencode", "--dir", "/no/such", "x"),
        ("write a duration like 30m", "ses_1", "--timeout", "soon", "x"),
        ("The text is empty.", "--new", "", " "),
    ):
        code, out, err = await pilot(tmp_path, "send", *arguments)
        assert (code, out, told in err) == (2, "", True), err


async def test_a_session_with_an_agent_that_is_mistyped(door: Door, agent: Agent) -> None:
    code, out, err = await pilot(door.home, "send", "--new", "opncode", "x")
    assert (code, out, "Did you mean `opencode`?" in err) == (2, "", True)
    assert agent.started == []


async def test_a_session_is_written_down(door: Door, agent: Agent, tmp_path: Path) -> None:
    known(door, "ses_1", title="Rename ../../the thing")
    await pilot(door.home, "send", "ses_1", "do it")
    code, out, err = await pilot(door.home, "export", "ses_1")
    assert (code, err, "do it" in out, "Answer 1 \x1b[31m" in out) == (0, "", True, True)
    assert json.loads((await pilot(door.home, "export", "ses_1", "--format", "json"))[1])["version"] == 1
    code, out, _ = await pilot(door.home, "export", "ses_1", "-o", str(tmp_path))
    [made] = tmp_path.glob("*.md")
    assert (code, made.read_text().count("do it") > 0) == (0, True)
    assert out == f"The session is in {made}.\n"
    code, _, err = await pilot(door.home, "export", "ses_1", "-o", str(made))
    assert (code, err) == (1, f"pilot: {made} is there already.\n  Name another file, or add --force to replace it.\n")
    code, _, err = await pilot(door.home, "export", "ses_1", "-o", "")
    assert (code, "The name of the file is empty." in err) == (2, True)
    made.write_text("old")
    assert (await pilot(door.home, "export", "ses_1", "-o", str(made), "--force"))[0] == 0
    assert "do it" in made.read_text()
    code, _, err = await pilot(door.home, "export", "ses_1", "-o", str(tmp_path / "none/x.md"))
    assert (code, "cannot be written" in err, "Traceback" in err) == (1, True, False)
    async with terminal(door.home, "export", "ses_1") as shell:
        assert await shell.end() == 0
    assert "Answer 1 \\x1b[31m" in shell.shown
    assert "\x1b" not in shell.shown


@pytest.mark.skipif(sys.platform not in ("linux", "darwin"), reason="this system does not tell who calls")
async def test_an_agent_sends_no_prompts_and_stops_nobody(door: Door, agent: Agent) -> None:
    """This process is the agent: what it starts is its own."""
    known(door, "ses_1")
    door.services.agent_processes.add("opencode", os.getpid())
    for arguments in (["send", "ses_1", "x"], ["send", "--new", "opencode", "x"], ["sessions", "abort", "ses_1"]):
        code, out, err = await pilot(door.home, *arguments)
        assert (code, out, err.startswith("pilot: Agents cannot do this:")) == (1, "", True)
    assert (agent.heard, agent.started, agent.stopped) == ([], [], [])
    code, _, err = await pilot(door.home, "send", "ses_1", "x", "--json")
    assert (code, json.loads(err)["error"]["code"]) == (1, "self_approval")
