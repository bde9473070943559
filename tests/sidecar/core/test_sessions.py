"""The projection: transcripts, pages and states that events add up to."""

import asyncio
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from fakes.domain import make_session, open_domain
from pilot_sidecar.core.events import (
    ErrorRaised,
    MessageCompleted,
    MessageDelta,
    PromptReceived,
    SessionStarted,
    SessionStopped,
    ToolCompleted,
    ToolStarted,
    ToolUpdated,
)
from pilot_sidecar.core.services import Services
from pilot_sidecar.core.transcript import StreamingPart, utf16_length

IDS = {"session_id": "s1", "agent": "opencode"}


def start(services: Services) -> None:
    services.bus.publish(SessionStarted(at=1, session=make_session(), **IDS))


async def test_a_turn_becomes_a_transcript(tmp_path: Path) -> None:
    async with open_domain(tmp_path) as services:
        start(services)
        publish = services.bus.publish
        publish(PromptReceived(at=10, message_id="m1", text="Clean up", **IDS))
        publish(MessageDelta(at=20, message_id="m2", part_id="p1", part="reasoning", offset=0, delta="Hm", **IDS))
        publish(MessageCompleted(at=25, message_id="m2", part_id="p1", part="reasoning", text="Hm.", **IDS))
        publish(MessageDelta(at=30, message_id="m2", part_id="p2", offset=0, delta="I will ", **IDS))
        publish(MessageDelta(at=31, message_id="m2", part_id="p2", offset=7, delta="clean.", **IDS))
        publish(
            ToolStarted(
                at=40, call_id="c1", tool="bash", tool_kind="shell", title="rm x", input={"command": "rm x"}, **IDS
            )
        )
        publish(ToolUpdated(at=41, call_id="c1", output="half", **IDS))
        page = await services.sessions.items("s1")
        assert page.seq == services.bus.seq
        assert [item.kind for item in page.items] == ["prompt", "reasoning", "tool", "text"]
        tool, text = page.items[2], page.items[3]
        assert (tool.status, tool.output, tool.input) == ("running", "half", {"command": "rm x"})  # type: ignore[union-attr]
        assert (text.text, text.streaming) == ("I will clean.", True)  # type: ignore[union-attr]
        publish(MessageCompleted(at=35, message_id="m2", part_id="p2", text="I will clean.", started_at=30, **IDS))
        publish(ToolCompleted(at=50, call_id="c1", tool="bash", output="done", **IDS))
        publish(ErrorRaised(at=60, code="APIError", message="rate limited", **IDS))
        publish(SessionStopped(at=61, reason="error", **IDS))
        items = (await services.sessions.items("s1")).items
        assert [item.kind for item in items] == ["prompt", "reasoning", "text", "tool", "error"]
        tool = items[3]
        assert (tool.at, tool.ended_at, tool.status, tool.output) == (40, 50, "completed", "done")  # type: ignore[union-attr]
        assert tool.input == {"command": "rm x"}, "what a later event leaves out stays"  # type: ignore[union-attr]
        session = services.sessions.get("s1")
        assert session is not None
        assert (session.state, session.last_error, session.updated_at) == ("error", "rate limited", 61)


async def test_a_long_transcript_comes_in_pages(tmp_path: Path) -> None:
    async with open_domain(tmp_path) as services:
        start(services)
        for number in range(250):
            services.bus.publish(
                PromptReceived(at=1000 + number // 50, message_id=f"m{number}", text=str(number), **IDS)
            )
        seen: list[str] = []
        before = None
        while True:
            page = await services.sessions.items("s1", before, 40)
            seen = [item.id for item in page.items] + seen
            before = page.before
            if before is None:
                break
        assert seen == [f"m{number}" for number in range(250)]
        assert (await services.sessions.items("s1", "nonsense", 10)).items


async def test_what_happens_while_a_transcript_is_read_is_in_it_or_comes_after_it(tmp_path: Path) -> None:
    async with open_domain(tmp_path) as services:
        start(services)
        said = 0
        for _ in range(20):
            reading = asyncio.get_running_loop().create_task(services.sessions.items("s1", limit=500))
            while not reading.done() and said < 400:
                said += 1
                message = MessageCompleted(at=said, message_id=f"m{said}", part_id=f"m{said}", text="x", **IDS)
                services.bus.publish(message)
                await asyncio.sleep(0)
            page = await reading
            seqs = {f"m{number}": number + 1 for number in range(1, said + 1)}
            promised = {name for name, seq in seqs.items() if seq <= page.seq}
            assert promised <= {item.id for item in page.items}, "a reader would never hear of it"


async def test_transcripts_outlive_the_hub(tmp_path: Path) -> None:
    async with open_domain(tmp_path) as services:
        start(services)
        services.bus.publish(PromptReceived(at=10, message_id="m1", text="Clean up", **IDS))
    async with open_domain(tmp_path) as services:
        services.bus.publish(ToolCompleted(at=20, call_id="c1", tool="bash", output="later", **IDS))
        assert [item.id for item in (await services.sessions.items("s1")).items] == ["m1", "c1"]


async def test_parents_are_found_and_loops_end(tmp_path: Path) -> None:
    async with open_domain(tmp_path) as services:
        for name, parent in (("a", "b"), ("b", "c"), ("c", "a"), ("d", None), ("e", "d"), ("f", "e")):
            session = make_session(name, parent_id=parent)
            services.bus.publish(SessionStarted(at=1, session_id=name, agent="opencode", session=session))
        assert services.sessions.parents("f") == ["e", "d"]
        assert services.sessions.parents("a") == ["b", "c"]
        assert services.sessions.parents("unknown") == []
        assert services.sessions.family("d") == ["d", "e", "f"]
        assert services.sessions.family("unknown") == ["unknown"]


@given(st.lists(st.text(st.characters(codec="utf-8"), min_size=1), min_size=1), st.data())
def test_deltas_add_up_however_often_they_arrive(pieces: list[str], data: st.DataObject) -> None:
    events, offset = [], 0
    for piece in pieces:
        events.append(MessageDelta(at=1, message_id="m", part_id="p", offset=offset, delta=piece, **IDS))
        offset += utf16_length(piece)
    part = StreamingPart(events[0], 1)
    for number, event in enumerate(events):
        part.add(event)
        if data.draw(st.booleans()):
            part.add(events[data.draw(st.integers(0, number))])
            for again in events[: number + 1]:
                part.add(again)
    assert part.item().text == "".join(pieces)  # type: ignore[union-attr]
