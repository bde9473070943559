"""Requests that no browser makes: odd targets, odd heads, odd framing. A clear refusal, never a way in."""

import asyncio
import json

import pytest

from fakes.hub_process import HubProcess
from sidecar.http.raw import Wire, ask, connect, request

pytestmark = pytest.mark.asyncio(loop_scope="module")
HOOK = "/codex/hooks/PreToolUse"
SESSION = b'{"session_id":"s1","hook_event_name":"PreToolUse"}'


@pytest.mark.parametrize(
    "target",
    ["//api/snapshot", "/api//snapshot", "/api/snapshot/", "/api/./snapshot", "/api/../api/snapshot",
     "/static/../api/snapshot", "/%61pi/snapshot", "/api%2fsnapshot", "/api\\snapshot", "/API/snapshot",
     "/api/snapshot%00", "/api/snapshot;x", "/api/snapshot%20", "http://evil.example/api/snapshot",
     "http://127.0.0.1/api/snapshot", "*", "127.0.0.1:80", "/static/%2e%2e/%2e%2e/etc/passwd",
     "/static/..%2f..%2fetc/passwd", "/static/....//etc/passwd", "/static//etc/passwd", "/static/%c0%ae%c0%ae/x",
     "/static/..\\..\\x", "/static/js/../../../pyproject.toml", "/static/js", "/static/", "/static/app.css%00.png",
     "/etc/passwd", "/../../../../etc/passwd", "/.env", "/.git/config", "/hub.json", "/tokens.json"],
)  # fmt: skip
async def test_another_spelling_of_an_address_is_another_address(hub_port: int, owner: str, target: str) -> None:
    """No spelling slips past a guard: it is 404 with and without a token, so nothing is behind it."""
    for headers in ({}, {"Authorization": owner}):
        answer = await ask(hub_port, request("GET", target, **headers))
        assert (answer.status, answer.code) in {(404, "not_found"), (400, "bad_request")}, target


@pytest.mark.parametrize(
    "name", ["%00", "%ff%fe", "%f0%28%8c%28", "..%2f..%2fetc%2fpasswd", "%0d%0aSet-Cookie:x=y", "%u0041", "%", "%2",
             "x" * 7000, "%e2%80%ae", "__proto__", "1%20OR%201=1"],
)  # fmt: skip
async def test_odd_names_name_nothing(hub_port: int, owner: str, name: str) -> None:
    for target in (f"/api/sessions/{name}", f"/api/asks/{name}", f"/api/attachments/{name}", f"/api/asks/{name}/files"):
        answer = await ask(hub_port, request("GET", target, Authorization=owner))
        assert answer.status in (400, 404), target
        assert "set-cookie" not in answer.headers


@pytest.mark.parametrize(
    "query", ["%00", "query=%ff%fe", "query=%0d%0aX:y", "query=a&query=b", "query", "=x", "&&&",
              "query=" + "%41" * 2000, "query[]=x", "query=%ud800", "limit=1e999&query=x", "limit=-1&query=x",
              "limit=99999999999999999999&query=x"],
)  # fmt: skip
async def test_odd_queries_are_read_or_refused(hub_port: int, owner: str, query: str) -> None:
    for path in ("/api/search", "/fs/read", "/api/asks", "/events", "/api/usage"):
        answer = await ask(hub_port, request("GET", f"{path}?{query}", Authorization=owner), head_only=True)
        assert answer.status in (200, 400, 403, 404), (path, query)


@pytest.mark.parametrize("method", ["TRACE", "CONNECT", "OPTIONS", "PROPFIND", "HACK", "get", "G\x00T", "PRI"])
async def test_odd_methods_do_nothing(hub_port: int, owner: str, method: str) -> None:
    for target in ("/", "/api/snapshot", HOOK):
        answer = await ask(hub_port, request(method, target, Authorization=owner))
        assert (answer.status, answer.code) in {(400, "bad_request"), (405, "method_not_allowed")}
        assert owner.encode() not in answer.body


@pytest.mark.parametrize(
    "head",
    [
        b"Content-Length: 5\r\nTransfer-Encoding: chunked",
        b"Transfer-Encoding: chunked\r\nContent-Length: 5",
        b"Content-Length: 5\r\nContent-Length: 6",
        b"Content-Length: +5",
        b"Content-Length: 5, 6",
        b"Content-Length: -1",
        b"Content-Length: 0x5",
        b"Content-Length: 99999999999999999999999",
        b"Transfer-Encoding: gzip, chunked",
        b"Transfer-Encoding: chunked, chunked",
        b"Transfer-Encoding: xchunked",
        b"Transfer-Encoding : chunked",
        b"Transfer-Encoding: \x0bchunked",
        b"X: y\r\n folded: z",
        b"X y",
        b": y",
        b"X: a\x00b",
        b"X: a\rb",
        b"\x80\xff: y",
        b"Expect: 200-ok",
        b"Content-Encoding: gzip",
        b"Content-Encoding: br",
        b"Content-Encoding: x",
    ],
)
async def test_heads_that_two_readers_could_read_differently_are_refused(
    shared_hub: HubProcess, hub_port: int, head: bytes
) -> None:
    """What follows such a head could be a second request to one reader and a body to another (request smuggling)."""
    wire = await connect(hub_port)
    token = shared_hub.tokens["hook"].encode()
    inner = b"GET /smuggled HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
    start = b"POST " + HOOK.encode() + b" HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer " + token + b"\r\n"
    wire.send(start + head + b"\r\n\r\n0\r\n\r\n" + inner)
    answer = await wire.answer()
    assert answer.status in (400, 413, 415, 417), answer
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    wire.close()
    assert "/smuggled" not in shared_hub.logs()


@pytest.mark.parametrize(
    "chunks", [b"5\r\nabc", b"zz\r\nabc\r\n0\r\n\r\n", b"-1\r\n\r\n", b"ffffffffffffffffff\r\nabc",
               b"5;" + b"x" * 20_000, b"3\r\nabcX\r\n0\r\n\r\n", b"3 \nabc\r\n0\r\n\r\n"],
)  # fmt: skip
async def test_chunks_that_are_none_are_refused(hub_port: int, owner: str, chunks: bytes) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", hub_port)
    wire = Wire(reader, writer)
    wire.send(request("POST", HOOK, Authorization=owner, Transfer_Encoding="chunked") + chunks)
    writer.write_eof()
    found = await wire.ended()
    wire.close()
    assert not found or found.startswith((b"HTTP/1.1 400", b"HTTP/1.0 400", b"HTTP/1.1 413")), found[:80]


async def test_a_body_in_good_chunks_is_taken(hub_port: int, owner: str) -> None:
    chunks = b"%x\r\n%b\r\n0\r\nX-Trailer: y\r\n\r\n" % (len(SESSION), SESSION)
    answer = await ask(hub_port, request("POST", HOOK, Authorization=owner, Transfer_Encoding="chunked") + chunks)
    assert answer.status == 204


async def test_too_many_headers_or_too_long_ones_are_refused(hub_port: int) -> None:
    many = b"".join(b"X-%d: y\r\n" % number for number in range(200))
    for head in (
        many,
        b"X: " + b"y" * 9000 + b"\r\n",
        b"X" * 9000 + b": y\r\n",
        b"Cookie: " + b"a=b; " * 3000 + b"\r\n",
    ):
        answer = await ask(hub_port, b"GET /health HTTP/1.1\r\nHost: 127.0.0.1\r\n" + head + b"\r\n")
        assert answer.status in (400, 431)
    assert (await ask(hub_port, request("GET", "/health?" + "x" * 9000))).status == 400


async def test_the_old_protocol_is_answered_and_closed(hub_port: int) -> None:
    wire = await connect(hub_port)
    wire.send(b"GET /health HTTP/1.0\r\nHost: 127.0.0.1\r\n\r\n")
    found = await wire.ended()
    wire.close()
    head, _, body = found.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.0 200")
    assert json.loads(body)["status"] == "ok"
    assert (await ask(hub_port, b"GET /health HTTP/1.0\r\n\r\n")).status == 403


async def test_what_comes_in_never_becomes_a_header(hub_port: int, owner: str) -> None:
    body = json.dumps({"code": "x\r\nSet-Cookie: a=b", "name": "x\r\nSet-Cookie: a=b"}).encode()
    for answer in (
        await ask(hub_port, request("POST", "/pair", body)),
        await ask(hub_port, request("GET", "/api/asks?x=%0d%0aSet-Cookie:a=b", Authorization=owner)),
        await ask(hub_port, request("GET", "/x%0d%0aSet-Cookie:a=b")),
    ):
        assert "set-cookie" not in answer.headers


async def test_an_unknown_caller_sends_little(hub_port: int) -> None:
    """Whoever has no token is not worth memory: a pairing code and a name are short."""
    answer = await ask(hub_port, request("POST", "/pair", b'{"code":"' + b"x" * 20_000 + b'"}'))
    assert (answer.status, answer.code) == (413, "too_large")
    chunks = (b"4000\r\n" + b"x" * 0x4000 + b"\r\n") * 3
    answer = await ask(hub_port, request("POST", "/pair", Transfer_Encoding="chunked") + chunks)
    assert (answer.status, answer.code) == (413, "too_large")


ANSWERS = {
    "the page": ("GET", "/", {}),
    "a file": ("GET", "/static/app.js", {}),
    "nothing new": ("GET", "/", {"If_None_Match": "etag"}),
    "no such address": ("GET", "/nope", {}),
    "no token": ("GET", "/api/asks", {}),
    "no such method": ("DELETE", "/", {}),
    "another site": ("GET", "/api/asks", {"Sec_Fetch_Site": "cross-site"}),
    "a stream": ("GET", "/events", {"Authorization": "owner"}),
    "an answer": ("GET", "/api/snapshot", {"Authorization": "owner"}),
    "a refused bridge": ("GET", "/bridge/opencode", {}),
    "no request": ("\x01", "/", {}),
    "only the head": ("HEAD", "/health", {}),
}


@pytest.mark.parametrize("name", ANSWERS)
async def test_every_answer_carries_every_protection(hub_port: int, owner: str, name: str) -> None:
    method, target, wanted = ANSWERS[name]
    headers = {key: owner if text == "owner" else text for key, text in wanted.items()}
    if headers.get("If_None_Match"):
        headers["If_None_Match"] = (await ask(hub_port, request("GET", target))).headers["etag"]
    answer = await ask(hub_port, request(method, target, **headers), head_only=True)
    found = answer.headers
    assert (answer.status == 304) == (name == "nothing new")
    policy = found["content-security-policy"]
    for part in ("default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'", "form-action 'none'"):
        assert part in policy
    assert "unsafe" not in policy
    assert found["x-content-type-options"] == "nosniff"
    assert found["referrer-policy"] == "no-referrer"
    assert found["cross-origin-resource-policy"] == "same-origin"
    opener = found.get("cross-origin-opener-policy")  # of pages only: others open no windows
    assert opener == ("same-origin" if found.get("content-type", "").startswith("text/html") else None)
    for feature in ("camera", "microphone", "geolocation", "usb", "payment", "display-capture"):
        assert f"{feature}=()" in found["permissions-policy"]
    assert "server" not in found
    assert "x-powered-by" not in found
    if target.startswith(("/api", "/events", "/bridge")):
        assert found["cache-control"] == "no-store"
