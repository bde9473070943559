"""Words are found wherever they were said, as they stand now, whether or not there is an index of words."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from fakes.domain import make_session, open_domain
from pilot_sidecar.core import search_index
from pilot_sidecar.core.errors import RateLimitedError
from pilot_sidecar.core.events import (
    ErrorRaised,
    MessageCompleted,
    PromptReceived,
    SessionStarted,
    SessionUpdated,
    ToolCompleted,
    ToolStarted,
)
from pilot_sidecar.core.marks import MarkChange
from pilot_sidecar.core.retention import forget_old
from pilot_sidecar.core.search import WAITING, search_path
from pilot_sidecar.core.services import Services

IDS = {"session_id": "s1", "agent": "opencode"}


@pytest.fixture(params=["with FTS5", "without"])
async def services(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Services]:
    if request.param == "without":
        monkeypatch.setattr(search_index, "_has_fts", lambda _connection: False)
    async with open_domain(tmp_path) as opened:
        yield opened


def start(services: Services, session_id: str = "s1", **fields: object) -> None:
    session = make_session(session_id, **fields)
    services.bus.publish(SessionStarted(at=1, session_id=session_id, agent="opencode", session=session))


def say(services: Services, text: str, number: int = 1, session_id: str = "s1") -> None:
    services.bus.publish(
        MessageCompleted(
            at=100 + number, session_id=session_id, agent="opencode", message_id=f"m{number}", part_id=f"p{number}",
            text=text,
        )
    )  # fmt: skip


async def found(services: Services, query: str, limit: int = 50) -> list[tuple[str, str | None]]:
    hits, _ = await services.search.search(query, limit)
    return [(hit.kind, hit.item_id) for hit in hits]


async def test_every_kind_of_text_is_found(services: Services) -> None:
    start(services, title="Ostrich title")
    publish = services.bus.publish
    publish(PromptReceived(at=10, message_id="m1", text="walrus prompt", **IDS))
    publish(MessageCompleted(at=20, message_id="m2", part_id="p1", part="reasoning", text="badger thought", **IDS))
    say(services, "ferret answer", 9)
    publish(ToolStarted(at=40, call_id="c1", tool="bash", title="list", input={"command": {"deep": ["lemur"]}}, **IDS))
    publish(ToolCompleted(at=50, call_id="c1", tool="bash", output="gecko output", error="newt error", **IDS))
    publish(ErrorRaised(at=60, code="APIError", message="shrew limit", **IDS))
    await services.marks.change("s1", MarkChange(name="Pelican name"))
    expected = {
        "walrus": ("prompt", "m1"), "badger": ("reasoning", "p1"), "ferret": ("text", "p9"), "lemur": ("tool", "c1"),
        "gecko": ("tool", "c1"), "newt": ("tool", "c1"), "ostrich": ("title", None), "pelican": ("title", None),
    }  # fmt: skip
    for word, place in expected.items():
        assert await found(services, word) == [place], word
    assert [kind for kind, _ in await found(services, "shrew")] == ["error"]
    [hit] = (await services.search.search("walrus", 5))[0]
    assert (hit.title, hit.at, hit.snippet) == ("Pelican name", 10, "walrus prompt")


async def test_words_prefixes_and_phrases(services: Services) -> None:
    start(services)
    say(services, "The quick brown fox", 1)
    say(services, "The brown quick fox", 2)
    assert await found(services, "QUICK fo") == [("text", "p2"), ("text", "p1")]
    assert await found(services, '"quick brown"') == [("text", "p1")]
    assert await found(services, "quick elephant") == []


@pytest.mark.parametrize("query", ['"', '""', "a NOT", "NEAR(a b)", "col:x", "a*b", "%%", "__", "\\\\", "(((", "'; --"])
async def test_what_looks_like_a_command_is_text(services: Services, query: str) -> None:
    start(services)
    say(services, "harmless", 1)
    assert await found(services, query) == []
    say(services, f"here it is: {query} and on", 2)
    if query.strip('"'):
        assert await found(services, query) == [("text", "p2")]


async def test_scripts_without_spaces_are_found_within(services: Services) -> None:
    start(services)
    say(services, "今日は変更を加えました", 1)
    assert await found(services, "変更") == [("text", "p1")]


async def test_what_changed_is_found_as_it_is_now(services: Services) -> None:
    start(services)
    services.bus.publish(ToolStarted(at=40, call_id="c1", tool="bash", title="before", **IDS))
    assert await found(services, "before") == [("tool", "c1")]
    services.bus.publish(ToolCompleted(at=50, call_id="c1", tool="bash", title="after", output="more", **IDS))
    assert await found(services, "after") == [("tool", "c1")]
    assert await found(services, "before") == []


async def test_the_latest_comes_first_and_more_is_said_so(services: Services) -> None:
    start(services)
    for number in range(30):
        say(services, f"common {number}", number)
    hits, more = await services.search.search("common", 10)
    assert [hit.item_id for hit in hits] == [f"p{number}" for number in range(29, 19, -1)]
    assert more
    hits, more = await services.search.search("common", 30)
    assert (len(hits), more) == (30, False)


async def test_deleted_sessions_are_not_found_until_they_are_back(services: Services) -> None:
    start(services, title="walrus")
    say(services, "walrus")
    await services.bin.delete("s1")
    assert await found(services, "walrus") == []
    await services.bin.restore("s1")
    assert set(await found(services, "walrus")) == {("title", None), ("text", "p1")}


async def test_what_retention_forgot_is_not_found(services: Services) -> None:
    start(services, updated_at=5)
    say(services, "walrus")
    assert await found(services, "walrus") == [("text", "p1")]
    await forget_old(services.store, 5_000)
    assert await found(services, "walrus") == []
    await services.search.prune()
    index = services.search._index._open()
    assert index.execute("SELECT count(*) FROM docs").fetchone() == (0,)


async def test_sessions_that_only_the_store_knows_are_found_and_can_be_opened(tmp_path: Path) -> None:
    async with open_domain(tmp_path) as services:
        for number in range(520):
            start(services, f"s{number}", updated_at=number, title=f"Number {number}")
            say(services, f"walrus {number}", number, f"s{number}")
    async with open_domain(tmp_path) as services:
        assert services.sessions.get("s3") is None
        hits, _ = await services.search.search('"walrus 3"', 5)
        assert [(hit.session_id, hit.title) for hit in hits] == [("s3", "Number 3")]
        assert [hit.session_id for hit in (await services.search.search('"number 3"', 200))[0]][-1] == "s3"
        session = await services.sessions.find("s3")
        assert session is not None
        assert session.title == "Number 3"
        assert "s3" in {one.id for one in services.snapshot().sessions}


async def test_the_index_follows_over_restarts_and_from_before_it_was_made(tmp_path: Path) -> None:
    async with open_domain(tmp_path) as services:
        start(services)
        for number in range(450):
            say(services, f"early {number}", number)
        await services.store.settled()
        assert not search_path(services.store.path).exists(), "nobody asked yet"
    async with open_domain(tmp_path) as services:
        assert len(await found(services, "early", 200)) == 200
        say(services, "late one", 451)
        say(services, "now unlike before", 3)
    async with open_domain(tmp_path) as services:
        assert await found(services, "late") == [("text", "p451")]
        assert await found(services, '"early 3"') == []


async def test_the_latest_are_found_before_all_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pilot_sidecar.core.search.CATCH_UP_S", -1.0)
    async with open_domain(tmp_path) as services:
        start(services)
        for number in range(250):
            say(services, f"word {number}", number)
        await services.store.settled()
        for number, found_ in ((249, ["p249"]), (0, [])):
            hits, more = await services.search.search(f'"word {number}"', 5)
            assert ([hit.item_id for hit in hits], more) == (found_, True)
        await services.search.search("anything", 5)
        hits, more = await services.search.search('"word 0"', 5)
        assert ([hit.item_id for hit in hits], more) == (["p0"], False)


@pytest.mark.parametrize("damage", [b"this is no database" * 500, b""])
async def test_a_damaged_index_is_made_anew(tmp_path: Path, damage: bytes) -> None:
    async with open_domain(tmp_path) as services:
        start(services)
        say(services, "walrus")
        assert await found(services, "walrus")
        path = search_path(services.store.path)
    for left in tmp_path.glob("pilot.db.search-*"):
        left.unlink()
    path.write_bytes(damage)
    async with open_domain(tmp_path) as services:
        assert await found(services, "walrus") == [("text", "p1")]


async def test_an_index_without_words_is_remade_where_they_can_be_indexed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(search_index, "_has_fts", lambda _connection: False)
        async with open_domain(tmp_path) as services:
            start(services)
            say(services, "walrus")
            assert await found(services, "walr")
    async with open_domain(tmp_path) as services:
        assert await found(services, "walr") == [("text", "p1")]
        assert services.search._index.has_words


async def test_nothing_is_indexed_while_something_happens(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pilot_sidecar.core.search.IDLE_S", 0.03)
    async with open_domain(tmp_path) as services:
        start(services)
        running = services.tasks.spawn("search", services.search.run())
        path = search_path(services.store.path)
        for number in range(10):
            say(services, f"busy {number}", number)
            await asyncio.sleep(0.01)
        assert not path.exists()
        async with asyncio.timeout(5):
            while not path.exists() or services.search._index.step():
                await asyncio.sleep(0.02)
        running.cancel()


async def test_huge_and_strange_entries_do_no_harm(services: Services) -> None:
    start(services)
    say(services, "walrus " + "x" * 3_000_000, 1)
    services.bus.publish(ToolStarted(at=2**60, call_id="c1", tool="bash", input={"n": 12345, "deep": [[{}]]}, **IDS))
    services.bus.publish(PromptReceived(at=5, message_id="nul", text="wal\x00rus \ud7ff 👋 marmot", **IDS))
    assert await found(services, "walrus") == [("text", "p1")]
    assert await found(services, "12345") == [("tool", "c1")]
    assert ("prompt", "nul") in await found(services, "marmot")


async def test_a_title_counts_as_renamed(services: Services) -> None:
    start(services, title="Old walrus")
    session = make_session(title="New badger", updated_at=7)
    services.bus.publish(SessionUpdated(at=7, session_id="s1", agent="opencode", session=session))
    assert await found(services, "walrus") == []
    assert await found(services, "badger") == [("title", None)]


async def test_only_so_many_searches_wait(services: Services) -> None:
    start(services)
    say(services, "ferret")
    answers = await asyncio.gather(*(found(services, "ferret") for _ in range(40)), return_exceptions=True)
    assert answers[:WAITING] == [[("text", "p1")]] * WAITING
    assert {type(answer) for answer in answers[WAITING:]} == {RateLimitedError}
    assert await found(services, "ferret") == [("text", "p1")]
