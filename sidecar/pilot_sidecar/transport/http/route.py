"""The HTTP door's routes: what answers a path, and what a caller must show for it."""

import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Literal
from urllib.parse import unquote

from aiohttp import web

from pilot_sidecar.core.errors import ForbiddenError, MethodNotAllowedError, NotFoundError
from pilot_sidecar.core.models import Scope
from pilot_sidecar.transport.call import Caller

Guard = Scope | Literal["public", "hook", "bridge"]
"""Who may come in: a role, an agent's hook, an agent's bridge, or everybody."""


@dataclass(frozen=True, slots=True)
class Visit:
    """A request that passed the door."""

    request: web.BaseRequest
    caller: Caller | None
    """None on public routes, hooks and bridges."""
    path: Mapping[str, str]

    def end(self) -> None:
        """End its connection at once; what answers it is cancelled."""
        if self.request.transport is not None:
            self.request.transport.abort()


Handler = Callable[[Visit], Awaitable[web.StreamResponse]]


@dataclass(frozen=True, slots=True)
class Route:
    """One method of one path."""

    method: str
    path: str
    guard: Guard
    handler: Handler
    follows: bool = False
    """Also for whoever only follows one session."""

    def admit(self, caller: Caller) -> None:
        """Refuse a caller whose role or link does not reach here, before anything of the request is read."""
        if self.guard in ("view", "approve", "operate", "admin"):
            caller.require(self.guard)
            if caller.session_id is not None and not self.follows:
                raise ForbiddenError("This link shows one session only.")


class Router:
    """Finds the route of a request; exact paths first, then patterns in the order added."""

    def __init__(self) -> None:
        self.routes: list[Route] = []
        self._exact: dict[str, dict[str, Route]] = {}
        self._patterns: dict[str, tuple[re.Pattern[str], dict[str, Route]]] = {}

    def add(self, route: Route) -> None:
        """Add a route; ``{name}`` in its path matches one segment."""
        self.routes.append(route)
        if "{" not in route.path:
            self._exact.setdefault(route.path, {})[route.method] = route
            return
        pattern = re.compile(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", route.path))
        self._patterns.setdefault(route.path, (pattern, {}))[1][route.method] = route

    def find(self, method: str, path: str) -> tuple[Route, Mapping[str, str]]:
        """Return the route and the path's parameters; raises NotFoundError or MethodNotAllowedError."""
        if (methods := self._exact.get(path)) is not None:
            return _pick(methods, method), {}
        for pattern, candidates in self._patterns.values():
            if match := pattern.fullmatch(path):
                return _pick(candidates, method), {name: unquote(text) for name, text in match.groupdict().items()}
        raise NotFoundError("There is nothing at this address.")


def _pick(methods: dict[str, Route], method: str) -> Route:
    wanted = "GET" if method == "HEAD" else method
    if (route := methods.get(wanted)) is None:
        raise MethodNotAllowedError(f"{method} is not possible here.", ", ".join(sorted(methods)))
    return route
