"""Settings that keep VS Code quiet, the same each time, and off the network."""

from typing import Any

Json = dict[str, Any]

QUIET: Json = {
    "chat.disableAIFeatures": True,
    "extensions.autoCheckUpdates": False,
    "extensions.autoUpdate": False,
    "extensions.confirmedUriHandlerExtensionIds": ["agent-pilot.agent-pilot"],
    "extensions.ignoreRecommendations": True,
    "files.simpleDialog.enable": True,
    "git.openRepositoryInParentFolders": "never",
    "remote.autoForwardPorts": False,
    "security.workspace.trust.startupPrompt": "never",
    "telemetry.telemetryLevel": "off",
    "update.mode": "none",
    "window.dialogStyle": "custom",
    "workbench.colorTheme": "Default Dark Modern",
    "workbench.enableExperiments": False,
    "workbench.reduceMotion": "on",
    "workbench.secondarySideBar.defaultVisibility": "hidden",
    "workbench.startupEditor": "none",
    "workbench.tips.enabled": False,
}
