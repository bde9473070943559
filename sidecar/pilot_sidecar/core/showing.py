"""From an agent's terminal to the dashboard: in the window that has the folder, a page in sight, or a browser."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal
from urllib.parse import quote

from pilot_sidecar.core.asks_model import Actor
from pilot_sidecar.core.attention import Surface
from pilot_sidecar.core.errors import RateLimitedError
from pilot_sidecar.core.events import ProjectUpdated
from pilot_sidecar.core.models import Project
from pilot_sidecar.core.notice_events import PlaceRequested
from pilot_sidecar.core.projects import project_of, real_folder
from pilot_sidecar.core.services import Services
from pilot_sidecar.core.windows import Place, real_paths

AT_MOST_EVERY_S = 1.0
"""A program that goes wrong drives nobody's screen around."""
OpenPage = Callable[[str], bool]
"""Opens an address in this user's browser; it may take a moment. False: there is none to open it in."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody in a terminal has before them."""

    directory: str
    session_id: str | None
    at_desktop: bool
    """The terminal is on this machine's own screen, so a browser that opens there is seen."""


@dataclass(frozen=True, slots=True)
class Shown:
    """Where a wish was granted."""

    where: Literal["vscode", "page", "browser", "nowhere"]
    """nowhere: whoever asked has to open ``url`` by hand."""
    name: str
    """The window's or the page's; empty for the others."""
    url: str
    """The place itself, for a browser on this machine. It lets nobody in."""
    project: Project


class Showing:
    """Decides where a wish is granted, and has it shown there."""

    def __init__(self, services: Services, open_page: OpenPage) -> None:
        self._services = services
        self._open_page = open_page
        self._last_s: float | None = None

    async def show(self, wish: Wish, by: Actor) -> Shown:
        """Show the session, or the folder's tab, which is there from now on; raises what is wrong with the folder."""
        self._require_patience()
        services = self._services
        project = await open_project(services, wish.directory, by)
        place = await self._place(wish, project)
        url = f"{services.reach.local_url}/#{place.kind}={quote(place.id or '', safe='')}"
        where, name = await self._go(wish, project, place, url)
        services.audit.record("place.shown", by, where=where, project=project.id)
        return Shown(where, name, url, project)

    def _require_patience(self) -> None:
        now = self._services.clock.monotonic_s()
        if self._last_s is not None and now - self._last_s < AT_MOST_EVERY_S:
            raise RateLimitedError("The dashboard was asked for a moment ago.", 1)
        self._last_s = now

    async def _place(self, wish: Wish, project: Project) -> Place:
        session = await self._services.sessions.find(wish.session_id) if wish.session_id else None
        if session is not None and session.project_id == project.id:
            return Place(kind="session", id=session.id)
        return Place(kind="project", id=project.id)

    async def _go(
        self, wish: Wish, project: Project, place: Place, url: str
    ) -> tuple[Literal["vscode", "page", "browser", "nowhere"], str]:
        services = self._services
        [real] = await asyncio.to_thread(real_paths, [project.directory])
        if (window := services.windows.owner(real)) is not None:
            window.show(place)
            return "vscode", window.name
        if (page := self._page_in_sight()) is not None:
            services.bus.publish(PlaceRequested(at=services.clock.now_ms(), surface=page.id, place=place))
            return "page", page.name
        if wish.at_desktop and await asyncio.to_thread(self._open_page, url):
            return "browser", ""
        return "nowhere", ""

    def _page_in_sight(self) -> Surface | None:
        """Return the page of this machine that is in sight and was used last."""
        pages = (one for one in self._services.surfaces.all() if one.kind == "page" and one.reach == "local")
        return next((one for one in pages if one.attention != "hidden"), None)


async def open_project(services: Services, directory: str, by: Actor) -> Project:
    """Return the project of a folder, known from now on; raises what is wrong with the folder."""
    folder = await asyncio.to_thread(real_folder, directory)
    project = project_of(folder)
    if services.sessions.project(project.id) is None:
        services.sessions.remember_project(project)
        services.audit.record("project.open", by, project=project.id, directory=folder)
        services.bus.publish(ProjectUpdated(at=services.clock.now_ms(), project=project))
    return services.sessions.project(project.id) or project
