"""What a recording can be asked for: to show its changes, and nothing else."""

from collections.abc import Mapping
from typing import NoReturn

from pilot_sidecar.core.agents import NewSession, PromptRequest, ServerStatus, SessionOptions, StartOptions
from pilot_sidecar.core.asks_model import Ask
from pilot_sidecar.core.errors import UnsupportedError
from pilot_sidecar.core.events import ToolCompleted
from pilot_sidecar.core.file_edits import FileEdit
from pilot_sidecar.core.models import ApprovalMode, FileDiff, Project, Session
from pilot_sidecar.core.sessions import ItemPage
from pilot_sidecar.integrations.demo.recording import load_recording


class DemoDriver:
    """Answers for recorded sessions."""

    remembers = False

    async def start_options(self, directory: str) -> StartOptions:
        """Return that there is nothing to pick."""
        return StartOptions()

    async def create(self, request: NewSession) -> str:
        """Refuse."""
        _refuse()

    async def prompt(self, session: Session, request: PromptRequest) -> None:
        """Refuse."""
        _refuse()

    async def abort(self, session: Session) -> None:
        """Refuse."""
        _refuse()

    async def options(self, session: Session) -> SessionOptions:
        """Return that there is nothing to pick."""
        return SessionOptions()

    async def servers(self, session: Session) -> list[ServerStatus]:
        """Return none: a recording has none."""
        return []

    async def diff(self, session: Session) -> list[FileDiff]:
        """Return the recorded changes with their patches."""
        steps = load_recording(session.id, session.directory, session.created_at)
        done = [step.event for step in steps if isinstance(step.event, ToolCompleted)]
        inside = f"{session.directory}/"
        return [
            file.model_copy(update={"path": file.path.removeprefix(inside)}) for event in done for file in event.files
        ]

    def edits(self, ask: Ask, arguments: Mapping[str, object]) -> list[FileEdit] | None:
        """Return None: the patches say it all."""
        return None

    async def history(self, session: Session, before: str | None, limit: int) -> ItemPage | None:
        """Return that the hub's own store has everything."""
        return None

    async def set_approval(self, session: Session, mode: ApprovalMode) -> None:
        """Refuse."""
        _refuse()

    async def set_project_approval(self, project: Project) -> None:
        """Do nothing: recordings follow no rules."""


def _refuse() -> NoReturn:
    raise UnsupportedError("This is a recording.", "Connect an agent with `pilot init`, then try it there.")
