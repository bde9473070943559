"""Hooks and a rollout of the same session: each thing once, in its order, none lost."""

import asyncio
import json
import random
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pytest

from fakes.clock import FakeClock
from fakes.domain import make_session
from pilot_sidecar.core.events import (
    DiffUpdated,
    ErrorRaised,
    MessageCompleted,
    PromptReceived,
    SessionStarted,
    SessionStopped,
    SessionUpdated,
    ToolCompleted,
    ToolStarted,
)
from pilot_sidecar.infra.open_files import holder_of
from pilot_sidecar.integrations.codex import follower
from pilot_sidecar.integrations.codex.told import parse_line
from sidecar.integrations.codex import recorded
from sidecar.integrations.codex.posts import Scene, open_scene

PARENT, CHILD = (recorded.lines(name)[0]["payload"]["id"] for name in ("parent", "child"))
START_MS = 1_795_610_000_000
"""Before the recordings."""


@pytest.fixture(autouse=True)
def _fast(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(follower, "BUSY_S", 0.02)
    monkeypatch.setattr(follower, "IDLE_S", 0.02)


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock(START_MS)


class Files:
    """Rollouts that are being written."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def path(self, session_id: str) -> Path:
        return self._folder / f"rollout-2026-11-25T13-36-43-{session_id}.jsonl"

    def add(self, session_id: str, *lines: bytes) -> None:
        with self.path(session_id).open("ab") as file:
            file.writelines(line + b"\n" for line in lines)

    def place(self, payload: dict[str, object]) -> dict[str, object]:
        """Return a payload whose paths are here."""
        names = [name for name in ("transcript_path", "agent_transcript_path") if name in payload]
        return payload | {name: str(self.path(Path(str(payload[name])).stem[-36:])) for name in names}


def exec_lines() -> list[bytes]:
    return recorded.rollout("exec").splitlines()


EXEC = recorded.lines("exec")[0]["payload"]["id"]
TURN = recorded.lines("exec")[1]["payload"]["turn_id"]
PROMPT = "run: echo hi; exit 3"
CALL = "call_b2eddbff6bb844da"
LAST = recorded.lines("exec")[-1]["payload"]["last_agent_message"]
SHELL = {"tool_name": "Bash", "tool_input": {"command": "echo hi; exit 3"}, "tool_use_id": CALL}


class Run:
    """The recorded one-shot run, played step by step."""

    def __init__(self, scene: Scene, folder: Path) -> None:
        self.scene = scene
        self.files = Files(folder)
        self.common = {"session_id": EXEC, "transcript_path": str(self.files.path(EXEC)), "turn_id": TURN}

    async def hook(self, event: str, **fields: object) -> None:
        assert await self.scene.post(event, **{**self.common, **fields}) is None

    def write(self, start: int, end: int) -> None:
        """Write lines at their time."""
        lines = exec_lines()[start:end]
        self.files.add(EXEC, *lines)
        last = parse_line(lines[-1])
        assert last is not None
        self.scene.clock.ms = max(self.scene.clock.ms, last.at)

    def kinds(self, items: Sequence[object]) -> list[str]:
        return [item.kind for item in items]  # type: ignore[attr-defined] # of any kind


async def test_what_hooks_do_not_tell_comes_from_the_rollout(tmp_path: Path, clock: FakeClock) -> None:
    async with open_scene(tmp_path / "home", clock=clock) as scene:
        run = Run(scene, tmp_path)
        run.write(0, 8)
        await run.hook("SessionStart", permission_mode="bypassPermissions")
        await run.hook("UserPromptSubmit", prompt=PROMPT)
        run.write(8, 14)
        await run.hook("PreToolUse", **SHELL)
        await scene.until(lambda: scene.of(ToolStarted, EXEC))
        run.write(14, 16)
        await run.hook("PostToolUse", **SHELL, tool_response="hi\n")
        run.write(16, 22)
        await run.hook("Stop", last_assistant_message=LAST)
        run.write(22, 23)
        await scene.until(lambda: scene.of(SessionStopped, EXEC))
        session = scene.session(EXEC)
        assert (session.title, session.model, session.created_at) == (PROMPT, "fake/gpt-5.5", 1795613803000)
        assert session.process is not None
        assert (session.process.mode, session.capabilities.approve) == ("exec", "none")
        assert session.usage.context_limit == 258400
        items = await scene.items(EXEC)
        assert run.kinds(items) == ["prompt", "reasoning", "text", "tool", "text"]
        assert (items[0].id, items[0].text) == ("01a212ec-426a-7463-87e8-8001104d3b58", PROMPT)
        assert (items[3].tool, items[3].status, items[3].output, items[3].error) == (
            "Bash",
            "failed",
            "hi\n",
            "Exit code 3",
        )
        assert items[4].id.startswith("msg_")
        await run.hook("SessionEnd")
        await scene.until(lambda: scene.session(EXEC).state == "ended")
        assert len(scene.of(SessionStopped, EXEC)) == 1


@pytest.mark.parametrize("seed", range(25))
async def test_whichever_is_faster(tmp_path: Path, clock: FakeClock, seed: int) -> None:
    """Play hooks and lines of a run with a sub-agent, each source in its order, one ahead of the other at random."""
    dice = random.Random(seed)
    files = Files(tmp_path)
    hooks = [files.place(hook) for hook in recorded.spawn()]
    end = hooks.pop()
    written = {PARENT: recorded.rollout("parent").splitlines(), CHILD: recorded.rollout("child").splitlines()}
    turns = ["hook"] * len(hooks) + [PARENT] * len(written[PARENT]) + [CHILD] * len(written[CHILD])
    dice.shuffle(turns)
    async with open_scene(tmp_path / "home", clock=clock) as scene:
        for turn in turns:
            if turn == "hook":
                hook = dict(hooks.pop(0))
                await scene.post(str(hook["hook_event_name"]), **hook)
            else:
                files.add(turn, written[turn].pop(0))
            if dice.random() < 0.3:
                await asyncio.sleep(0.003)
        await scene.post("SessionEnd", **end)
        await scene.until(lambda: scene.session(PARENT).state == "ended" and scene.session(CHILD).state == "ended")
        for session_id, prompt, calls, messages in [
            (PARENT, "spawn: run: echo child", 2, 3),
            (CHILD, "run: echo child", 1, 2),
        ]:
            assert [event.text for event in scene.of(PromptReceived, session_id)] == [prompt]
            texts = Counter(event.text for event in scene.of(MessageCompleted, session_id) if event.part == "text")
            assert len(texts) == messages
            assert set(texts.values()) == {1}
            started, ended = scene.of(ToolStarted, session_id), scene.of(ToolCompleted, session_id)
            assert len({event.call_id for event in ended}) == calls
            assert len(started) <= calls
            tools = [item for item in await scene.items(session_id) if item.kind == "tool"]
            assert [tool.status for tool in tools] == ["completed"] * calls
            assert len(scene.of(SessionStopped, session_id)) == 1
        assert scene.session(CHILD).parent_id == PARENT


async def test_prompts_whose_line_does_not_come_are_told_after_a_moment(tmp_path: Path, clock: FakeClock) -> None:
    async with open_scene(tmp_path / "home", clock=clock) as scene:
        run = Run(scene, tmp_path)
        run.write(0, 2)
        await run.hook("UserPromptSubmit", prompt=PROMPT)
        await scene.until(lambda: scene.session(EXEC).capabilities.approve == "none")
        assert scene.of(PromptReceived, EXEC) == []
        clock.advance(2)
        await scene.until(lambda: scene.of(PromptReceived, EXEC))
        run.write(2, 23)
        await scene.until(lambda: scene.of(SessionStopped, EXEC))
        assert [event.text for event in scene.of(PromptReceived, EXEC)] == [PROMPT]


async def test_without_a_rollout_hooks_tell_at_once(tmp_path: Path) -> None:
    async with open_scene(tmp_path / "home") as scene:
        run = Run(scene, tmp_path)
        await run.hook("UserPromptSubmit", prompt=PROMPT)
        await run.hook("PreToolUse", **SHELL)
        await run.hook("Stop", last_assistant_message="Done.")
        assert run.kinds(await scene.items(EXEC)) == ["prompt", "tool", "text"]
        assert scene.session(EXEC).state == "idle"


async def test_a_rollout_that_appears_later_repeats_nothing(tmp_path: Path, clock: FakeClock) -> None:
    async with open_scene(tmp_path / "home", clock=clock) as scene:
        run = Run(scene, tmp_path)
        await run.hook("UserPromptSubmit", prompt=PROMPT)
        await run.hook("PreToolUse", **SHELL)
        run.write(0, 23)
        await scene.until(lambda: scene.of(SessionStopped, EXEC))
        assert len(scene.of(PromptReceived, EXEC)) == len(scene.of(ToolStarted, EXEC)) == 1
        assert Counter(run.kinds(await scene.items(EXEC))) == Counter(prompt=1, reasoning=1, text=2, tool=1)


async def test_what_happened_before_pilot_knew_is_told_afterwards_without_its_end(tmp_path: Path) -> None:
    async with open_scene(tmp_path / "home", clock=FakeClock(START_MS * 2)) as scene:
        run = Run(scene, tmp_path)
        run.write(0, 23)
        await run.hook("UserPromptSubmit", prompt="go on", turn_id="t2")
        await scene.until(lambda: scene.of(MessageCompleted, EXEC))
        assert scene.of(SessionStopped, EXEC) == []
        assert run.kinds(await scene.items(EXEC))[:5] == ["prompt", "reasoning", "text", "tool", "text"]
        scene.clock.advance(2)
        await scene.until(lambda: len(scene.of(PromptReceived, EXEC)) == 2)
        assert (scene.session(EXEC).state, scene.session(EXEC).title) == ("busy", PROMPT)


async def test_after_a_restart_the_gap_is_filled_and_nothing_repeated(tmp_path: Path, clock: FakeClock) -> None:
    run_lines = len(exec_lines())
    async with open_scene(tmp_path / "home", clock=clock) as scene:
        run = Run(scene, tmp_path)
        run.write(0, 8)
        await run.hook("SessionStart")
        await run.hook("UserPromptSubmit", prompt=PROMPT)
        run.write(8, 13)
        await run.hook("PreToolUse", **SHELL)
        await scene.until(lambda: scene.of(ToolStarted, EXEC))
    clock.advance(10_000)
    async with open_scene(tmp_path / "home", clock=clock) as scene:
        run = Run(scene, tmp_path)
        assert not scene.session(EXEC).live
        run.write(13, run_lines)
        await run.hook("PreCompact", turn_id="t2")
        await scene.until(lambda: scene.of(ToolCompleted, EXEC))
        await scene.until(lambda: len(scene.of(MessageCompleted, EXEC)) == 1)
        items = await scene.items(EXEC)
        assert run.kinds(items) == ["prompt", "reasoning", "text", "tool", "text"]
        assert items[3].status == "failed"
        assert scene.of(PromptReceived, EXEC) == []
        assert (scene.session(EXEC).live, scene.session(EXEC).state) == (True, "idle")


async def test_a_rollout_that_is_written_anew_repeats_nothing(tmp_path: Path, clock: FakeClock) -> None:
    async with open_scene(tmp_path / "home", clock=clock) as scene:
        run = Run(scene, tmp_path)
        await run.hook("SessionStart")
        run.write(0, 23)
        await scene.until(lambda: scene.of(SessionStopped, EXEC))
        before = len(scene.told)
        clock.advance(10_000)
        (tmp_path / "new").write_bytes(b"\n".join(exec_lines()) + b"\n")
        (tmp_path / "new").rename(run.files.path(EXEC))
        run.files.add(EXEC, b"garbage")
        await scene.until(lambda: scene.services.unknown.counts("codex").get("rollout garbage"))
        await scene.until(lambda: scene.told[before:])
        again = [event for event in scene.told[before:] if not isinstance(event, SessionUpdated)]
        assert [event.type for event in again] == ["pilot.usage.updated"]


async def test_a_turn_that_fails_is_told_by_the_rollout_alone(tmp_path: Path, clock: FakeClock) -> None:
    lines = [line for line in recorded.rollout("tui").splitlines() if b"scripted failure" in line]
    async with open_scene(tmp_path / "home", clock=clock) as scene:
        run = Run(scene, tmp_path)
        run.write(0, 9)
        await run.hook("SessionStart")
        run.files.add(EXEC, *lines)
        await scene.until(lambda: scene.of(SessionStopped, EXEC))
        assert scene.of(ErrorRaised, EXEC)[0].message == "scripted failure"
        assert (scene.session(EXEC).state, scene.session(EXEC).last_error) == ("error", "scripted failure")


@pytest.mark.parametrize("late", [False, True])
async def test_a_refused_call_is_told_whenever_the_hook_of_its_start_comes(
    tmp_path: Path, clock: FakeClock, late: bool
) -> None:
    lines = [line for line in recorded.rollout("tui").splitlines() if b"call_bf2a7a29c414403d" in line]
    start = {"tool_name": "Bash", "tool_input": {"command": "echo x"}, "tool_use_id": "call_bf2a7a29c414403d"}
    async with open_scene(tmp_path / "home", clock=clock) as scene:
        run = Run(scene, tmp_path)
        run.write(0, 9)
        await run.hook("SessionStart")
        run.files.add(EXEC, lines[0])
        if not late:
            await run.hook("PreToolUse", **start)
            await scene.until(lambda: scene.of(ToolStarted, EXEC))
        run.files.add(EXEC, lines[1])
        if late:
            run.write(19, 23)
            await scene.until(lambda: scene.of(SessionStopped, EXEC))
            await run.hook("PreToolUse", **start)
        await scene.until(lambda: scene.of(ToolCompleted, EXEC))
        (call,) = [item for item in await scene.items(EXEC) if item.kind == "tool"]
        assert (call.tool, call.title, call.status, call.error) == ("Bash", "echo x", "denied", "Use git clean")
        assert len(scene.of(ToolCompleted, EXEC)) == 1
        assert (scene.session(EXEC).state == "idle") == late


async def test_a_process_that_is_gone_ends_its_session(tmp_path: Path, clock: FakeClock) -> None:
    async with open_scene(tmp_path / "home", clock=clock) as scene:
        run = Run(scene, tmp_path)
        run.write(0, 9)
        codex = await writes(run.files.path(EXEC))
        await asyncio.to_thread(held_by, run.files.path(EXEC), codex.pid)
        await run.hook("UserPromptSubmit", prompt=PROMPT)
        await scene.until(lambda: pid_of(scene) == codex.pid)
        await scene.desk._outsiders.check()
        assert scene.session(EXEC).live
        await run.hook("SessionStart")  # late, as asynchronous hooks may be
        codex.kill()
        await codex.wait()
        await scene.desk._outsiders.check()
        await scene.until(lambda: scene.session(EXEC).state == "ended")
        assert not scene.session(EXEC).live


async def test_resumed_in_another_process_right_after_the_first_was_killed(tmp_path: Path, clock: FakeClock) -> None:
    async with open_scene(tmp_path / "home", clock=clock) as scene:
        run = Run(scene, tmp_path)
        run.write(0, 9)
        for _ in range(2):
            codex = await writes(run.files.path(EXEC))
            await run.hook("SessionStart")
            await look_until_found(scene, codex.pid)
            codex.kill()
            await codex.wait()


async def test_resumed_in_another_process_before_the_first_has_ended(tmp_path: Path, clock: FakeClock) -> None:
    async with open_scene(tmp_path / "home", clock=clock) as scene:
        run = Run(scene, tmp_path)
        run.write(0, 9)
        first = await writes(run.files.path(EXEC))
        await run.hook("SessionStart")
        await look_until_found(scene, first.pid)
        second = await writes(run.files.path(EXEC))
        await run.hook("SessionStart")
        first.kill()
        await first.wait()
        await asyncio.to_thread(held_by, run.files.path(EXEC), second.pid)
        await scene.desk._outsiders.check()
        assert (pid_of(scene), scene.session(EXEC).live) == (second.pid, True)
        second.kill()
        await second.wait()
        await scene.desk._outsiders.check()
        await scene.until(lambda: scene.session(EXEC).state == "ended")


async def test_a_process_that_ended_while_it_was_looked_for_does_not_end_the_session(
    tmp_path: Path, clock: FakeClock
) -> None:
    async with open_scene(tmp_path / "home", clock=clock) as scene:
        run = Run(scene, tmp_path)
        run.write(0, 9)
        await run.hook("SessionStart")
        gone = await asyncio.create_subprocess_exec(sys.executable, "-c", "")
        await gone.wait()
        scene.desk._outsiders._live[EXEC].runs_in(gone.pid)
        for _ in range(3):
            await scene.desk._outsiders.check()
        assert (scene.session(EXEC).live, scene.desk._outsiders._live[EXEC].ending) == (True, False)


async def writes(rollout: Path) -> asyncio.subprocess.Process:
    """Start a process that has a rollout open, as Codex does."""
    code = f"file = open({str(rollout)!r}, 'a'); input()"
    return await asyncio.create_subprocess_exec(sys.executable, "-c", code, stdin=asyncio.subprocess.PIPE)


def pid_of(scene: Scene) -> int | None:
    process = scene.session(EXEC).process
    return process.pid if process else None


def held_by(path: Path, pid: int) -> None:
    while holder_of(path) != pid:
        pass


async def look_until_found(scene: Scene, pid: int) -> None:
    async with asyncio.timeout(5):
        while pid_of(scene) != pid:
            await scene.desk._outsiders.check()
            await asyncio.sleep(0.005)


async def test_what_is_written_just_before_the_end_is_told(tmp_path: Path, clock: FakeClock) -> None:
    async with open_scene(tmp_path / "home", clock=clock) as scene:
        run = Run(scene, tmp_path)
        await run.hook("SessionStart")
        run.write(0, 23)
        await run.hook("SessionEnd")
        await scene.until(lambda: scene.session(EXEC).state == "ended")
        assert run.kinds(await scene.items(EXEC)) == ["prompt", "reasoning", "text", "tool", "text"]


async def test_a_session_that_starts_again_while_its_end_is_being_told(tmp_path: Path, clock: FakeClock) -> None:
    async with open_scene(tmp_path / "home", clock=clock) as scene:
        run = Run(scene, tmp_path)
        run.write(0, 23)
        await run.hook("SessionStart")
        await scene.until(lambda: scene.of(SessionStopped, EXEC))
        await run.hook("SessionEnd")
        await run.hook("PostToolUse", **SHELL)
        await run.hook("SessionStart", source="resume")
        states = [event.session.state for event in scene.of(SessionUpdated, EXEC)]
        assert "ended" in states, "first the one, then the other"
        assert (scene.session(EXEC).live, scene.session(EXEC).state) == (True, "idle")


async def test_a_name_that_somebody_gave_stays(tmp_path: Path, clock: FakeClock) -> None:
    async with open_scene(tmp_path / "home", clock=clock) as scene:
        session = make_session(EXEC, agent="codex", title="My work", live=False)
        scene.services.bus.publish(SessionStarted(at=1, session_id=EXEC, agent="codex", session=session))
        run = Run(scene, tmp_path)
        run.write(0, 23)
        await run.hook("SessionStart")
        await scene.until(lambda: scene.of(SessionStopped, EXEC))
        assert scene.session(EXEC).title == "My work"
        renamed = {"type": "thread_name_updated", "thread_name": "Their name"}
        line = {"timestamp": "2027-01-01T00:00:00Z", "type": "event_msg", "payload": renamed}
        run.files.add(EXEC, json.dumps(line).encode())
        await scene.until(lambda: scene.session(EXEC).title == "Their name")


async def test_the_files_of_a_session_are_told_when_they_change(tmp_path: Path, clock: FakeClock) -> None:
    async with open_scene(tmp_path / "home", clock=clock) as scene:
        files = Files(tmp_path)
        lines = recorded.rollout("tui").splitlines()
        ends = sum(b'"task_complete"' in line or b'"turn_aborted"' in line for line in lines)
        files.add("s", *lines)
        await scene.post("SessionStart", transcript_path=str(files.path("s")))
        await scene.until(lambda: len(scene.of(SessionStopped)) == ends)
        told = [[Path(file.path).name for file in event.files] for event in scene.of(DiffUpdated)]
        assert told[-1] == ["c.txt", "b.txt", "a.txt", "moved.txt", "outside.txt"]
        assert len(told) == 3, "the same edit twice is no change"
        assert all(file.patch is None for file in scene.session().files)


async def test_a_rollout_that_is_none_is_left_alone(tmp_path: Path) -> None:
    secret = tmp_path / "secret.jsonl"
    secret.write_bytes(b"a secret\n")
    async with open_scene(tmp_path / "home") as scene:
        for path in (secret, Path("rollout-1.jsonl"), tmp_path, Path("/proc/self/environ")):
            await scene.post("SessionStart", transcript_path=str(path), session_id=path.name)
            assert scene.desk._outsiders._live[path.name].follower is None
        await scene.post(
            "SubagentStop", session_id="s", agent_id="c", transcript_path=str(tmp_path / "rollout-s.jsonl")
        )
        assert scene.desk._outsiders._live["c"].follower is None, "that is the parent's"
