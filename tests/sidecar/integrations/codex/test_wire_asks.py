"""Approvals of Codex's daemon, over the wire: the first answer wins, and what is recorded is what happened."""

import asyncio
import time
from pathlib import Path

import pytest

from agents.harness.waiting import until
from fakes.codex_app_server import ACTIVE, FakeAppServer, FakeThread
from fakes.hub_process import start_hub
from pilot_sidecar.integrations.codex import drafts
from sidecar.integrations.codex.asking import AMENDMENT, COMMAND, FILES, FORM, INPUT, NETWORK, PERMISSIONS, TOOL
from sidecar.integrations.codex.wire import Json, Wire, open_wire

ITEM = {
    "type": "commandExecution", "id": "call", "command": "/bin/bash -lc 'npm test'", "cwd": "/home/dev/project",
    "commandActions": [], "status": "inProgress",
}  # fmt: skip


def asking(params: Json) -> Json:
    return {name: value for name, value in params.items() if name != "threadId"} | {"turnId": "turn"}


async def approval(wire: Wire, request_id: int | str = 7) -> tuple[FakeThread, Json]:
    """Return a thread that waits for an approval, and the ask."""
    thread = await wire.turn()
    await wire.codex.item(thread, ITEM, done=False)
    await wire.codex.ask(thread, request_id, drafts.COMMAND, asking(COMMAND))
    return thread, await wire.client.waiting(thread.id)


async def finish(wire: Wire, thread: FakeThread, status: str = "completed") -> None:
    """Have the asked command come to its end, and the turn."""
    await wire.codex.item(thread, {**ITEM, "status": status}, done=True)
    await wire.codex.end(thread)
    await wire.session(thread, lambda session: session["state"] == "idle")


REPLIES = [
    (drafts.COMMAND, COMMAND, "allow_once", {}, {"decision": "accept"}),
    (drafts.COMMAND, COMMAND, "allow_always", {"optionId": "acceptWithExecpolicyAmendment"}, {"decision": AMENDMENT}),
    (drafts.COMMAND, NETWORK, "deny", {}, {"decision": "decline"}),
    (drafts.FILES, FILES, "allow_always", {}, {"decision": "acceptForSession"}),
    (
        drafts.PERMISSIONS, PERMISSIONS, "allow_always", {},
        {"permissions": PERMISSIONS["permissions"], "scope": "session"},
    ),
    (drafts.ELICITATION, TOOL, "deny", {"optionId": "cancel"}, {"action": "cancel"}),
    (
        drafts.ELICITATION, FORM, "answer", {"answers": [["3"], ["prod"]]},
        {"action": "accept", "content": {"count": 3, "env": "p"}},
    ),
    (
        drafts.USER_INPUT, INPUT, "answer", {"answers": [["Blue"], ["so"]]},
        {"answers": {"color": {"answers": ["Blue"]}, "why": {"answers": ["so"]}}},
    ),
]  # fmt: skip


async def test_every_kind_of_request_is_answered_as_codex_takes_it(wire: Wire) -> None:
    thread = await wire.turn()
    for number, (method, params, kind, fields, native) in enumerate(REPLIES):
        await wire.codex.ask(thread, number, method, asking(params))
        ask = await wire.client.waiting(thread.id, "question" if kind == "answer" else "permission")
        status, body = await wire.client.decide(ask, kind, **fields)
        assert status == 200, body
        assert wire.codex.answers[number:] == [{"id": number, "result": native}], "once, and exactly so"
        ended = await wire.client.resolved(ask["id"])
        assert (ended["state"], ended["resolution"]["by"]["kind"]) == ("resolved", "owner")


async def test_requests_that_are_not_for_people_are_never_answered(wire: Wire) -> None:
    """An error would reject what somebody else is about to answer."""
    thread = await wire.turn()
    methods = ("item/tool/call", "applyPatchApproval", "execCommandApproval", "brand/new")
    for number, method in enumerate(methods):
        await wire.codex.ask(thread, number, method, {"turnId": "turn", "callId": "c", "conversationId": thread.id})
    for client in wire.codex.clients:
        await client.send({"method": "account/chatgptAuthTokens/refresh", "id": "r", "params": {"reason": "expired"}})
        await client.send({"method": "currentTime/read", "id": 99, "params": {}})
        await client.send({"method": "brand/newer", "id": 100, "params": {"threadId": "nobody"}})
    thread.pending.clear()
    await wire.codex.status(thread, ACTIVE)

    async def counted() -> bool:
        return {*methods, "currentTime/read"} <= set((await wire.agent())["unknownEvents"])

    await until("all of them to be counted", counted)
    await finish(wire, thread)
    assert wire.codex.answers == []
    assert await wire.client.asks() == []


async def test_the_daemon_ends_while_an_approval_waits(wire: Wire) -> None:
    thread, ask = await approval(wire)
    wire.codex.drop()
    await wire.codex.die()
    ended = await wire.client.resolved(ask["id"])
    assert (ended["state"], ended["resolution"]["reason"]) == ("cancelled", "Codex's daemon ended.")
    assert not (await wire.session(thread, lambda session: not session["live"]))["live"]
    status, body = await wire.client.decide(ask, "allow_once")
    assert (status, body["error"]["code"]) == (409, "already_answered")


async def test_an_approval_stays_while_the_daemon_lives_and_is_the_same_when_the_line_is_back(wire: Wire) -> None:
    thread, ask = await approval(wire)
    wire.codex.path.rename(wire.codex.path.with_name("away"))
    wire.codex.drop()

    async def lost() -> bool:
        return (await wire.agent())["state"] != "connected"

    await until("the line to be lost", lost)
    await wire.goes_by(2.5)  # asks of daemons that are gone are looked for every two seconds
    (waiting,) = await wire.client.asks()
    assert waiting["id"] == ask["id"], "the terminal still shows it"
    wire.codex.path.with_name("away").rename(wire.codex.path)
    await wire.joined(thread)
    (again,) = await wire.client.asks()
    assert (again["id"], again["digest"]) == (ask["id"], ask["digest"])
    await wire.client.allow(again)
    assert wire.codex.answers == [{"id": 7, "result": {"decision": "accept"}}]
    await finish(wire, thread)
    assert len([e for e in wire.client.of("t1", "pilot.permission.pending") if e["ask"]["id"] == ask["id"]]) == 1


async def test_a_decision_while_the_line_is_down_is_refused_and_the_approval_stays(wire: Wire) -> None:
    _, ask = await approval(wire)
    wire.codex.path.rename(wire.codex.path.with_name("away"))
    wire.codex.drop()

    async def refused() -> bool:
        status, body = await wire.client.decide(ask, "allow_once")
        assert status != 200
        return (status, body["error"]["code"]) == (503, "agent_unavailable")

    await until("a refusal", refused)
    assert [one["id"] for one in await wire.client.asks()] == [ask["id"]]
    assert wire.codex.answers == []


async def test_an_approval_that_was_answered_while_the_line_was_down_is_gone(wire: Wire) -> None:
    thread, ask = await approval(wire)
    wire.codex.drop()
    thread.pending.clear()
    thread.status = dict(ACTIVE)
    ended = await wire.client.resolved(ask["id"])
    assert (ended["state"], ended["resolution"]["by"]["kind"]) == ("resolved", "terminal")
    assert wire.codex.answers == []
    await wire.joined(thread)
    await finish(wire, thread)


@pytest.mark.parametrize(("status", "choice"), [("completed", "allow_once"), ("declined", "deny")])
async def test_answered_in_the_terminal(wire: Wire, status: str, choice: str) -> None:
    thread, ask = await approval(wire)
    await wire.codex.resolve(thread, 7)
    await finish(wire, thread, status)
    ended = await wire.client.resolved(ask["id"])
    assert (ended["state"], ended["resolution"]["by"]["kind"]) == ("resolved", "terminal")
    assert ended["resolution"]["choice"] == choice
    assert wire.codex.answers == []


async def test_news_of_answers_twice_or_to_nothing_change_nothing(wire: Wire) -> None:
    thread, ask = await approval(wire)
    for request_id in (8, "7", None, 7.5, [7], {}):
        await wire.codex.say("serverRequest/resolved", threadId=thread.id, requestId=request_id)
    await wire.codex.say("serverRequest/resolved", threadId="nobody", requestId=7)
    await wire.codex.delta(thread, "m", "still here")
    await wire.client.event("pilot.message.delta", lambda event: event["delta"] == "still here")
    assert [one["id"] for one in await wire.client.asks()] == [ask["id"]]
    await wire.client.allow(ask)
    for _ in range(3):
        await wire.codex.say("serverRequest/resolved", threadId=thread.id, requestId=7)
    await finish(wire, thread)
    ended = await wire.client.get(f"/api/asks/{ask['id']}")
    assert (ended["resolution"]["by"]["kind"], ended["resolution"]["choice"]) == ("owner", "allow_once")


async def test_answered_elsewhere_while_a_decision_is_on_its_way(wire: Wire) -> None:
    """Codex says of both answers that the request is resolved; what the command does then tells whose it was."""
    wire.codex.resolves = False
    thread, ask = await approval(wire)
    deciding = asyncio.gather(wire.client.decide(ask, "deny"))
    await until("the decision to be on its way", lambda: answered(wire))
    await wire.codex.resolve(thread, 7)
    await wire.codex.say("item/commandExecution/outputDelta", threadId="t1", turnId="turn", itemId="call", delta="ok")
    ((status, body),) = await asyncio.wait_for(deciding, 10)
    assert (status, body["error"]["code"]) == (409, "already_answered")
    assert "in the terminal" in body["error"]["message"]
    await finish(wire, thread)
    ended = await wire.client.resolved(ask["id"])
    assert (ended["resolution"]["by"]["kind"], ended["resolution"]["choice"]) == ("terminal", "allow_once")


async def test_a_denial_that_came_too_late_is_not_recorded_though_the_command_is_silent(wire: Wire) -> None:
    """Another client had allowed it: it runs, and prints nothing for a while."""
    thread, ask = await approval(wire)
    status, body = await wire.client.decide(ask, "deny")
    assert (status, body["error"]["code"]) == (409, "already_answered")
    ended = await wire.client.resolved(ask["id"])
    assert (ended["resolution"]["by"]["kind"], ended["resolution"].get("choice")) == ("terminal", None)
    await finish(wire, thread)


async def test_a_decision_that_codex_does_not_take_is_said_and_can_be_made_again(wire: Wire) -> None:
    wire.codex.resolves = False
    thread, ask = await approval(wire)
    began = time.monotonic()
    status, body = await wire.client.decide(ask, "allow_once")
    assert (status, body["error"]["code"]) == (503, "agent_unavailable")
    assert time.monotonic() - began < 8
    assert [one["id"] for one in await wire.client.asks()] == [ask["id"]]
    wire.codex.resolves = True
    await wire.client.allow(ask)
    assert wire.codex.answers == [{"id": 7, "result": {"decision": "accept"}}] * 2
    await finish(wire, thread)


async def test_an_approval_that_is_told_again_while_it_is_decided_is_still_decided(wire: Wire) -> None:
    """Codex repeats what waits whenever somebody joins."""
    wire.codex.resolves = False
    thread, ask = await approval(wire)
    deciding = asyncio.gather(wire.client.decide(ask, "allow_once"))
    await until("the decision to be on its way", lambda: answered(wire))
    for client in wire.codex.clients:
        await client.send(thread.pending[7])
    await wire.codex.resolve(thread, 7)
    ((status, body),) = await asyncio.wait_for(deciding, 10)
    assert status == 200, body
    await finish(wire, thread)
    ended = await wire.client.get(f"/api/asks/{ask['id']}")
    assert ended["resolution"]["by"]["kind"] == "owner"


async def test_stopping_the_turn_withdraws_its_approval(wire: Wire) -> None:
    thread, ask = await approval(wire)
    await wire.codex.end(thread, "interrupted")
    await wire.codex.resolve(thread, 7)
    ended = await wire.client.resolved(ask["id"])
    assert (ended["state"], ended["resolution"]["reason"]) == ("cancelled", "The turn was stopped.")


async def test_closing_a_thread_withdraws_its_approval(wire: Wire) -> None:
    thread, ask = await approval(wire)
    wire.codex.unload(thread)
    await wire.codex.say("thread/closed", threadId=thread.id)

    async def ended() -> bool:
        return (await wire.client.get(f"/api/asks/{ask['id']}"))["state"] == "cancelled"

    await until("the end of the ask", ended, 3)
    assert wire.codex.answers == []


async def test_two_approvals_at_once_are_two(wire: Wire) -> None:
    thread = await wire.turn()
    for number in (1, "1"):
        await wire.codex.ask(thread, number, drafts.COMMAND, {**asking(COMMAND), "itemId": f"call {number!r}"})

    async def both() -> list[Json] | None:
        asks = await wire.client.asks()
        return asks if len(asks) == 2 else None

    first, second = await until("both", both)
    await wire.client.allow(first)
    assert [one["id"] for one in await wire.client.asks()] == [second["id"]]
    declined = {**ITEM, "id": second["callId"], "status": "declined"}
    (status, _), _ = await asyncio.gather(
        wire.client.decide(second, "deny"), wire.codex.item(thread, declined, done=True)
    )
    assert status == 200
    assert wire.codex.answers == [
        {"id": 1, "result": {"decision": "accept"}},
        {"id": "1", "result": {"decision": "decline"}},
    ]


async def test_an_approval_from_before_the_hub_is_shown_at_its_start(tmp_path: Path, codex: FakeAppServer) -> None:
    await codex.start()
    thread = await codex.open()
    await codex.begin(thread)
    await codex.ask(thread, 7, drafts.COMMAND, asking(COMMAND))
    async with open_wire(tmp_path, codex) as wire:
        ask = await wire.client.waiting(thread.id)
        await wire.client.allow(ask)
        assert codex.answers == [{"id": 7, "result": {"decision": "accept"}}]


async def test_the_daemon_ended_while_no_hub_was_there(tmp_path: Path, codex: FakeAppServer) -> None:
    await codex.start()
    async with open_wire(tmp_path, codex) as wire:
        _, ask = await approval(wire)
    await codex.die()
    async with start_hub(tmp_path / "pilot", HOME=str(codex.path.parents[2])) as hub:

        async def ended() -> Json | None:
            _, found = await hub.call("GET", f"/api/asks/{ask['id']}")
            return found if isinstance(found, dict) and found["state"] != "pending" else None

        found = await until("the end of the ask", ended)
        assert (found["state"], found["resolution"]["reason"]) == ("cancelled", "Codex's daemon ended.")


@pytest.mark.parametrize("odd", [None, 5, "x", [], {"a": 1}])
async def test_odd_requests_end_nothing(wire: Wire, odd: object) -> None:
    thread = await wire.turn()
    number = 0
    for method in sorted(drafts.ASKING):
        for name in ("turnId", "itemId", "command", "availableDecisions", "questions", "_meta", "requestedSchema"):
            number += 1
            await wire.codex.ask(thread, number, method, {**asking(COMMAND), name: odd})

    async def all_there() -> bool:
        return len(await wire.client.asks()) == number

    await until("all of them to be shown", all_there)
    assert wire.codex.connections == 1, "the line never broke"
    thread.pending.clear()
    await finish(wire, thread)


async def answered(wire: Wire) -> bool:
    return bool(wire.codex.answers)
