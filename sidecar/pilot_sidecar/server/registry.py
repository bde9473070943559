"""The agents and channels Pilot knows: one line each. The command line reaches agents through here.

What only a hub needs of them is imported when it asks: `pilot doctor` and `pilot init` are to be quick.
"""

from typing import TYPE_CHECKING

from pilot_sidecar.integrations.codex.integration import CodexIntegration
from pilot_sidecar.integrations.opencode.integration import OpenCodeIntegration
from pilot_sidecar.integrations.ports import (
    AgentIntegration,
    CanaryTurn,
    Errand,
    HubAddress,
    InstallOptions,
    InstallPlan,
    InstallReport,
    PlannedEdit,
)

if TYPE_CHECKING:
    from pilot_sidecar.core.services import Services
    from pilot_sidecar.notifications.ports import NotificationChannel

__all__ = [
    "AgentIntegration", "CanaryTurn", "Errand", "HubAddress", "InstallOptions", "InstallPlan", "InstallReport",
    "PlannedEdit", "agents", "channels", "demo",
]  # fmt: skip


def agents() -> list[AgentIntegration]:
    """Return every agent's integration."""
    return [
        OpenCodeIntegration(),
        CodexIntegration(),
    ]


def channels(services: "Services") -> "list[NotificationChannel]":
    """Return every way to reach a person who does not look."""
    from pilot_sidecar.notifications.telegram.channel import TelegramChannel
    from pilot_sidecar.notifications.webpush.channel import WebPushChannel

    return [
        WebPushChannel(services),
        TelegramChannel(services),
    ]


def demo(*, playing: bool) -> AgentIntegration:
    """Return the recorded session; it is no agent of anybody's."""
    from pilot_sidecar.integrations.demo.integration import DemoIntegration

    return DemoIntegration(playing=playing)
