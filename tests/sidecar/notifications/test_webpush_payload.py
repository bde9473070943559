"""What a push message says, whatever it is about."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pilot_sidecar.core.notices_model import Notice
from pilot_sidecar.notifications.webpush.payload import MAX_BYTES, settled, told, topic_of

ORIGIN = "https://pilot.example:8443"
NASTY = st.one_of(
    st.text(max_size=5_000),
    st.integers(0, 6_000).map(lambda number: "x" * number),
    st.sampled_from(['"' * 5_000, "\\" * 5_000, "\n" * 5_000, "👩‍👩‍👧" * 900, "\u0000" * 5_000, "\u202e" * 3_000]),
)


@settings(max_examples=150, deadline=None)
@given(title=NASTY, body=NASTY, project=NASTY, outcome=NASTY, session=NASTY, where=st.sampled_from([ORIGIN, "o" * 300]))
def test_always_small_and_always_something_to_show(
    title: str, body: str, project: str, outcome: str, session: str, where: str
) -> None:
    notice = Notice(
        id=f"finished:{session}:1", kind="finished", at=1, title=title, body=body, project=project, session_id=session
    )
    for raw in (
        *told(notice, where, details=True),
        *told(notice, where, details=False),
        *settled(notice, where, outcome),
    ):
        assert len(raw) <= MAX_BYTES < 3_000
        message = json.loads(raw)
        assert message["web_push"] == 8030
        assert message["notification"]["navigate"].startswith(f"{where}/")
        assert message["notification"]["tag"] in (notice.id, topic_of(notice.id))
        assert set(message["notification"]) - {"data"} == {"title", "body", "navigate", "tag", "silent"}
        assert "\n" not in message["notification"]["title"] + message["notification"]["body"]


def test_a_worker_that_gets_the_proposed_notice_only_can_decide_as_well() -> None:
    notice = Notice(
        id="ask:1:a", kind="ask", at=1, title="T", body="secret", ask_id="1", digest="d", quick=["deny"], project="api"
    )
    for raw in (told(notice, ORIGIN, details=False)[0], settled(notice, ORIGIN, "Denied")[0]):
        message = json.loads(raw)
        carried, whole = message["notification"]["data"]["pilot"], message["pilot"]
        assert carried["notice"].items() <= whole["notice"].items()
        assert {"id", "kind", "askId", "digest", "quick", "project"} == set(carried["notice"])
        assert (carried["what"], carried.get("outcome")) == (whole["what"], whole.get("outcome"))


def test_what_fits_is_whole() -> None:
    notice = Notice(id="ask:1:a", kind="ask", at=1, title="T" * 200, body="b" * 240, ask_id="1", project="api")
    message = json.loads(told(notice, ORIGIN, details=True)[0])
    assert message["notification"]["body"] == "b" * 240
    assert message["notification"]["title"] == "T" * 200


def test_what_is_cut_says_so_and_stays_text() -> None:
    notice = Notice(id="ask:1:a", kind="ask", at=1, title="ü" * 500, body="👋" * 3_000, ask_id="1")
    message = json.loads(told(notice, ORIGIN, details=True)[0])
    for text in (message["notification"]["title"], message["notification"]["body"]):
        assert text.endswith("…")
        assert set(text[:-1]) <= {"ü", "👋"}


@pytest.mark.parametrize("session", ["a b", "a#b&c=d", "../x", "ü/👋", '"><script>'])
def test_ids_cannot_lead_elsewhere(session: str) -> None:
    notice = Notice(id="stuck:x", kind="stuck", at=1, title="T", session_id=session)
    place = json.loads(told(notice, ORIGIN, details=False)[0])["notification"]["navigate"]
    assert place.startswith(f"{ORIGIN}/#session=")
    assert not set(place.removeprefix(f"{ORIGIN}/#session=")) & set(' "#&=/<>\\')


def test_topics_are_what_push_services_take_and_differ() -> None:
    topics = {topic_of(f"ask:{number}:x") for number in range(500)}
    assert len(topics) == 500
    assert {len(topic) for topic in topics} == {32}


def test_a_test_says_its_own_words() -> None:
    message = json.loads(
        told(Notice(id="test:1", kind="test", at=1, title="It works", body="Hello"), ORIGIN, details=False)[0]
    )
    assert (message["notification"]["body"], message["pilot"]["what"]) == ("Hello", "test")
    assert message["notification"]["navigate"] == f"{ORIGIN}/"
