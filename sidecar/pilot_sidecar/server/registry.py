"""The agents Pilot knows: one line each."""

from pilot_sidecar.integrations.demo.integration import DemoIntegration
from pilot_sidecar.integrations.ports import AgentIntegration


def agents() -> list[AgentIntegration]:
    """Return every agent's integration."""
    return []


def demo(*, playing: bool) -> AgentIntegration:
    """Return the recorded session; it is no agent of anybody's."""
    return DemoIntegration(playing=playing)
