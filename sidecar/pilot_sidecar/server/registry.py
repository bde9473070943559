"""The agents and channels Pilot knows: one line each. The command line reaches agents through here."""

from pilot_sidecar.core.services import Services
from pilot_sidecar.integrations.codex.integration import CodexIntegration
from pilot_sidecar.integrations.demo.integration import DemoIntegration
from pilot_sidecar.integrations.opencode.integration import OpenCodeIntegration
from pilot_sidecar.integrations.ports import (
    AgentIntegration,
    CanaryTurn,
    HubAddress,
    InstallOptions,
    InstallPlan,
    InstallReport,
    PlannedEdit,
)
from pilot_sidecar.notifications.ports import NotificationChannel
from pilot_sidecar.notifications.telegram.channel import TelegramChannel
from pilot_sidecar.notifications.webpush.channel import WebPushChannel

__all__ = [
    "AgentIntegration", "CanaryTurn", "HubAddress", "InstallOptions", "InstallPlan", "InstallReport", "PlannedEdit",
    "agents", "channels", "demo",
]  # fmt: skip


def agents() -> list[AgentIntegration]:
    """Return every agent's integration."""
    return [
        OpenCodeIntegration(),
        CodexIntegration(),
    ]


def channels(services: Services) -> list[NotificationChannel]:
    """Return every way to reach a person who does not look."""
    return [
        WebPushChannel(services),
        TelegramChannel(services),
    ]


def demo(*, playing: bool) -> AgentIntegration:
    """Return the recorded session; it is no agent of anybody's."""
    return DemoIntegration(playing=playing)
