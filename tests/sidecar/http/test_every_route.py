"""Every route there is, with everything a caller may show: in, or refused, as its guard says, and nothing else."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from typing import Literal

import pytest
import pytest_asyncio

from fakes.http_door import HOOK_TOKEN, Door, open_http
from pilot_sidecar.core.models import Scope
from pilot_sidecar.core.whence import Whence
from pilot_sidecar.transport.api import CALLS
from pilot_sidecar.transport.http.route import Route
from sidecar.http.raw import Answer, ask, connect, request

pytestmark = pytest.mark.asyncio(loop_scope="module")
ROLES: list[Scope] = ["view", "approve", "operate", "admin"]
PUBLIC = {
    "GET /", "GET /pair", "GET /health", "GET /manifest.webmanifest", "GET /sw.js", "GET /static/…", "POST /pair",
    "POST /pair/wait",
    "POST /pair/leave",
}  # fmt: skip
"""A page, its files, and the way in. Whoever adds one here lets the whole world call it."""
FOR_FOLLOWERS = {
    "GET /api/snapshot", "GET /api/sessions", "GET /api/sessions/{id}", "GET /api/sessions/{id}/messages",
    "GET /api/sessions/{id}/diff", "GET /api/attachments/{id}", "GET /api/asks", "GET /api/asks/{id}",
    "POST /api/devices/leave", "GET /events",
}  # fmt: skip
"""Each narrows its answer to one session."""
Outcome = Literal["in", "unauthorized", "forbidden"]


def name_of(route: Route) -> str:
    for family in ("/static/", "/codex/hooks/"):
        if route.path.startswith(family):
            return f"{route.method} {family}…"
    return f"{route.method} {route.path}"


@dataclass(frozen=True)
class Visitor:
    """Somebody with something to show; ``role`` is what it is worth on the API's routes."""

    name: str
    headers: Callable[[Door], Awaitable[dict[str, str]]]
    role: Scope | None = None
    good_for: frozenset[str] = frozenset()
    """``hook``, ``bridge``."""
    follows: bool = False

    def expected(self, route: Route) -> Outcome:
        """Return what has to happen, from the route's guard alone."""
        if route.guard == "public" or route.guard in self.good_for:
            return "in"
        if route.guard in ("hook", "bridge") or self.role is None:
            return "unauthorized"
        if ROLES.index(self.role) < ROLES.index(route.guard):
            return "forbidden"
        return "forbidden" if self.follows and name_of(route) not in FOR_FOLLOWERS else "in"


def shows(text: Callable[[Door], str]) -> Callable[[Door], Awaitable[dict[str, str]]]:
    async def headers(door: Door) -> dict[str, str]:
        return {"Authorization": text(door)}

    return headers


def afar(text: Callable[[Door], str]) -> Callable[[Door], Awaitable[dict[str, str]]]:
    async def headers(door: Door) -> dict[str, str]:
        return {"Authorization": text(door), "X-Forwarded-For": "203.0.113.9"}

    return headers


async def nothing(_door: Door) -> dict[str, str]:
    return {}


def device(
    role: Scope, state: str = "good", session_id: str | None = None, by: str = "cookie"
) -> Callable[[Door], Awaitable[dict[str, str]]]:
    async def headers(door: Door) -> dict[str, str]:
        ends = door.clock.now_ms() + 1000 if state == "expired" else None
        devices = door.services.devices
        found, token = await devices.add(state, role, Whence(), expires_at=ends, session_id=session_id)
        if state == "revoked":
            await devices.revoke(found.id)
        if state == "expired":
            door.clock.advance(2)
        return {"Cookie": f"{door.tokens.cookie}={token}"} if by == "cookie" else {"Authorization": f"Bearer {token}"}

    return headers


async def half_a_cookie(door: Door) -> dict[str, str]:
    cookie = (await device("admin")(door))["Cookie"]
    return {"Cookie": cookie[:-1]}


async def another_hubs_cookie(door: Door) -> dict[str, str]:
    cookie = (await device("admin")(door))["Cookie"]
    return {"Cookie": cookie.replace(door.tokens.cookie, "pilot_00000000")}


VISITORS = [
    Visitor("nothing", nothing),
    Visitor("garbage", shows(lambda _: "Bearer \x80\xff garbage")),
    Visitor("another scheme", shows(lambda door: f"Basic {door.tokens.owner}")),
    Visitor("half the owner's token", shows(lambda door: f"Bearer {door.tokens.owner[:-1]}")),
    Visitor("a revoked device", device("admin", "revoked")),
    Visitor("an expired device", device("admin", "expired")),
    Visitor("half a cookie", half_a_cookie),
    Visitor("another hub's cookie", another_hubs_cookie),
    Visitor("the hooks' token", shows(lambda door: f"Bearer {door.tokens.hook}"), good_for=frozenset({"hook"})),
    Visitor("PILOT_HOOK_TOKEN", shows(lambda _: f"Bearer {HOOK_TOKEN}"), good_for=frozenset({"hook"})),
    Visitor("the bridges' token", shows(lambda door: f"Bearer {door.tokens.bridge}"), good_for=frozenset({"bridge"})),
    Visitor("the bridges' token elsewhere", afar(lambda door: f"Bearer {door.tokens.bridge}")),
    Visitor(
        "the hooks' token in a container", afar(lambda door: f"Bearer {door.tokens.hook}"), good_for=frozenset({"hook"})
    ),
    *(Visitor(f"a device that may {role}", device(role), role) for role in ROLES),
    Visitor("a device by its bare token", device("approve", by="token"), "approve"),
    Visitor("who follows one session", device("view", session_id="s1"), "view", follows=True),
    Visitor(
        "the owner", shows(lambda door: f"Bearer {door.tokens.owner}"), "admin", frozenset({"hook", "bridge"})
    ),
]  # fmt: skip


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def door(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Door]:
    async with open_http(tmp_path_factory.mktemp("door") / "home") as door:
        yield door


def message(method: str, route: Route, headers: dict[str, str]) -> bytes:
    """Return a request that no handler takes: with a body that is no object where there may be one."""
    path = route.path.replace("{id}", "x").replace("{event}", "Nope")
    assert "{" not in path, path
    return request(method, path, b"" if route.method == "GET" else b"[]", **headers)


async def call(door: Door, method: str, route: Route, headers: dict[str, str]) -> Answer:
    door.clock.advance(5)
    return await ask(door.port, message(method, route, headers), head_only=method == "HEAD")


def outcome_of(answer: Answer) -> Outcome:
    if answer.status == 401:
        assert answer.code == "unauthorized"
        assert answer.headers["www-authenticate"].startswith("Bearer")
        return "unauthorized"
    if answer.status == 403 and answer.code == "forbidden":
        return "forbidden"
    assert answer.status < 500
    assert answer.status != 429
    return "in"


@pytest.mark.parametrize("visitor", VISITORS, ids=lambda visitor: visitor.name)
async def test_each_route_lets_in_whom_its_guard_names(door: Door, visitor: Visitor) -> None:
    wrong, headers, wire = [], await visitor.headers(door), await connect(door.port)
    for route in door.bound.router.routes:
        if route.path == "/events":
            answer = await call(door, route.method, route, headers)
        else:
            door.clock.advance(5)  # so that this test is not taken for somebody who guesses
            wire.send(message(route.method, route, headers))
            answer = await wire.answer()
        if (found := outcome_of(answer)) != (wanted := visitor.expected(route)):
            wrong.append(f"{route.method} {route.path} ({route.guard}): {found} instead of {wanted}")
    wire.close()
    assert not wrong, "\n".join(wrong)
    assert door.asked == []


async def test_only_these_are_public_for_hooks_bridges_and_followers(door: Door) -> None:
    routes = door.bound.router.routes
    by_guard = {guard: {name_of(route) for route in routes if route.guard == guard} for guard in ("public", "hook")}
    assert by_guard == {"public": PUBLIC, "hook": {"POST /codex/hooks/…"}}
    assert {name_of(route) for route in routes if route.guard == "bridge"} == {
        "GET /bridge/opencode",
        "POST /bridge/opencode/about",  # where the hub is, with no code
        "POST /bridge/opencode/remote",  # shows a folder, lets nobody in
        "POST /bridge/opencode/token",  # only asks for a new token: a person confirms
    }
    assert {name_of(route) for route in routes if route.follows} == FOR_FOLLOWERS


async def test_each_call_of_the_table_is_a_route_with_its_scope(door: Door) -> None:
    routes = {(route.method, route.path): route for route in door.bound.router.routes}
    assert len(routes) == len(door.bound.router.routes), "two routes share an address"
    for entry in CALLS:
        route = routes[entry.method, entry.path]
        assert (route.guard, route.follows) == (entry.scope, entry.follows), entry.name
        assert entry.scope != "view" or entry.method == "GET" or entry.name in {"devices.leave"}, (
            f"{entry.name} changes something, and everybody who may look may call it"
        )


async def test_other_methods_open_nothing(door: Door) -> None:
    for route in door.bound.router.routes:
        if route.guard == "public":
            continue
        if route.method == "GET":
            assert (await call(door, "HEAD", route, {})).status == 401, route.path
        for method in ("OPTIONS", "TRACE", "PROPFIND", "get"):
            answer = await call(door, method, route, {})
            assert answer.status in (400, 405), (method, route.path)
            assert "access-control-allow-origin" not in answer.headers


async def test_the_right_credentials_beside_wrong_ones_are_not_enough(door: Door) -> None:
    """What is shown first counts: a header that is wrong is not made good by a cookie, which any page's request has."""
    cookie = (await device("admin")(door))["Cookie"]
    for headers in ({"Authorization": "Bearer wrong", "Cookie": cookie}, {"Authorization": "Bearer", "Cookie": cookie}):
        answer = await ask(door.port, request("GET", "/api/asks", **headers))
        assert answer.status == 401


async def test_a_token_in_the_address_is_no_token(door: Door) -> None:
    for name in ("token", "access_token", "key", "code", "auth"):
        answer = await ask(door.port, request("GET", f"/api/asks?{name}={door.tokens.owner}"))
        assert answer.status == 401
