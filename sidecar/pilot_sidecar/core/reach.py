"""Where devices reach the hub, best address first."""

from pilot_sidecar.core.reach_model import HubAddress, Reachability
from pilot_sidecar.core.settings import SettingsStore
from pilot_sidecar.core.tunnel import Tunnel


class Reach:
    """Told by the HTTP door where it listens."""

    def __init__(self, settings: SettingsStore, tunnel: Tunnel) -> None:
        self._settings = settings
        self._tunnel = tunnel
        self.local_url = ""
        """Where a browser on this machine finds the hub."""

    def now(self) -> Reachability:
        """Return every address that works now; reads the machine's interfaces, so keep it off the loop."""
        here = HubAddress(url=self.local_url, reach="local", label="this machine", secure=True)
        return Reachability(addresses=[here], host=self._settings.current.host, tunnel=self._tunnel.status)

    def names(self) -> frozenset[str]:
        """Return the names under which requests may arrive."""
        return frozenset()
