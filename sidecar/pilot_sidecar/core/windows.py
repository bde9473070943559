"""The editor windows that are open now, and which of them a session belongs to."""

import itertools
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import PurePath
from typing import Literal

from pydantic import Field

from pilot_sidecar.core.wire import Wire


class Place(Wire):
    """What a window can be asked to show. It is only shown, never carried out."""

    kind: Literal["session", "ask", "project", "pair"]
    id: str | None = Field(default=None, min_length=1, max_length=400)
    """Which session, ask or project."""


Show = Callable[[Place], None]


@dataclass(frozen=True, slots=True)
class Window:
    """One window, as it last described itself."""

    id: str
    """Its connection."""
    name: str
    folders: tuple[str, ...]
    """Real paths."""
    focused: bool
    focused_turn: int
    """Grows with each focus: the highest had it last. 0: never yet."""
    show: Show


class Windows:
    """Knows each window by its connection; forgets it with the connection."""

    def __init__(self) -> None:
        self._windows: dict[str, Window] = {}
        self._turns = itertools.count(1)

    def put(self, window_id: str, name: str, folders: Sequence[str], show: Show, *, focused: bool) -> None:
        """Take in how a window is now; ``folders`` are real paths (see ``real_paths``)."""
        before = self._windows.pop(window_id, None)
        turn = next(self._turns) if focused else before.focused_turn if before else 0
        self._windows[window_id] = Window(window_id, name, tuple(folders), focused, turn, show)

    def remove(self, window_id: str) -> None:
        """Forget a window."""
        self._windows.pop(window_id, None)

    def owner(self, directory: str) -> Window | None:
        """Return the window whose folder holds a directory (a real path): the closest, then the one in use."""
        holding = [(depth, window) for window in self._windows.values() if (depth := _depth(window, directory))]
        best = max(holding, key=lambda found: (found[0], _in_use(found[1])), default=None)
        return best[1] if best else None

    def last_focused(self) -> Window | None:
        """Return the window that is in use, or was last."""
        return max(self._windows.values(), key=_in_use, default=None)


def real_paths(paths: Sequence[str]) -> list[str]:
    """Return folders without links in their paths; reads the disk, so keep it off the loop."""
    return [os.path.normcase(os.path.realpath(path)) for path in paths]


def _in_use(window: Window) -> tuple[bool, int]:
    return window.focused, window.focused_turn


def _depth(window: Window, directory: str) -> int:
    """Return how deep the window's closest folder around a directory is; 0 when none is around it."""
    inside = PurePath(directory)
    return max((len(PurePath(folder).parts) for folder in window.folders if inside.is_relative_to(folder)), default=0)
