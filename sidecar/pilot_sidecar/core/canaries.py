"""Folders in which a command of the owner's has an agent ask for something harmless, and answers that by itself.

While there is one, an ask in it counts as one that somebody can answer, and nobody is told of it.
"""

from pilot_sidecar.core.deletion import Bin
from pilot_sidecar.core.projects import project_id
from pilot_sidecar.core.sessions import Sessions
from pilot_sidecar.infra.clock import Clock

LASTS_S = 90.0
"""A command that was killed silences nothing for longer."""


class Canaries:
    """Remembers them, and leaves nothing of them behind."""

    def __init__(self, sessions: Sessions, bin_: Bin, clock: Clock) -> None:
        self._sessions = sessions
        self._bin = bin_
        self._clock = clock
        self._until_s: dict[str, float] = {}

    def begin(self, directory: str) -> str:
        """Take a folder for a canary, for a while; return the id of its project."""
        found = project_id(directory)
        now = self._clock.monotonic_s()
        self._until_s = {one: until for one, until in self._until_s.items() if until > now}
        self._until_s[found] = now + LASTS_S
        return found

    def has(self, project: str | None) -> bool:
        """Tell whether a project is one now."""
        return self._until_s.get(project or "", 0.0) > self._clock.monotonic_s()

    async def end(self, project: str) -> None:
        """Delete what an agent did there, and forget the folder; raises ConflictError while the agent is at work."""
        if not self.has(project):
            return
        for session in [one for one in self._sessions.all() if one.project_id == project]:
            await self._bin.delete(session.id)
        self._sessions.forget_project(project)
        self._until_s.pop(project, None)
