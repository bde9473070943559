"""One order of events, whatever is durable and however the disk behaves."""

import asyncio
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fakes.domain import make_draft, make_session, open_domain
from pilot_sidecar.core.bus import Announcement
from pilot_sidecar.core.errors import StorageError
from pilot_sidecar.core.events import MessageDelta, PromptReceived, SessionStarted, ToolStarted
from pilot_sidecar.core.store import Write

IDS = {"session_id": "s1", "agent": "opencode"}


def tool(number: int) -> ToolStarted:
    return ToolStarted(at=number, call_id=f"c{number}", tool="bash", **IDS)


def delta(number: int) -> MessageDelta:
    return MessageDelta(at=number, message_id="m", part_id="p", offset=number, delta="x", **IDS)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(["plain", "delta", "durable", "refused", "pause"]), max_size=40))
def test_events_are_announced_in_the_order_of_their_numbers(steps: list[str]) -> None:
    async def run() -> None:
        with tempfile.TemporaryDirectory() as folder:
            async with open_domain(Path(folder)) as services:
                heard: list[Announcement] = []
                services.bus.subscribe(heard.append)
                waiting: list[asyncio.Future[None]] = []
                refused = 0
                for number, step in enumerate(steps):
                    match step:
                        case "plain":
                            services.bus.publish(tool(number))
                        case "delta":
                            services.bus.publish(delta(number))
                        case "durable":
                            waiting.append(services.bus.publish_durably(tool(number), []))
                        case "refused":
                            refused += 1
                            change = Write("UPDATE asks SET state = 'x' WHERE id = 'none'", (), must_change=True)
                            waiting.append(services.bus.publish_durably(tool(number), [change]))
                        case _:
                            await asyncio.sleep(0)
                results = await asyncio.gather(*waiting, return_exceptions=True)
                assert sum(isinstance(result, StorageError) for result in results) == refused
                events = [step for step in steps if step != "pause"]
                assert [entry.seq for entry in heard] == list(range(1, len(events) + 1))
                assert services.bus.seq == len(events)
                for entry, step in zip(heard, events, strict=True):
                    expected = {"delta": "pilot.message.delta", "refused": "pilot.error"}
                    assert entry.event.type == expected.get(step, "pilot.tool.started")
                    assert b'"seq":%d,' % entry.seq in entry.body

    asyncio.run(asyncio.wait_for(run(), 30))


async def test_a_durable_event_is_on_disk_before_anybody_hears_of_it(tmp_path: Path) -> None:
    async with open_domain(tmp_path) as services:
        found: list[object] = []

        def look(entry: Announcement) -> None:
            found.append(services.store.read_now("SELECT state FROM asks"))

        services.bus.subscribe(look)
        await services.asks.open(make_draft())
        assert found == [[("pending",)]]


async def test_a_subscriber_that_fails_does_not_stop_the_others(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with open_domain(tmp_path) as services:
        heard: list[int] = []

        def fail(entry: Announcement) -> None:
            raise ValueError("boom")

        services.bus.subscribe(fail)
        services.bus.subscribe(lambda entry: heard.append(entry.seq))
        services.bus.publish(tool(1))
        assert heard == [1]
        assert "a subscriber failed" in caplog.text


async def test_replay_is_exact_from_memory_and_from_the_log(tmp_path: Path) -> None:
    async with open_domain(tmp_path) as services:
        for number in range(1, 11):
            services.bus.publish(tool(number))
        cursor = f"{services.bus.epoch}-4"
        recent = services.replay.recent(cursor)
        assert recent is not None
        assert [seq for seq, _ in recent] == [5, 6, 7, 8, 9, 10]
        assert await services.replay.stored(cursor) == recent
        services.bus.publish(delta(11))
        assert await services.replay.stored(cursor) is None, (
            "a transient event is not in the log: only a snapshot will do"
        )
        assert services.replay.recent("other-4") is None
        assert services.replay.recent(f"{services.bus.epoch}-99") is None
        assert services.replay.recent(services.bus.cursor) == []


async def test_each_start_is_an_epoch_of_its_own(tmp_path: Path) -> None:
    async with open_domain(tmp_path) as services:
        services.bus.publish(SessionStarted(at=1, session=make_session(), **IDS))
        services.bus.publish(PromptReceived(at=2, message_id="m", text="Hello", **IDS))
        first = services.bus.cursor
    async with open_domain(tmp_path) as services:
        assert services.replay.recent(first) is None
        session = services.sessions.get("s1")
        assert session is not None
        assert (session.live, session.state, session.last_line) == (False, "idle", "Hello")


async def test_a_refused_write_takes_nothing_else_with_it(tmp_path: Path) -> None:
    async with open_domain(tmp_path) as services:
        services.bus.publish(SessionStarted(at=1, session=make_session(), **IDS))
        services.bus.publish(PromptReceived(at=2, message_id="m", text="Hello", **IDS))
        change = Write("UPDATE asks SET state = 'x' WHERE id = 'none'", (), must_change=True)
        with pytest.raises(StorageError):
            await services.bus.publish_durably(tool(3), [change])
        services.bus.publish(tool(4))
        assert [item.id for item in (await services.sessions.items("s1")).items] == ["m", "c4"]
        rows = await services.store.read("SELECT CAST(lines AS TEXT) FROM events ORDER BY last")
        stored = "\n".join(str(lines) for (lines,) in rows)
        assert '"messageId":"m"' in stored
        assert '"callId":"c3"' not in stored, "what was refused must not look as if it had happened"
        assert '"callId":"c4"' in stored
