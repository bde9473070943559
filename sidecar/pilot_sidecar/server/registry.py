"""The agents Pilot knows: one line each. The command line reaches them through here."""

from pilot_sidecar.integrations.codex.integration import CodexIntegration
from pilot_sidecar.integrations.demo.integration import DemoIntegration
from pilot_sidecar.integrations.opencode.integration import OpenCodeIntegration
from pilot_sidecar.integrations.ports import AgentIntegration, HubAddress, InstallOptions, InstallReport

__all__ = ["AgentIntegration", "HubAddress", "InstallOptions", "InstallReport", "agents", "demo"]


def agents() -> list[AgentIntegration]:
    """Return every agent's integration."""
    return [
        OpenCodeIntegration(),
        CodexIntegration(),
    ]


def demo(*, playing: bool) -> AgentIntegration:
    """Return the recorded session; it is no agent of anybody's."""
    return DemoIntegration(playing=playing)
