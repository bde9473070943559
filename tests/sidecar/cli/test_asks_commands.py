"""``pilot asks``: what waits is shown whole and answered as it was shown."""

import argparse
import asyncio
import json
import os
import signal
import sys
from typing import Any

import pytest

from fakes.domain import make_draft
from fakes.found_hub import Door
from fakes.hub_process import pilot, spawn
from fakes.terminal import terminal
from pilot_sidecar.core.ask_records import Delivered
from pilot_sidecar.core.asks_model import Ask, DecisionRequest, Question, QuestionOption


class Agent:
    """Takes what is decided."""

    def __init__(self) -> None:
        self.got: list[DecisionRequest] = []

    async def deliver(self, _ask: Ask, request: DecisionRequest) -> Delivered:
        self.got.append(request)
        return Delivered()


@pytest.fixture
def agent() -> Agent:
    return Agent()


async def opened(door: Door, agent: Agent, ask_id: str, **fields: Any) -> Ask:
    command = "rm -rf \x1b[2Jnode_modules\n  && echo \u202edone"
    draft = make_draft(id=ask_id, command=command, summary="rm -rf", **fields)
    ask = await door.services.asks.open(draft, agent.deliver)
    door.services.asks._records[ask_id].reached.set()
    return ask


async def test_one_is_approved_as_it_was_shown(door: Door, agent: Agent) -> None:
    ask = await opened(door, agent, "per_abc")
    await opened(door, agent, "per_abd", input={"command": "other"})
    code, out, err = await pilot(door.home, "asks", "approve", "per_ab")
    assert (code, out, "may be any of 2: per_abc, per_abd" in err) == (1, "", True)
    code, out, err = await pilot(door.home, "asks", "approve", "abc")
    assert (code, err) == (0, "")
    assert "  $ rm -rf \\x1b[2Jnode_modules\n  $   && echo \\u202edone\n" in out
    assert out.endswith("→ allowed once\n")
    assert [(got.kind, got.digest) for got in agent.got] == [("allow_once", ask.digest)]
    ended = await door.services.asks.get("per_abc")
    assert ended.resolution is not None
    assert ended.resolution.by.kind == "owner"
    code, _, err = await pilot(door.home, "asks", "approve", "per_ac")
    assert (code, "`pilot asks` lists what waits." in err) == (1, True)


async def test_who_comes_too_late_is_told_who_was_faster(door: Door, agent: Agent) -> None:
    await opened(door, agent, "per_abc")
    assert (await pilot(door.home, "asks", "deny", "per_abc"))[0] == 0
    code, out, err = await pilot(door.home, "asks", "approve", "per_abc")
    assert (code, "allowed" in out) == (1, False)
    assert err.startswith("pilot: Already answered from this machine at ")
    code, out, _ = await pilot(door.home, "asks", "show", "per_abc")
    assert (code, out.endswith("\n→ deny (this machine)\n")) == (0, True)


async def test_a_list_shows_when_and_what_also_where_ids_are_long(door: Door, agent: Agent) -> None:
    for end in ("1", "2"):
        await opened(door, agent, f"ask_0bd318c94c174e79bec117dd60242f7{end}", input={"command": end})
    await opened(door, agent, "ask_9a")
    assert (await pilot(door.home, "asks", "deny", "ask_0bd318c94c174e79bec117dd60242f71"))[0] == 0
    async with terminal(door.home, "asks", LC_ALL="C.UTF-8") as shell:
        assert await shell.end() == 0
    assert "ask_0bd318c9  opencode  0 s ago  Run a command: rm -rf\n" in shell.shown


async def test_always_and_deny_with_a_word(door: Door, agent: Agent) -> None:
    await opened(door, agent, "per_a")
    await opened(door, agent, "per_b", input={"command": "other"})
    assert (await pilot(door.home, "asks", "approve", "--always", "per_a"))[0] == 0
    code, out, _ = await pilot(door.home, "asks", "deny", "per_b", "-m", "use pnpm", "--json")
    assert (code, json.loads(out)["resolution"]["message"]) == (0, "use pnpm")
    assert [(got.kind, got.message) for got in agent.got] == [("allow_always", None), ("deny", "use pnpm")]


async def test_questions_are_answered(door: Door, agent: Agent) -> None:
    options = [QuestionOption(label="Postgres"), QuestionOption(label="SQLite", description="one file")]
    questions = [Question(question="Which database?", options=options, custom=False), Question(question="And why?")]
    await opened(door, agent, "que_1", kind="question", questions=questions, decisions=("answer", "deny"))
    out = (await pilot(door.home, "asks", "show", "que"))[1]
    assert "  ? Which database?\n    - Postgres\n    - SQLite: one file\n  ? And why?\n" in out
    code, _, err = await pilot(door.home, "asks", "answer", "que", "sqlite")
    assert (code, "There are 2 questions, and 1 answers were given" in err) == (1, True)
    code, _, err = await pilot(door.home, "asks", "approve", "que")
    assert (code, "pilot asks answer que_1 TEXT" in err) == (1, True)
    assert (await pilot(door.home, "asks", "answer", "que", "sqlite", "it is small"))[0] == 0
    assert agent.got[0].answers == [["SQLite"], ["it is small"]]


async def test_what_changed_since_it_was_shown_is_refused(door: Door, agent: Agent) -> None:
    from pilot_sidecar.cli import asks, hub
    from pilot_sidecar.server.discovery import find_hub

    await opened(door, agent, "per_a")
    running = await asyncio.to_thread(find_hub, door.home)
    assert running is not None
    shown = (await asyncio.to_thread(hub.call, running, "GET", "/api/asks"))["asks"][0]
    await opened(door, agent, "per_a", input={"command": "something else"})
    options = argparse.Namespace(json=False)
    with pytest.raises(hub.CallFailedError, match="something else"):
        await asyncio.to_thread(asks._decide, running, options, shown, {"kind": "allow_once"})
    assert agent.got == []


@pytest.mark.skipif(sys.platform not in ("linux", "darwin"), reason="this system does not tell who calls")
async def test_who_is_an_agent_is_refused_and_told_so(door: Door, agent: Agent) -> None:
    """This process is the agent: what it starts is its own."""
    await opened(door, agent, "per_a")
    door.services.agent_processes.add("opencode", os.getpid())
    code, out, err = await pilot(door.home, "asks", "approve", "per_a")
    assert (code, err.startswith("pilot: Agents cannot do this:")) == (1, True)
    assert "allowed" not in out
    assert agent.got == []
    await door.services.audit.close()
    code, out, _ = await pilot(door.home, "audit", "show", "--action", "self_approval")
    assert (code, "call=asks.decide" in out, "per_a" in out) == (0, True, True)


async def test_several_are_decided_at_once_or_none_of_them(door: Door, agent: Agent) -> None:
    for ask_id in ("per_a", "per_b", "per_c"):
        await opened(door, agent, ask_id, input={"command": ask_id})
    code, out, err = await pilot(door.home, "asks", "approve", "per_a", "per_x")
    assert (code, out, "no waiting question “per_x”" in err) == (1, "", True)
    assert agent.got == []
    code, out, err = await pilot(door.home, "asks", "approve", "per_a", "per_b", "per_a", "--json")
    ended = [json.loads(line) for line in out.splitlines()]
    assert (code, [(ask["id"], ask["state"]) for ask in ended]) == (0, [("per_a", "resolved"), ("per_b", "resolved")])
    assert err.count("$ rm -rf") == 2, "what was decided on is shown, beside the JSON"
    assert (await pilot(door.home, "asks", "release", "per_c"))[1].endswith("→ left to the agent's terminal\n")
    assert [got.kind for got in agent.got] == ["allow_once", "allow_once", "release"]


async def test_one_that_fails_does_not_hold_up_the_others(door: Door, agent: Agent) -> None:
    await opened(door, agent, "per_a", decisions=("deny",))
    await opened(door, agent, "per_b", input={"command": "other"})
    code, out, err = await pilot(door.home, "asks", "approve", "per_a", "per_b")
    assert (code, out.count("→ allowed once"), err.startswith("pilot: per_a: ")) == (1, 1, True)
    assert [got.kind for got in agent.got] == ["allow_once"]


@pytest.mark.parametrize(("typed", "kinds"), [("y\n", ["allow_always"]), ("\n", []), ("\x04", [])])
async def test_always_says_at_a_terminal_what_it_means(door: Door, agent: Agent, typed: str, kinds: list[str]) -> None:
    await opened(door, agent, "per_a", always="every command that begins with “rm\x1b[2J”")
    async with terminal(door.home, "asks", "approve", "--always", "per_a", LC_ALL="C.UTF-8") as shell:
        shown = await shell.until("[y/N]")
        shell.type(typed)
        assert await shell.end() == (0 if kinds else 1)
    assert "From now on: every command that begins with “rm\\x1b[2J”\nAllow that? [y/N]" in shown
    assert ("Traceback" in shell.shown, [got.kind for got in agent.got]) == (False, kinds)


async def test_who_watches_sees_each_come_and_go(door: Door, agent: Agent) -> None:
    await opened(door, agent, "per_a")
    for ask_id, options, came, went in (
        ("per_b", [], "per_b  opencode  ", "per_b  → deny (this machine)\n"),
        ("per_c", ["--json"], '{"id": "per_c", "kind": "permission", "state": "pending"', '{"id": "per_c", '),
    ):
        process = await spawn(door.home, "asks", "list", "--watch", *options, LC_ALL="C.UTF-8")
        assert process.stdout is not None
        try:
            async with asyncio.timeout(20):
                assert b"per_a" in await process.stdout.readline()
                await opened(door, agent, ask_id, input={"command": "other"})
                assert (await process.stdout.readline()).decode().startswith(came)
                assert (await pilot(door.home, "asks", "deny", ask_id))[0] == 0
                assert (await process.stdout.readline()).decode().startswith(went)
        finally:
            process.send_signal(signal.SIGINT)
            _, err = await asyncio.wait_for(process.communicate(), 10)
        assert (process.returncode, err) == (130, b"")
