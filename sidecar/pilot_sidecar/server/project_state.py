"""Keeps ``.opencode/pilot-state.json`` of the projects that are worked in, as ``PILOT_PROJECT_STATE`` says."""

import asyncio
import logging
import threading

from pilot_sidecar.core.bus import Announcement
from pilot_sidecar.core.events import ProjectUpdated, SessionStarted, SessionUpdated
from pilot_sidecar.core.project_state import ProjectStateFiles
from pilot_sidecar.core.services import Services

LOOKS_EVERY_S = 30.0
"""A project may get its ``.opencode`` at any time."""
logger = logging.getLogger(__name__)


class ProjectStateKeeper:
    """Knows which projects are worked in since this hub began, and brings their files up to date."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._files = ProjectStateFiles(services.home)
        self._projects: dict[str, str] = {}
        self._changed = asyncio.Event()
        self._at_work = threading.Lock()
        self._closed = False
        self._mode = services.settings.current.project_state
        services.bus.listen([SessionStarted, SessionUpdated, ProjectUpdated], self._on_event)
        services.settings.on_change(self._on_settings)

    async def run(self) -> None:
        """Work until cancelled; what a killed hub left goes first."""
        await asyncio.to_thread(self._files.take_away)
        while True:
            self._changed.clear()
            try:
                await asyncio.to_thread(self._bring_up_to_date)
            except Exception:
                logger.exception("state files of projects could not be written")
            try:
                async with asyncio.timeout(LOOKS_EVERY_S):
                    await self._changed.wait()
            except TimeoutError:
                pass

    async def close(self) -> None:
        """Remove the files: nobody answers at their address from now on."""
        await asyncio.to_thread(self._take_away)

    def _take_away(self) -> None:
        with self._at_work:  # a thread that writes is not ended with its task
            self._closed = True
            self._files.take_away()

    def _bring_up_to_date(self) -> None:
        with self._at_work:
            if not self._closed:
                self._put_all()

    def _put_all(self) -> None:
        mode, url = self._services.settings.current.project_state, self._services.reach.local_url
        if mode == "off":
            self._files.remove_all()
        elif mode != self._mode:
            self._files.take_away()
        self._mode = mode
        for directory, project_id in list(self._projects.items()):
            self._files.put(mode, directory, project_id, url)

    def _on_event(self, entry: Announcement) -> None:
        match entry.event:
            case SessionStarted(session=session) | SessionUpdated(session=session) if session.live:
                self._know(session.project_id)
            case ProjectUpdated(project=project):
                self._know(project.id)
            case _:
                pass

    def _know(self, project_id: str) -> None:
        project = self._services.sessions.project(project_id)
        if project is not None and project.directory not in self._projects:
            self._projects[project.directory] = project.id
            self._changed.set()

    def _on_settings(self) -> None:
        self._changed.set()
