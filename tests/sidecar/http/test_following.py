"""Whoever follows one session hears of it and its sub-agents, and of nothing else, however it asks."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from fakes.browsers import Browser, Stream, open_door, pair
from fakes.clock import FakeClock
from fakes.domain import make_draft, make_session
from fakes.hub_process import HubProcess
from pilot_sidecar.core.devices_model import SelfApproval
from pilot_sidecar.core.events import (
    BudgetReached,
    ErrorRaised,
    Event,
    MessageCompleted,
    ProjectUpdated,
    PromptReceived,
    SelfApprovalRefused,
    SessionNoted,
    SessionStarted,
    SessionUpdated,
    ToolStarted,
)
from pilot_sidecar.core.marks import MarkChange
from pilot_sidecar.core.models import Project
from pilot_sidecar.core.notice_events import NoticeRaised, NoticeWithdrawn
from pilot_sidecar.core.notices_model import Notice
from pilot_sidecar.core.services import Services
from pilot_sidecar.core.whence import Whence
from pilot_sidecar.transport.api import CALLS

SECRET = "their-business"
OURS = "our-business"
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 20
LAST = "the last word"


@pytest.fixture
async def door(tmp_path: Path) -> AsyncIterator[tuple[HubProcess, Services]]:
    async with open_door(tmp_path, FakeClock()) as opened:
        yield opened


def tell(services: Services, session_id: str, text: str, **fields: object) -> None:
    """Let a session say something of each kind."""
    bus, at = services.bus, services.clock.now_ms()
    session = make_session(session_id, title=text, directory=f"/home/dev/{text}", project_id=text, **fields)
    who: dict[str, Any] = {"at": at, "session_id": session_id, "agent": "opencode"}
    events: list[Event] = [
        SessionStarted(**who, session=session),
        PromptReceived(**who, message_id=f"m{session_id}", text=text),
        MessageCompleted(**who, message_id="m", part_id=f"p{session_id}", text=text),
        ToolStarted(**who, call_id=f"c{session_id}", tool="bash", title=text, input={"command": text}),
        SessionNoted(**who, note_id=f"n{session_id}", note="mode", text=text),
        SessionUpdated(**who, session=session.model_copy(update={"last_line": text})),
        ErrorRaised(at=at, session_id=session_id, code="x", message=text),
        BudgetReached(at=at, session_id=session_id, period="session", spent_usd=1, limit_usd=1),
        NoticeRaised(**who, notice=Notice(id=text, kind="ask", at=at, title=text, body=text, session_id=session_id)),
        NoticeWithdrawn(**who, notice_id=text, outcome=text),
        ProjectUpdated(at=at, project=Project(id=text, name=text, directory=f"/home/dev/{text}")),
    ]
    for event in events:
        bus.publish(event)


def gossip(services: Services) -> None:
    """Tell what is about no session at all."""
    at = services.clock.now_ms()
    services.bus.publish(ErrorRaised(at=at, code="x", message=SECRET))
    services.bus.publish(NoticeRaised(at=at, notice=Notice(id="n", kind="error", at=at, title="Trouble", body=SECRET)))
    attempt = SelfApproval(agent="opencode", pid=1, program=SECRET, call="asks.decide", session_id="other")
    services.bus.publish(SelfApprovalRefused(at=at, attempt=attempt))
    services.confirmations.ask("pairing", SECRET, "admin", Whence())


async def drive(services: Services) -> dict[str, str]:
    """Let two sessions and a sub-agent of each work; return the asks by session."""
    asks = {}
    for session_id, text, parent in (
        ("mine", OURS, None), ("other", SECRET, None), ("child", OURS, "mine"), ("stranger", SECRET, "other"),
    ):  # fmt: skip
        tell(services, session_id, text, parent_id=parent, root_id=parent)
        draft = make_draft(session_id=session_id, directory=f"/home/dev/{text}", input={"command": text})
        asks[session_id] = (await services.asks.open(draft)).id
        services.attachments.keep(session_id, text, "image/png", PNG + session_id.encode())
        await services.marks.change(session_id, MarkChange(name=text))
    gossip(services)
    return asks


async def follower(hub: HubProcess, services: Services) -> Browser:
    tell(services, "mine", OURS)
    return await pair(hub, "view", "Teammate", sessionId="mine")


async def until_last_word(stream: Stream, services: Services) -> list[dict[str, Any]]:
    who: dict[str, Any] = {"at": 1, "session_id": "mine", "agent": "opencode"}
    services.bus.publish(SessionNoted(**who, note_id="last", note="mode", text=LAST))
    while (await stream.until("pilot.session.noted"))["text"] != LAST:
        pass
    return stream.seen


async def test_the_stream_tells_of_one_session(door: tuple[HubProcess, Services]) -> None:
    hub, services = door
    guest = await follower(hub, services)
    async with guest.stream() as stream:
        assert (await stream.frame())["type"] == "pilot.snapshot"
        await drive(services)
        seen = await until_last_word(stream, services)
    assert SECRET.encode() not in stream.raw
    about = {event.get("sessionId") for event in seen[1:]}
    assert about == {"mine", "child", None}
    assert {event["type"] for event in seen[1:] if event.get("sessionId") is None} == {"pilot.project.updated"}
    assert {event["ask"]["sessionId"] for event in seen if event["type"] == "pilot.permission.pending"} == {
        "mine",
        "child",
    }
    kinds = {event["type"] for event in seen}
    assert {"pilot.prompt.received", "pilot.message.completed", "pilot.tool.started", "pilot.session.marked"} <= kinds


@pytest.mark.parametrize("cursor", ["", "nonsense", "{epoch}-1", "{epoch}-{seq}"])
async def test_so_does_what_it_gets_when_it_comes_back(door: tuple[HubProcess, Services], cursor: str) -> None:
    hub, services = door
    guest = await follower(hub, services)
    before = services.bus.seq
    await drive(services)
    async with guest.stream(cursor.format(epoch=services.bus.epoch, seq=before)) as stream:
        first = await stream.frame()
        await until_last_word(stream, services)
    assert first["type"] == "pilot.snapshot"
    assert SECRET.encode() not in stream.raw
    state = first["snapshot"]
    assert {session["id"] for session in state["sessions"]} == {"mine", "child"}
    assert {ask["sessionId"] for ask in state["asks"]} == {"mine", "child"}
    assert {mark["sessionId"] for mark in state["marks"]} == {"mine", "child"}
    assert [project["name"] for project in state["projects"]] == [OURS]
    assert (state["clients"], state["confirmations"]) == ([], [])


async def test_it_comes_back_without_a_picture_where_nothing_happened(door: tuple[HubProcess, Services]) -> None:
    hub, services = door
    guest = await follower(hub, services)
    cursor = (await guest.call("GET", "/api/snapshot"))[1]["cursor"]
    async with guest.stream(cursor) as stream:
        async with asyncio.timeout(5):
            while not services.presence.clients():
                await asyncio.sleep(0.01)
        assert [event["type"] for event in await until_last_word(stream, services)] == ["pilot.session.noted"]


async def test_every_call_tells_of_that_session_or_is_refused(door: tuple[HubProcess, Services]) -> None:
    hub, services = door
    guest = await follower(hub, services)
    asks = await drive(services)
    ids = [*asks, *asks.values(), SECRET]
    queries = ("", "?session=other", "?session=other&state=ended", f"?query={SECRET}&directory=/home/dev/{SECRET}")
    allowed, heard = set(), b""
    for call in (call for call in CALLS if call.name != "devices.leave"):
        for path in {call.path.format(id=one) + query for one in ids for query in queries}:
            status, answer = await guest.call(call.method, path, None if call.method == "GET" else {})
            heard += json.dumps(answer).encode()
            assert status in (200, 400, 403, 404, 409), path
            if status == 200:
                allowed.add(call.name)
    assert allowed <= {call.name for call in CALLS if call.follows and call.scope == "view"}
    heard = heard.replace(f"no session {SECRET}".encode(), b"").replace(f"no ask {SECRET}".encode(), b"")
    assert SECRET.encode() not in heard
    assert allowed >= {"snapshot", "sessions.list", "sessions.get", "sessions.messages", "asks.list", "asks.get"}


async def test_what_is_not_for_it_looks_as_if_it_were_not_there(door: tuple[HubProcess, Services]) -> None:
    hub, services = door
    guest = await follower(hub, services)
    asks = await drive(services)
    await services.store.settled()
    for path, missing in (
        ("/api/sessions/{}", "nowhere"), ("/api/sessions/{}/messages", "nowhere"), ("/api/sessions/{}/diff", "nowhere"),
        ("/api/asks/{}", "nowhere"),
    ):  # fmt: skip
        one = asks["other"] if "asks" in path else "other"
        hidden, absent = await guest.call("GET", path.format(one)), await guest.call("GET", path.format(missing))
        assert hidden[0] == absent[0] == 404, path
        assert hidden[1]["error"]["message"].replace(one, missing) == absent[1]["error"]["message"]
    assert {one["id"] for one in (await guest.call("GET", "/api/sessions"))[1]["sessions"]} == {"mine", "child"}
    for session_id in ("mine", "child"):
        assert (await guest.call("GET", f"/api/sessions/{session_id}"))[0] == 200
        status, page = await guest.call("GET", f"/api/sessions/{session_id}/messages")
        assert (status, OURS in json.dumps(page)) == (200, True)
        assert (await guest.call("GET", f"/api/asks/{asks[session_id]}"))[0] == 200


async def test_pictures_of_that_session_only(door: tuple[HubProcess, Services]) -> None:
    hub, services = door
    guest, watcher = await follower(hub, services), await pair(hub, "view")
    ours = services.attachments.keep("mine", "a", "image/png", PNG + b"a").id
    theirs = services.attachments.keep("other", "b", "image/png", PNG + b"b").id
    assert (await guest.call("GET", f"/api/attachments/{ours}"))[0] == 200
    assert (await guest.call("GET", f"/api/attachments/{theirs}"))[0] == 404
    assert (await watcher.call("GET", f"/api/attachments/{theirs}"))[0] == 200


async def test_a_session_that_is_only_in_the_store_can_be_followed(tmp_path: Path) -> None:
    clock = FakeClock()
    async with open_door(tmp_path, clock) as (hub, services):
        guest = await follower(hub, services)
        await drive(services)
        await services.store.settled()
    async with open_door(tmp_path, clock) as (hub, services):
        services.sessions._sessions.clear()
        guest = Browser(hub, guest.cookie)
        state = (await guest.call("GET", "/api/snapshot"))[1]
    assert {session["id"] for session in state["sessions"]} == {"mine", "child"}


async def test_others_than_admins_do_not_hear_what_is_for_admins(door: tuple[HubProcess, Services]) -> None:
    hub, services = door
    phone = await pair(hub, "operate")
    cursor = (await phone.call("GET", "/api/snapshot"))[1]["cursor"]
    async with phone.stream() as stream:
        await drive(services)
        await until_last_word(stream, services)
    state = (await phone.call("GET", "/api/snapshot"))[1]
    async with phone.stream(cursor) as again:
        await until_last_word(again, services)
    assert state.get("confirmations", []) == []
    for raw in (stream.raw, again.raw):
        assert b"pilot.confirmation.pending" not in raw
        assert SECRET.encode() in raw, "all sessions are for it"
