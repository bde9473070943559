"""Other sites' pages, and names that are not ours: refused, whatever a browser was talked into."""

import pytest

from sidecar.http.raw import ask, request

pytestmark = pytest.mark.asyncio(loop_scope="module")
LINK = {"Sec_Fetch_Mode": "navigate", "Sec_Fetch_Dest": "document"}


def port_of(hub_port: int) -> str:
    return f"127.0.0.1:{hub_port}"


@pytest.mark.parametrize("site", ["cross-site", "same-site", "whatever"])
@pytest.mark.parametrize(
    ("method", "target"),
    [("GET", "/api/snapshot"), ("GET", "/events"), ("GET", "/health"), ("GET", "/openapi.json"), ("POST", "/pair"),
     ("POST", "/api/pair"), ("GET", "/"), ("GET", "/sw.js"), ("GET", "/bridge/opencode"), ("GET", "/fs/read")],
)  # fmt: skip
async def test_what_another_sites_page_loads_is_refused(
    hub_port: int, owner: str, site: str, method: str, target: str
) -> None:
    """``same-site`` is another port of this machine: some development server's page, and whatever that loads."""
    for mode, dest in (("cors", "empty"), ("no-cors", "image"), ("navigate", "iframe"), ("websocket", "websocket")):
        headers = {"Sec_Fetch_Site": site, "Sec_Fetch_Mode": mode, "Sec_Fetch_Dest": dest}
        answer = await ask(hub_port, request(method, target, Authorization=owner, **headers))
        assert (answer.status, answer.code) == (403, "forbidden")


async def test_another_site_may_link_to_the_page_and_nothing_else(hub_port: int, owner: str) -> None:
    for target in ("/", "/pair"):
        assert (await ask(hub_port, request("GET", target, Sec_Fetch_Site="cross-site", **LINK))).status == 200
    for target in ("/api/snapshot", "/events", "/fs/read", "/openapi.json"):
        answer = await ask(hub_port, request("GET", target, Authorization=owner, Sec_Fetch_Site="cross-site", **LINK))
        assert answer.status == 403
    answer = await ask(hub_port, request("POST", "/pair", b'{"code":"x"}', Sec_Fetch_Site="cross-site", **LINK))
    assert answer.status == 403


async def test_static_files_are_public_and_kept_from_other_sites_by_the_browser(hub_port: int) -> None:
    answer = await ask(hub_port, request("GET", "/static/app.css", Sec_Fetch_Site="cross-site"))
    assert answer.status == 200
    assert answer.headers["cross-origin-resource-policy"] == "same-origin"


@pytest.mark.parametrize("site", ["same-origin", "none", ""])
async def test_our_own_page_and_programs_pass(hub_port: int, owner: str, site: str) -> None:
    answer = await ask(hub_port, request("GET", "/api/asks", Authorization=owner, Sec_Fetch_Site=site))
    assert answer.status == 200


@pytest.mark.parametrize(
    "origin",
    ["null", "https://evil.example", "http://127.0.0.1", "http://127.0.0.1:1", "https://127.0.0.1:{port}", "file://",
     "http://127.0.0.1:{port}.evil.example", "http://localhost:{port}", "http://user@127.0.0.1:{port}",
     "HTTP://127.0.0.1:{port}", "http://127.0.0.1:{port}/", "vscode-webview://x"],
)  # fmt: skip
async def test_an_origin_is_exactly_ours_or_refused(hub_port: int, owner: str, origin: str) -> None:
    headers = {"Host": port_of(hub_port), "Origin": origin.replace("{port}", str(hub_port)), "Authorization": owner}
    for method, target in (("GET", "/api/asks"), ("POST", "/api/pair"), ("GET", "/bridge/opencode"), ("POST", "/pair")):
        upgrade = {"Upgrade": "websocket", "Connection": "Upgrade"} if "bridge" in target else {}
        answer = await ask(hub_port, request(method, target, **headers, **upgrade))
        assert (answer.status, answer.code) == (403, "forbidden")


async def test_our_own_origin_passes_under_each_of_our_names(hub_port: int, owner: str) -> None:
    for name in ("127.0.0.1", "localhost", "[::1]"):
        host = f"{name}:{hub_port}"
        answer = await ask(
            hub_port, request("GET", "/api/asks", Host=host, Origin=f"http://{host}", Authorization=owner)
        )
        assert answer.status == 200, name


@pytest.mark.parametrize(
    "host",
    ["evil.example", "127.0.0.1.evil.example", "localhost.evil.example", "127.0.0.1@evil.example", "evil.example:4097",
     "127.0.0.1:99999999", "127.0.0.1 evil.example", "[::1].evil.example", "0.0.0.0", "127.1", "2130706433",
     "0x7f000001", "localhost.", "LOCALHOST.evil.example", "[::ffff:7f00:1]",
      "127.0.0.1,evil.example", "127.0.0.1#.evil.example"],
)  # fmt: skip
async def test_a_name_that_only_looks_like_ours_is_refused_everywhere(hub_port: int, owner: str, host: str) -> None:
    """DNS rebinding: an evil name that points to this machine brings its own Host, on every address of the hub."""
    for target in ("/", "/health", "/api/snapshot", "/static/app.css", "/nope", "/codex/hooks/Stop"):
        answer = await ask(hub_port, request("GET", target, Host=host, Authorization=owner))
        assert answer.status in (400, 403), target


async def test_two_hosts_or_none_are_refused(hub_port: int, owner: str) -> None:
    head = f"GET /api/asks HTTP/1.1\r\nAuthorization: {owner}\r\n".encode()
    for hosts in (b"", b"Host: 127.0.0.1\r\nHost: evil.example\r\n", b"Host: evil.example\r\nHost: 127.0.0.1\r\n",
                  b"Host: 127.0.0.1\r\nHost: 127.0.0.1\r\n", b"Host:\r\n"):  # fmt: skip
        assert (await ask(hub_port, head + hosts + b"\r\n")).status in (400, 403)


async def test_nobody_is_told_that_other_sites_may_read(hub_port: int, owner: str) -> None:
    for target in ("/", "/api/asks", "/health", "/nope"):
        answer = await ask(hub_port, request("OPTIONS", target, Authorization=owner, Origin="https://evil.example"))
        assert answer.status == 403
        answer = await ask(hub_port, request("GET", target, Authorization=owner))
        assert not [name for name in answer.headers if name.startswith("access-control")]
