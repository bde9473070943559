"""What the HTTP door refuses, and that it is unharmed by all of it."""

import asyncio
import json
from typing import Any

import pytest

from fakes.hub_process import HubProcess
from pilot_sidecar.transport.api import CALLS

pytestmark = pytest.mark.asyncio(loop_scope="module")
HOOK = "/codex/hooks/PreToolUse"
PAYLOAD = {"session_id": "s1", "hook_event_name": "PreToolUse"}


async def raw(hub: HubProcess, request: bytes) -> tuple[int, dict[str, str], bytes]:
    """Send bytes, return status, headers and body: nothing between us and the hub tidies up."""
    reader, writer = await asyncio.open_connection("127.0.0.1", int(hub.url.rpartition(":")[2]))
    writer.write(request)
    head = (await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 10)).decode()
    lines = head.split("\r\n")
    headers = {name.lower(): text.strip() for name, _, text in (line.partition(":") for line in lines[1:-2])}
    body = await asyncio.wait_for(reader.readexactly(int(headers.get("content-length", 0))), 10)
    writer.close()
    return int(lines[0].split()[1]), headers, body


def post(hub: HubProcess, path: str, body: bytes, **headers: str) -> bytes:
    values = {
        "Host": hub.url.removeprefix("http://"), "Authorization": f"Bearer {hub.token}",
        "Content-Length": str(len(body)), **headers,
    }  # fmt: skip
    return (
        f"POST {path} HTTP/1.1\r\n".encode()
        + b"".join(f"{n}: {v}\r\n".encode() for n, v in values.items())
        + b"\r\n"
        + body
    )


def code_of(body: bytes) -> str:
    error = json.loads(body)["error"]
    assert error["message"]
    return str(error["code"])


async def test_every_route_but_the_public_ones_needs_a_token(shared_hub: HubProcess) -> None:
    paths = [(call.method, call.path.replace("{id}", "x")) for call in CALLS]
    paths += [("GET", "/events"), ("GET", "/openapi.json"), ("POST", HOOK), ("GET", "/bridge/opencode")]
    for method, path in paths:
        for headers in ({}, {"Authorization": "Bearer wrong"}, {"Authorization": "Basic eDp5"}, {"Cookie": "pilot=x"}):
            async with shared_hub.client.request(method, shared_hub.url + path, headers=headers) as response:
                if response.status == 429:
                    assert int(response.headers["Retry-After"]) > 0
                    continue
                assert response.status == 401, (method, path, headers)
                assert code_of(await response.read()) == "unauthorized"


async def test_guessing_is_slowed_down_but_never_the_owner(shared_hub: HubProcess) -> None:
    statuses = set()
    for _ in range(110):
        status, _ = await shared_hub.call("GET", "/api/snapshot", Authorization="Bearer no")
        statuses.add(status)
    assert statuses <= {401, 429}
    assert status == 429
    assert (await shared_hub.call("GET", "/api/snapshot"))[0] == 200
    assert (await shared_hub.hook("PreToolUse", PAYLOAD))[0] == 204


async def test_a_hook_token_opens_hooks_only(shared_hub: HubProcess) -> None:
    tokens = shared_hub.tokens
    for name in ("hook", "bridge"):
        for call in CALLS:
            path = call.path.replace("{id}", "x")
            status, _ = await shared_hub.call(call.method, path, Authorization=f"Bearer {tokens[name]}")
            assert status in (401, 429), (name, call.name)
    status, _ = await shared_hub.call("POST", HOOK, PAYLOAD, Authorization=f"Bearer {tokens['bridge']}")
    assert status in (401, 429)


@pytest.mark.parametrize("path", ["/", "/health", "/static/js/main.js", "/static/app.css", "/pair"])
async def test_the_page_is_public(shared_hub: HubProcess, path: str) -> None:
    async with shared_hub.client.get(shared_hub.url + path) as response:
        assert response.status == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "evil.example"},
        {"Host": "127.0.0.1.evil.example:80"},
        {"Host": ""},
        {"Host": "evil.example\\@localhost"},
        {"Host": "localhost/evil.example"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://localhost:1"},
        {"Sec-Fetch-Site": "cross-site"},
    ],
)
async def test_foreign_hosts_and_origins_are_refused(shared_hub: HubProcess, headers: dict[str, str]) -> None:
    status, _, body = await raw(shared_hub, post(shared_hub, HOOK, json.dumps(PAYLOAD).encode(), **headers))
    assert (status, code_of(body)) == (403, "forbidden")


async def test_our_own_origin_may(shared_hub: HubProcess) -> None:
    status, _, _ = await raw(shared_hub, post(shared_hub, HOOK, json.dumps(PAYLOAD).encode(), Origin=shared_hub.url))
    assert status == 204


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/nope", 404, "not_found"),
        ("GET", "/static/../pyproject.toml", 404, "not_found"),
        ("GET", "/static/%2e%2e/%2e%2e/etc/passwd", 404, "not_found"),
        ("GET", "/api/sessions/none", 404, "not_found"),
        ("GET", "/api/asks/none", 404, "not_found"),
        ("GET", HOOK, 405, "method_not_allowed"),
        ("DELETE", "/api/snapshot", 405, "method_not_allowed"),
        ("POST", "/health", 405, "method_not_allowed"),
        ("POST", "/codex/hooks/Nope", 404, "unknown_event"),
        ("POST", "/codex/hooks/__proto__", 404, "unknown_event"),
        ("POST", "/codex/hooks/constructor", 404, "unknown_event"),
        ("POST", "/codex/hooks/" + "x" * 3000, 404, "unknown_event"),
    ],
)
async def test_unknown_addresses_and_methods(
    shared_hub: HubProcess, method: str, path: str, status: int, code: str
) -> None:
    request = f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {shared_hub.token}\r\n\r\n"
    found, headers, body = await raw(shared_hub, request.encode())
    assert (found, code_of(body)) == (status, code)
    assert (found == 405) == ("allow" in headers)


DECISION = "/api/asks/none/decision"
BAD_BODIES = {
    "empty": b"",
    "cut": b'{"session_id": "s',
    "array": b"[1]",
    "scalar": b"3",
    "null": b"null",
    "not utf-8": b'{"session_id": "\xff\xfe"}',
    "deep": b'{"session_id":' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    "deep objects": b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
    "missing": b"{}",
    "wrong type": b'{"session_id": 3, "kind": []}',
    "nan": b'{"session_id": NaN}',
    "form": b"session_id=1",
}


@pytest.mark.parametrize("path", [HOOK, DECISION])
@pytest.mark.parametrize("name", BAD_BODIES)
async def test_bad_bodies_get_a_clear_error(shared_hub: HubProcess, path: str, name: str) -> None:
    status, headers, body = await raw(shared_hub, post(shared_hub, path, BAD_BODIES[name]))
    assert (status, code_of(body)) == (400, "bad_request")
    assert "default-src 'none'" in headers["content-security-policy"]
    assert (await shared_hub.call("GET", "/api/snapshot"))[0] == 200


async def test_huge_bodies_are_refused_by_their_announced_length(shared_hub: HubProcess) -> None:
    request = post(shared_hub, HOOK, b"", **{"Content-Length": str(9 * 1024 * 1024)})
    status, _, body = await raw(shared_hub, request)
    assert (status, code_of(body)) == (413, "too_large")


async def test_huge_bodies_are_refused_while_they_arrive_in_chunks(shared_hub: HubProcess) -> None:
    head = post(shared_hub, HOOK, b"").replace(b"Content-Length: 0", b"Transfer-Encoding: chunked")
    piece = b"%x\r\n%b\r\n" % (65536, b"x" * 65536)
    status, _, body = await raw(shared_hub, head + piece * 140 + b"0\r\n\r\n")
    assert (status, code_of(body)) == (413, "too_large")
    assert (await shared_hub.call("GET", "/api/snapshot"))[0] == 200


async def test_a_body_just_under_the_limit_is_taken(shared_hub: HubProcess) -> None:
    payload = {**PAYLOAD, "tool_name": "Bash", "tool_input": {"command": "x" * (8 * 1024 * 1024 - 200)}}
    status, _, _ = await raw(shared_hub, post(shared_hub, HOOK, json.dumps(payload).encode()))
    assert status == 204


@pytest.mark.parametrize(
    "request_bytes",
    [b"\x00\x01\x02\r\n\r\n", b"GET / HTTP/9.9\r\n\r\n", b"GET  HTTP/1.1\r\n\r\n", b"G" * 20_000 + b"\r\n\r\n",
     b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX: " + b"y" * 20_000 + b"\r\n\r\n"],
)  # fmt: skip
async def test_garbage_that_is_no_http_harms_nobody(shared_hub: HubProcess, request_bytes: bytes) -> None:
    status, headers, body = await raw(shared_hub, request_bytes)
    assert (status, code_of(body)) == (400, "bad_request")
    assert "content-security-policy" in headers
    assert (await shared_hub.call("GET", "/api/snapshot"))[0] == 200


async def test_every_answer_carries_the_policy(shared_hub: HubProcess) -> None:
    for path in ("/", "/health", "/nope", "/api/snapshot", "/static/js/main.js", "/openapi.json"):
        headers = {"Authorization": f"Bearer {shared_hub.token}"}
        async with shared_hub.client.get(shared_hub.url + path, headers=headers) as response:
            policy = response.headers["Content-Security-Policy"]
            assert "default-src 'none'" in policy
            assert "unsafe" not in policy
            assert response.headers["X-Content-Type-Options"] == "nosniff"


async def test_the_description_names_every_call(shared_hub: HubProcess) -> None:
    status, document = await shared_hub.call("GET", "/openapi.json")
    assert status == 200
    assert isinstance(document, dict)
    found: dict[str, Any] = {
        operation["operationId"]: operation["x-scope"]
        for path in document["paths"].values()
        for operation in path.values()
    }
    assert found == {call.name: call.scope for call in CALLS}


@pytest.mark.parametrize("connection", ["keep-alive", "close"])
async def test_an_empty_answer_carries_the_policy_too(shared_hub: HubProcess, connection: str) -> None:
    request = post(shared_hub, HOOK, json.dumps(PAYLOAD).encode(), Connection=connection)
    status, headers, body = await raw(shared_hub, request)
    assert (status, body) == (204, b"")
    assert "default-src 'none'" in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
