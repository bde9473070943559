"""Moments in a hook's life that are too short to hit over the wire."""

import asyncio
from pathlib import Path

import pytest

from pilot_sidecar.core.errors import UnknownEventError
from pilot_sidecar.core.events import SessionStarted, SessionUpdated
from sidecar.integrations.codex.posts import open_scene

SHELL = {"tool_name": "Bash", "tool_input": {"command": "ls"}}


class Shared:
    """Knows which threads the daemon has."""

    def __init__(self, *loaded: str) -> None:
        self.loaded = set(loaded)
        self.asked: list[tuple[str, str | None]] = []

    async def owns(self, session_id: str, transcript_path: str | None) -> bool:
        self.asked.append((session_id, transcript_path))
        await asyncio.sleep(0)
        return session_id in self.loaded


async def test_the_last_reader_leaving_while_an_ask_is_opened_hands_it_back(tmp_path: Path) -> None:
    async with open_scene(tmp_path) as scene:
        there = iter([True])
        scene.services.presence.reachable_elsewhere = lambda _project_id: next(there, False)
        assert await scene.post("PermissionRequest", **SHELL) is None, "the terminal's own dialog is due"
        rows = await scene.services.store.read("SELECT state FROM asks")
        assert rows == [("resolved",)], "it was opened, and handed back"
        assert scene.services.asks.pending() == []


async def test_hooks_that_codex_does_not_have_are_counted(tmp_path: Path) -> None:
    async with open_scene(tmp_path) as scene:
        for name in ("Sto%70ped", "Stopped", "constructor"):
            with pytest.raises(UnknownEventError):
                await scene.post(name)
        assert scene.services.unknown.counts("codex") == {"Stopped": 2, "constructor": 1}
        assert scene.told == []


async def test_of_the_daemons_threads_the_socket_tells_everything(tmp_path: Path) -> None:
    async with open_scene(tmp_path, Shared("s")) as scene:
        scene.services.presence.reachable_elsewhere = lambda _project_id: True
        for event in ("SessionStart", "UserPromptSubmit", "PreToolUse", "PermissionRequest", "Stop", "SessionEnd"):
            assert await scene.post(event, **SHELL) is None, "at once: the terminal's own dialog must show"
        assert await scene.post("PermissionRequest", agent_id="child", **SHELL) is None
        assert scene.told == []
        assert scene.services.sessions.get("s") is None


async def test_a_session_that_moves_into_the_daemon_is_left_to_the_socket(tmp_path: Path) -> None:
    shared = Shared()
    async with open_scene(tmp_path, shared) as scene:
        await scene.post("SessionStart")
        await scene.post("SubagentStart", agent_id="child")
        shared.loaded.add("s")
        scene.told.clear()
        await scene.post("UserPromptSubmit", prompt="hi", turn_id="t")
        await scene.post("PreToolUse", **SHELL, agent_id="child")
        assert scene.told == []
        shared.loaded.clear()
        await scene.post("UserPromptSubmit", prompt="hi", turn_id="t")
        assert scene.of(SessionStarted), "it moved back"


@pytest.mark.parametrize("told", [True, False])
async def test_a_socket_that_comes_later_takes_its_sessions_over(tmp_path: Path, told: bool) -> None:
    shared = Shared()
    async with open_scene(tmp_path, shared) as scene:
        await scene.post("PreToolUse", **SHELL)
        shared.loaded.add("s")
        if told:
            scene.desk.leave("s")
        else:
            await scene.desk._outsiders.check()
        scene.told.clear()
        await scene.post("PostToolUse", **SHELL)
        assert scene.told == []
        assert scene.session().live, "the socket says what becomes of it"


async def test_the_busy_path_does_not_ask_who_owns_a_session_that_is_known(tmp_path: Path) -> None:
    shared = Shared()
    async with open_scene(tmp_path, shared) as scene:
        await scene.post("SessionStart", transcript_path="/home/dev/.codex/sessions/rollout-1-s.jsonl")
        assert shared.asked == [("s", "/home/dev/.codex/sessions/rollout-1-s.jsonl")]
        for event in ("PreToolUse", "PostToolUse", "PreModelRequest", "Stop"):
            await scene.post(event, **SHELL)
        assert len(shared.asked) == 1


async def test_a_session_of_hooks_says_what_it_can(tmp_path: Path) -> None:
    async with open_scene(tmp_path) as scene:
        await scene.post("SessionStart", model="gpt-5.5")
        session = scene.session()
        assert (session.live, session.state, session.model) == (True, "idle", "gpt-5.5")
        assert session.process is not None
        assert session.process.mode == "embedded"
        assert (session.capabilities.approve, session.capabilities.prompt) == ("exclusive", "at_turn_end")
        await scene.post("SessionEnd")
        session = scene.session()
        assert (session.live, session.state, session.process) == (False, "ended", None)
        assert (session.capabilities.approve, session.capabilities.resume) == ("none", True)


async def test_late_hooks_after_the_end_change_nothing_and_a_prompt_revives(tmp_path: Path) -> None:
    async with open_scene(tmp_path) as scene:
        for event in ("SessionStart", "SessionEnd"):
            await scene.post(event)
        scene.told.clear()
        for event in ("PreToolUse", "PostToolUse", "Stop", "Interrupt", "SessionEnd", "PostCompact"):
            await scene.post(event, **SHELL)
        await scene.post("PreToolUse", **SHELL, agent_id="child")
        assert scene.told == []
        await scene.post("UserPromptSubmit", prompt="again", turn_id="t2")
        assert (scene.session().state, scene.session().live) == ("busy", True)


async def test_a_second_start_in_the_middle_of_a_turn_does_not_end_it(tmp_path: Path) -> None:
    async with open_scene(tmp_path) as scene:
        await scene.post("UserPromptSubmit", prompt="hi", turn_id="t")
        await scene.post("SessionStart", source="startup")
        assert scene.session().state == "busy", "asynchronous hooks overtake each other"
        assert len(scene.of(SessionStarted)) == 2


async def test_two_prompts_of_one_turn_are_two(tmp_path: Path) -> None:
    async with open_scene(tmp_path) as scene:
        for text in ("one", "two"):
            scene.clock.advance(1)
            await scene.post("UserPromptSubmit", prompt=text, turn_id="t")
        assert [item.text for item in await scene.items()] == ["one", "two"]


async def test_a_sub_agent_is_a_session_of_its_own_and_ends_with_its_parent(tmp_path: Path) -> None:
    async with open_scene(tmp_path) as scene:
        await scene.post("PreToolUse", **SHELL, tool_use_id="c", agent_id="child", agent_type="default")
        child = scene.session("child")
        assert (child.parent_id, child.root_id, child.state) == ("s", "s", "busy")
        assert [item.id for item in await scene.items("child")] == ["c"]
        assert await scene.items("s") == []
        assert scene.session("s").live
        await scene.post("SubagentStop", agent_id="child", last_assistant_message="Done.", turn_id="t")
        assert (scene.session("child").state, scene.session("child").last_line) == ("idle", "Done.")
        await scene.post("SessionEnd")
        assert scene.session("child").state == "ended"


async def test_a_session_nobody_hears_of_is_not_live_for_ever(tmp_path: Path) -> None:
    async with open_scene(tmp_path) as scene:
        await scene.post("UserPromptSubmit", prompt="hi", turn_id="t")
        outsiders = scene.desk._outsiders
        scene.clock.advance(14 * 60)
        await outsiders.check()
        assert scene.session().live
        scene.clock.advance(2 * 60)
        await outsiders.check()
        assert (scene.session().live, scene.session().state) == (False, "idle")
        assert scene.session().capabilities.resume
        scene.told.clear()
        await scene.post("PostToolUse", **SHELL)
        assert scene.session().live, "any hook brings it back: it has not ended"
        assert not scene.of(SessionUpdated)


async def test_a_session_that_waits_for_a_person_is_not_quiet(tmp_path: Path) -> None:
    async with open_scene(tmp_path) as scene:
        scene.services.presence.reachable_elsewhere = lambda _project_id: True
        blocked = asyncio.create_task(scene.post("PermissionRequest", **SHELL))
        await scene.until(scene.services.asks.pending)
        scene.clock.advance(20 * 60)
        await scene.desk._outsiders.check()
        assert scene.session().live
        await scene.services.asks.hand_back("enough")
        assert await blocked is None


@pytest.mark.parametrize(("ended", "expected"), [(1, "c2"), (2, None)])
async def test_an_ask_names_the_call_it_is_about(tmp_path: Path, ended: int, expected: str | None) -> None:
    async with open_scene(tmp_path) as scene:
        scene.services.presence.reachable_elsewhere = lambda _project_id: True
        for call in ("c1", "c2"):
            await scene.post("PreToolUse", **SHELL, tool_use_id=call)
        for call in ("c1", "c2")[:ended]:
            await scene.post("PostToolUse", **SHELL, tool_use_id=call)
        request = {"tool_name": "Bash", "tool_input": {"command": "ls", "description": "why"}}
        blocked = asyncio.create_task(scene.post("PermissionRequest", **request))
        await scene.until(scene.services.asks.pending)
        assert scene.services.asks.pending()[0].ask.call_id == expected
        await scene.services.asks.hand_back("enough")
        await blocked
