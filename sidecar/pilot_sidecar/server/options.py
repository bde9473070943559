"""How a hub is started."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from pilot_sidecar.infra.paths import webview_dir


@dataclass(frozen=True, slots=True)
class HubOptions:
    """Everything a hub takes from outside."""

    home: Path
    environ: Mapping[str, str]
    webview: Path = field(default_factory=webview_dir)
    demo: bool = False
    """Play the recorded session from the start."""
    idle_exit_s: float | None = 30 * 60
    """Leave once nobody has needed it for so long; None: stay until asked to stop."""
