"""The choices of approval on their way to processes: what each is told, and who has not confirmed it."""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from typing import Protocol

from pilot_sidecar.core.errors import AgentUnavailableError
from pilot_sidecar.core.models import Project, Session
from pilot_sidecar.core.projects import project_id
from pilot_sidecar.infra.tasks import Tasks
from pilot_sidecar.integrations.opencode.bridge_file import approval_by_directory
from pilot_sidecar.integrations.opencode.link import Link
from pilot_sidecar.integrations.opencode.process import OpenCodeProcess

CONFIRMED_WITHIN_S = 5.0
"""A process that runs at all takes what it is sent in milliseconds."""
HINT = "Until then, look at its terminal: resume it if it is suspended, else restart it."
OLD_HINT = "Run `pilot init opencode`, then restart it."


class Known(Protocol):
    """What has been chosen."""

    def projects(self) -> list[Project]:
        """Return all projects."""
        ...


class Choices:
    """Tells processes of choices, and waits until they hold."""

    def __init__(
        self, known: Known, sessions: Callable[[], Iterable[Session]], tasks: Tasks, changed: Callable[[], None]
    ) -> None:
        self._known = known
        self._tasks = tasks
        self._sessions = sessions
        self._changed = changed

    def config(self, process: OpenCodeProcess) -> dict[str, object]:
        """Return the choices, by whatever the process calls its folders."""
        projects, sessions = self._known.projects(), list(self._sessions())
        by_folder = approval_by_directory(projects, sessions)
        by_id = {project.id: project.approval.topics for project in projects if project.approval}
        named = {name: [*by_id.get(project_id(name), ())] for name in process.directories if name not in by_folder}
        approval = by_folder | {name: topics for name, topics in named.items() if topics}
        return {"type": "config", "approval": approval, "sessions": _own(sessions), "prepare": self._any()}

    def _any(self) -> bool:
        return any(project.approval for project in self._known.projects()) or any(
            session.approval for session in self._sessions()
        )

    async def tell(self, processes: Sequence[OpenCodeProcess], concerned: Iterable[OpenCodeProcess]) -> None:
        """Tell all; AgentUnavailableError unless those concerned hold it from now on."""
        await asyncio.gather(*(self._tell(process) for process in processes))
        doubt = next(filter(None, (self.doubt(process) for process in concerned)), None)
        if doubt:
            raise doubt

    def doubt(self, process: OpenCodeProcess) -> AgentUnavailableError | None:
        """Return why it cannot be promised that a process keeps to the choices; None where it can."""
        who = f"OpenCode (process {process.mark.pid})"
        if not process.connected or not self._any():
            return None
        if process.behind:
            return AgentUnavailableError(f"{who} has not confirmed the approval mode: it may go on unasked.", HINT)
        if not process.guards:
            return AgentUnavailableError(f"{who} runs an older bridge: a running turn may go on unasked.", OLD_HINT)
        return None

    async def _tell(self, process: OpenCodeProcess) -> None:
        link = process.link
        if link is None:
            return
        try:
            async with asyncio.timeout(CONFIRMED_WITHIN_S):
                await link.send(self.config(process))
                await link.ping()
        except TimeoutError:
            process.behind = True
            self._changed()
            self._tasks.spawn(f"opencode-confirm-{process.mark.pid}", self._await(process, link))
        except AgentUnavailableError:
            return  # it is told when it is back
        else:
            process.behind = False

    async def _await(self, process: OpenCodeProcess, link: Link) -> None:
        """Note when a process has caught up; one that never does loses its connection."""
        with suppress(AgentUnavailableError):
            await link.ping()
        if process.link is link:
            process.behind = False
            self._changed()


def _own(sessions: Iterable[Session]) -> dict[str, list[str]]:
    """Return the topics of the sessions that do not go by their project's choice."""
    by_id = {session.id: session for session in sessions}
    own: dict[str, list[str]] = {}
    for session in by_id.values():
        root = by_id.get(session.root_id) if session.root_id else None
        choice = session.approval or (root.approval if root else None)
        if choice:
            own[session.id] = [*choice.topics]
    return own
