"""Whoever changes something leaves a line in the audit log."""

import inspect
from collections.abc import Iterator
from typing import Any

import pytest

from pilot_sidecar.transport.api import CALLS
from pilot_sidecar.transport.call import Call

ONLY_LOOKS = frozenset(
    {
        "agents.options", "confirmations.list", "devices.list", "files.glob", "files.read", "files.tree",
        "notifications.attend", "notifications.test", "places.show", "reach.get", "sessions.mentions", "settings.check",
    }
)  # fmt: skip
"""What shows something, or tells where somebody is, and changes nothing that is kept."""
BY_EVENT = frozenset({"asks.decide"})
"""What the log hears of by the event that comes of it."""
CHANGING = [call for call in CALLS if call.scope != "view" and call.name not in ONLY_LOOKS | BY_EVENT]


def sources(call: Call[Any, Any]) -> Iterator[str]:
    """Yield the text of a call's handler and of the functions that it uses, there or in the domain."""
    told = inspect.getsource(call.handler)
    yield told
    for name, found in vars(inspect.getmodule(call.handler)).items():
        if inspect.isfunction(found) and f"{name}(" in told:
            yield inspect.getsource(found)


@pytest.mark.parametrize("call", CHANGING, ids=lambda call: call.name)
def test_what_changes_something_is_recorded(call: Call[Any, Any]) -> None:
    assert any("audit.record(" in source for source in sources(call)), f"{call.name} leaves no line in the audit log"


def test_exceptions_are_calls() -> None:
    assert {call.name for call in CALLS} >= ONLY_LOOKS | BY_EVENT
