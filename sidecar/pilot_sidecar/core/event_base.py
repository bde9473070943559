"""What every event carries."""

from pilot_sidecar.core.wire import Wire


class EventBase(Wire):
    """What all events carry; ``seq`` and ``epoch`` are set by the bus when it announces."""

    seq: int = 0
    epoch: str = ""
    at: int
    session_id: str | None = None
    agent: str | None = None
