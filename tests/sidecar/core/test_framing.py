"""Event streams decode to what went in, whatever the text."""

import json

from hypothesis import given
from hypothesis import strategies as st

from pilot_sidecar.core.events import EventAdapter, MessageDelta
from pilot_sidecar.transport.http.fanout import chunk, frame


def decode(stream: bytes) -> list[tuple[str, str]]:
    """Read a stream as the specification of server-sent events says."""
    text = stream.decode("utf-8")
    for ending in ("\r\n", "\r"):
        text = text.replace(ending, "\n")
    events, cursor, data = [], "", []
    for line in text.split("\n"):
        if not line:
            if data:
                events.append((cursor, "\n".join(data)))
            data = []
            continue
        name, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if name == "id" and "\0" not in value:
            cursor = value
        elif name == "data":
            data.append(value)
    return events


def dechunk(raw: bytes) -> bytes:
    found = b""
    while raw:
        size, _, rest = raw.partition(b"\r\n")
        length = int(size, 16)
        assert rest[length : length + 2] == b"\r\n"
        found, raw = found + rest[:length], rest[length + 2 :]
    return found


@given(st.lists(st.text(st.characters(codec="utf-8")), max_size=8), st.integers(1, 3))
def test_any_text_arrives_as_it_was_sent(texts: list[str], batch: int) -> None:
    frames = []
    for seq, text in enumerate(texts, start=1):
        event = MessageDelta(
            at=1, seq=seq, epoch="e", session_id="s", agent="a", message_id="m", part_id="p", offset=0, delta=text
        )
        frames.append(frame("e", seq, event.encode()))
    stream = b"".join(chunk(b"".join(frames[i : i + batch])) for i in range(0, len(frames), batch))
    found = decode(dechunk(stream))
    assert [cursor for cursor, _ in found] == [f"e-{seq}" for seq in range(1, len(texts) + 1)]
    for (_, data), text in zip(found, texts, strict=True):
        event = EventAdapter.validate_json(data)
        assert isinstance(event, MessageDelta)
        assert event.delta == text == json.loads(data)["delta"]
