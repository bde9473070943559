"""How a call is declared: once, for every door."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from typing import Generic, Literal, Protocol, TypeVar

from pilot_sidecar.core.asks_model import Actor
from pilot_sidecar.core.attention import Surface
from pilot_sidecar.core.audience import Audience
from pilot_sidecar.core.errors import ForbiddenError, UnauthorizedError
from pilot_sidecar.core.models import Scope
from pilot_sidecar.core.once import Once
from pilot_sidecar.core.services import Services
from pilot_sidecar.core.snapshot_model import Client
from pilot_sidecar.core.whence import CALLING, HERE, Noted, Whence
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
    session_id: str | None = None
    """It follows this session and its sub-agents only."""
    whence: Whence = HERE
    verified: bool = True
    """Whether it is certain that no agent calls; found out before anything above ``view``."""

    def may(self, scope: Scope) -> bool:
        """Tell whether the caller's scope includes ``scope``."""
        return _RANK[self.scope] >= _RANK[scope]

    def require(self, scope: Scope) -> None:
        """Refuse unless the caller's scope includes ``scope``."""
        if not self.may(scope):
            raise ForbiddenError(f"This needs the role “{scope}”; yours is “{self.scope}”.")

    def actor(self) -> Actor:
        """Return how decisions of this caller are signed."""
        return Actor(kind=self.kind, name=self.name, verified=self.verified)

    def client(self, client_id: str) -> Client:
        """Return the surface this caller is, for presence."""
        return Client(id=client_id, kind=self.kind, name=self.name, scope=self.scope, session_id=self.session_id)

    def audience(self) -> Audience:
        """Return what this caller may hear."""
        return Audience(self.scope, self.session_id)

    def key(self) -> str:
        """Return what tells it from other callers."""
        return f"{self.kind} {self.id}"


SURFACE_ID = r"^[A-Za-z0-9_-]{8,64}$"


def page_of(caller: Caller, surface_id: str) -> Surface:
    """Return a page of a caller, before it said how it is."""
    device = caller.id if caller.kind == "device" else None
    return Surface(surface_id, "page", caller.name, device, reach=caller.whence.reach)


class Pairing(Protocol):
    """Makes single-use codes; the HTTP door exchanges them for cookies."""

    def link(self, invitation: "Invitation") -> "PairingCode":
        """Return a fresh link for a role."""
        ...


@dataclass(frozen=True, slots=True)
class Invitation:
    """What a pairing code is good for."""

    scope: Scope
    trusted: bool = True
    """Made at the hub's machine: nobody has to confirm the device."""
    session_id: str | None = None
    """The device follows this session only."""
    lasts_ms: int | None = None
    """How long the device may come in; None: until it is revoked."""
    made_by: str | None = None
    """The device that made it: it can hand on no more than it has at the moment the code is used."""


class PairingCode(Wire):
    """A single-use way in."""

    url: str
    """For a browser on the hub's machine."""
    code: str
    short: str = ""
    """The same for typing, ``ABCD-EFGH``: few attempts are allowed."""
    scope: Scope
    expires_at: int
    confirm: bool = False
    """Somebody at the hub's machine has to agree when it is used."""


class Access(Protocol):
    """Changes the owner's token."""

    async def rotate(self) -> None:
        """Make a new token, write it where local programs find it, end every connection; tell it to nobody."""
        ...


@dataclass(frozen=True, slots=True)
class ApiContext:
    """What handlers work with."""

    services: Services
    pairing: Pairing
    access: Access
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
    follows: bool = False
    """Also for whoever only follows one session: the handler narrows the answer to that."""

    async def __call__(self, context: ApiContext, caller: Caller, params: Params) -> Result:
        """Check the caller's scope and run the handler; run it in a task of its own, whose context it marks."""
        caller.require(self.scope)
        if caller.session_id is not None and not self.follows:
            raise ForbiddenError("This link shows one session only.")
        if self.scope != "view":
            ask_id = getattr(params, "id", None) if self.name.startswith("asks.") else None
            verified = await context.services.self_approval.check(caller.whence, self.name, ask_id)
            caller = replace(caller, verified=verified)
            _require_still(context.services, caller)
        CALLING.set(Noted(caller.id, caller.whence))
        return await self.handler(context, caller, params)


def _require_still(services: Services, caller: Caller) -> None:
    """Refuse a device that lost its role while the hub looked at who calls."""
    if caller.kind != "device":
        return
    device = services.devices.get(caller.id)
    if device is None or device.scope != caller.scope:
        raise UnauthorizedError("This device may not do that any more.", "Pair it anew: `pilot pair`.")
