"""The first rung: one page or window that shows a notice, while all others only hear of it."""

from collections.abc import Sequence

from pilot_sidecar.core.attention import Surface
from pilot_sidecar.core.notice_events import NoticeRaised, NoticeWithdrawn
from pilot_sidecar.core.notices_model import ChannelState, EndpointState, Notice
from pilot_sidecar.core.services import Services

NOBODY = "No page or window is open that could show anything. Open the dashboard: `pilot open`."
ALL_MUTE = "Pages are open, but none of them may show notices. Allow it on this page, or use VS Code."


class Desk:
    """Chooses who shows a notice, and announces it."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._shown_at: int | None = None

    def choose(self, notice: Notice) -> Surface | None:
        """Return where the person is, else what can show something to whoever does not look; None without either."""
        surfaces = self._services.surfaces.all()
        return _first_active(surfaces) or _first_page(surfaces) or self._window(surfaces, notice)

    def attended(self) -> Surface | None:
        """Return where the person is, if that is known."""
        return _first_active(self._services.surfaces.all())

    def announce(self, notice: Notice, surface_id: str | None, *, sound: bool) -> None:
        """Tell all surfaces of a notice, and which of them shows it."""
        now = self._services.clock.now_ms()
        if surface_id is not None:
            self._shown_at = now
        self._services.bus.publish(
            NoticeRaised(
                at=now, session_id=notice.session_id, agent=notice.agent, notice=notice, surface=surface_id, sound=sound
            )
        )

    def take_away(self, notice: Notice, outcome: str) -> None:
        """Tell all surfaces that a notice was dealt with."""
        now, sessions = self._services.clock.now_ms(), self._services.sessions
        mine = notice.session_id
        if mine is not None and sessions.get(mine) is not None and sessions.visible(mine) is None:
            mine = None  # what is said of a deleted session is heard by nobody
        event = NoticeWithdrawn(at=now, session_id=mine, agent=notice.agent, notice_id=notice.id, outcome=outcome)
        self._services.bus.publish(event)

    def state(self) -> ChannelState:
        """Return which surfaces can show something."""
        connected = self._services.surfaces.all()
        able = [one for one in connected if one.notifies or one.attention == "active"]
        return ChannelState(
            channel="desk",
            state="ready" if able else "off",
            message="" if able else ALL_MUTE if connected else NOBODY,
            delivered_at=self._shown_at,
            endpoints=[EndpointState(id=one.id, name=name_of(one)) for one in able],
        )

    def _window(self, surfaces: Sequence[Surface], notice: Notice) -> Surface | None:
        """Return the window that owns the session's folder, else the one last in use."""
        able = {one.id: one for one in surfaces if one.kind == "vscode" and one.notifies}
        session = self._services.sessions.get(notice.session_id) if notice.session_id else None
        windows = self._services.windows
        owner = windows.owner(session.directory) if session is not None else None
        for window in (owner, windows.last_focused()):
            if window is not None and window.id in able:
                return able[window.id]
        return next(iter(able.values()), None)


def name_of(surface: Surface) -> str:
    """Return what people call a surface."""
    if surface.kind == "vscode":
        return surface.name if surface.name.startswith("VS Code") else f"VS Code: {surface.name}".rstrip(": ")
    return surface.name if surface.device_id else "A page on this machine"


def _first_active(surfaces: Sequence[Surface]) -> Surface | None:
    return next((one for one in surfaces if one.attention == "active"), None)


def _first_page(surfaces: Sequence[Surface]) -> Surface | None:
    return next((one for one in surfaces if one.kind == "page" and one.notifies), None)
