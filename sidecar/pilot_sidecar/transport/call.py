"""How a call is declared: once, for every door."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Generic, Literal, Protocol, TypeVar

from pilot_sidecar.core.asks_model import Actor
from pilot_sidecar.core.errors import ForbiddenError
from pilot_sidecar.core.events import Client
from pilot_sidecar.core.models import Scope
from pilot_sidecar.core.once import Once
from pilot_sidecar.core.services import Services
from pilot_sidecar.core.wire import Wire

Params = TypeVar("Params", bound=Wire)
Result = TypeVar("Result", bound=Wire)

_RANK: dict[Scope, int] = {"view": 0, "approve": 1, "operate": 2, "admin": 3}


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls, as the door found out."""

    kind: Literal["owner", "vscode", "device"]
    name: str
    scope: Scope
    id: str = ""
    """The device's id, or the editor's connection; empty for a local process that comes with each request anew."""

    def may(self, scope: Scope) -> bool:
        """Tell whether the caller's scope includes ``scope``."""
        return _RANK[self.scope] >= _RANK[scope]

    def require(self, scope: Scope) -> None:
        """Refuse unless the caller's scope includes ``scope``."""
        if not self.may(scope):
            raise ForbiddenError(f"This needs the role “{scope}”; yours is “{self.scope}”.")

    def actor(self) -> Actor:
        """Return how decisions of this caller are signed."""
        return Actor(kind=self.kind, name=self.name)

    def client(self, client_id: str) -> Client:
        """Return the surface this caller is, for presence."""
        return Client(id=client_id, kind=self.kind, name=self.name, scope=self.scope)


class Pairing(Protocol):
    """Makes single-use codes; the HTTP door exchanges them for cookies."""

    def link(self, scope: Scope) -> "PairingCode":
        """Return a fresh link for a role."""
        ...


class PairingCode(Wire):
    """A single-use way in."""

    url: str
    code: str
    scope: Scope
    expires_at: int


@dataclass(frozen=True, slots=True)
class ApiContext:
    """What handlers work with."""

    services: Services
    pairing: Pairing
    stop: Callable[[], None] = field(default=lambda: None)
    """Ask the hub to stop."""
    prompts: Once = field(default_factory=Once)
    """Prompts that came with a key; an editor that comes back is another caller, so the key alone tells."""


class Nothing(Wire):
    """No parameters, or nothing to say."""


class ById(Wire):
    """Parameters that only name a thing."""

    id: str


@dataclass(frozen=True, slots=True)
class Call(Generic[Params, Result]):
    """One call: its names at both doors, its shapes, and what it takes to be allowed."""

    name: str
    """JSON-RPC calls it ``pilot/<name>``."""
    method: Literal["GET", "POST", "PUT", "PATCH", "DELETE"]
    path: str
    """``{id}`` in it fills the parameter of that name; the rest comes from the query or the JSON body."""
    scope: Scope
    params: type[Params]
    result: type[Result]
    handler: Callable[[ApiContext, Caller, Params], Awaitable[Result]]
    status: int = 200
    summary: str = ""

    async def __call__(self, context: ApiContext, caller: Caller, params: Params) -> Result:
        """Check the caller's scope and run the handler."""
        caller.require(self.scope)
        return await self.handler(context, caller, params)
