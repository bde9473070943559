"""What holds for a Codex session, by the way it runs: pure."""

from typing import Literal

from pilot_sidecar.core.models import Capabilities

AGENT = "codex"
Kind = Literal["daemon", "embedded", "exec", "owned", "stored"]
"""daemon: in the daemon that all plain terminals share · embedded: in a terminal of its own · exec: a one-shot run ·
owned: in a process that Pilot started · stored: nothing runs it now."""

_CAPABILITIES: dict[Kind, Capabilities] = {
    "daemon": Capabilities(
        stream="tokens", approve="race", always=True, deny_message=True, prompt="now", queue=True, resume=True,
        interrupt=True, history=True, usage=True,
    ),
    "owned": Capabilities(
        stream="tokens", approve="exclusive", always=True, deny_message=True, prompt="now", queue=True, resume=True,
        interrupt=True, history=True, usage=True,
    ),
    "embedded": Capabilities(
        stream="lines", approve="exclusive", deny_message=True, prompt="at_turn_end", history=True, usage=True
    ),
    "exec": Capabilities(stream="lines", approve="none", prompt="none", history=True, usage=True),
    "stored": Capabilities(approve="none", prompt="now", resume=True, history=True, usage=True),
}  # fmt: skip


def capabilities_of(kind: Kind) -> Capabilities:
    """Return what is true for a session of this kind."""
    return _CAPABILITIES[kind].model_copy()
