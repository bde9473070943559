"""Frames of the bridge as they arrive."""

import pytest
from pydantic import ValidationError

from pilot_sidecar.integrations.opencode.frames import EventFrame, RpcResult, parse_frame


def test_output_that_was_cut_inside_a_character_is_not_lost() -> None:
    """OpenCode shortens long output by UTF-16 units, so half of an emoji can be left."""
    frame = parse_frame(r'{"type":"event","directory":"/p","event":{"type":"t","properties":{"output":"ab\ud83d"}}}')
    assert isinstance(frame, EventFrame)
    assert frame.event.properties == {"output": "ab?"}
    result = parse_frame(r'{"type":"rpc.result","id":1,"status":200,"body":["\ude00 caf\u00e9 \ud83d\ude00"]}')
    assert isinstance(result, RpcResult)
    assert result.body == ["? caf\u00e9 \U0001f600"]


@pytest.mark.parametrize("text", ["", "{", "[" * 100_000, '{"type":"nothing"}', "null"])
def test_what_is_no_frame_is_refused(text: str) -> None:
    with pytest.raises(ValidationError):
        parse_frame(text)
