"""What each program's output means, from what the real ones print."""

import pytest

from fakes import tunnel_programs as recorded
from pilot_sidecar.infra.tunnel.cloudflared import Cloudflared
from pilot_sidecar.infra.tunnel.custom import Custom
from pilot_sidecar.infra.tunnel.ngrok import Ngrok
from pilot_sidecar.infra.tunnel.ports import Answer, Told, TunnelProvider


def told(provider: TunnelProvider, text: str) -> list[Told]:
    return [found for line in text.splitlines() if (found := provider.told(line)) != Told()]


def urls(provider: TunnelProvider, text: str) -> list[str]:
    return [found.url for found in told(provider, text) if found.url]


def test_cloudflared_tells_its_address_and_where_to_ask() -> None:
    assert told(Cloudflared(), recorded.CLOUDFLARED) == [
        Told(url=recorded.CLOUDFLARED_URL), Told(check="http://127.0.0.1:38211/ready"),
    ]  # fmt: skip


def test_cloudflareds_errors_name_an_address_that_is_not_the_tunnels() -> None:
    found = told(Cloudflared(), recorded.CLOUDFLARED_OFFLINE)
    assert [one.url for one in found] == [None, None]
    assert all("no such host" in (one.words or "") for one in found)


def test_cloudflare_refuses_for_a_while() -> None:
    assert "too many requests" in (told(Cloudflared(), recorded.CLOUDFLARED_TOO_MANY)[-1].words or "")


@pytest.mark.parametrize(
    "line",
    [
        "https://brave.trycloudflare.com.evil.test",
        "https://evil.test/https://x.trycloudflare.co",
        "http://brave.trycloudflare.com",
        "https://trycloudflare.com",
        "https://api.trycloudflare.com/tunnel",
        "https://-.trycloudflare.com",
        "https://brave.trycloudflare.commerce",
    ],
)
def test_only_cloudflares_own_addresses_are_taken(line: str) -> None:
    assert Cloudflared().told(line).url is None


def test_cloudflared_asks_for_nothing_but_a_quick_tunnel() -> None:
    command = Cloudflared().command(40711)
    assert command[:2] == ["cloudflared", "tunnel"]
    assert command[-2:] == ["--url", "http://127.0.0.1:40711"]
    assert Cloudflared().connected(Answer(200, b"{}"))
    assert not Cloudflared().connected(Answer(503, b'{"status":503,"readyConnections":0}'))


def test_an_old_cloudflared_is_not_started_again_and_again() -> None:
    assert "latest version" in (Cloudflared().told("Incorrect Usage: flag provided but not defined: -x").hopeless or "")


def test_ngrok_tells_its_address_and_where_to_ask() -> None:
    assert told(Ngrok(), recorded.NGROK) == [
        Told(check="http://127.0.0.1:4041/api/tunnels"), Told(url=recorded.NGROK_URL),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("output", "words"),
    [
        (recorded.NGROK_NO_TOKEN, "add-authtoken"),
        (recorded.NGROK_SESSIONS, "in use elsewhere"),
        (recorded.NGROK_DOMAIN, "Only paid plans"),
        ("ERROR:  unknown flag: --log-format", "version 3"),
        ('{"err":"ERR_NGROK_334","lvl":"eror","msg":"session closing"}', "in use by another"),
    ],
)
def test_ngrok_says_why_it_cannot_work(output: str, words: str) -> None:
    found = [one.hopeless for one in told(Ngrok(), output) if one.hopeless]
    assert found
    assert words in found[0]


def test_ngroks_passing_trouble_is_no_reason_to_give_up() -> None:
    line = '{"err":"dial tcp: lookup connect.ngrok-agent.com: no such host","lvl":"eror","msg":"failed to reconnect"}'
    assert Ngrok().told(line) == Told(words="dial tcp: lookup connect.ngrok-agent.com: no such host")


@pytest.mark.parametrize(
    "line",
    [
        '{"msg":"started tunnel","url":"https://evil.test"}',
        '{"msg":"started tunnel","url":"tcp://0.tcp.jp.ngrok.io:10936"}',
        '{"msg":"started tunnel","url":"http://a.ngrok.io"}',
        '{"msg":"started tunnel","url":["https://a.ngrok.io"]}',
        '{"msg":"join connections","url":"https://a.ngrok.io"}',
        '{"msg":"starting web service","addr":"0.0.0.0:4040"}',
        '{"msg":"starting web service","addr":"203.0.113.9:80"}',
        "[1]", "{", "null", '{"a":' * 5000,
    ],
)  # fmt: skip
def test_nothing_else_of_ngroks_is_taken_for_an_address(line: str) -> None:
    assert Ngrok().told(line) == Told()


def test_ngrok_is_connected_while_it_lists_a_tunnel() -> None:
    assert Ngrok().connected(Answer(200, b'{"tunnels":[{"public_url":"https://a.ngrok.io"}]}'))
    for body in (b'{"tunnels":[]}', b"[]", b"nonsense", b"{}"):
        assert not Ngrok().connected(Answer(200, body))


def test_a_command_of_ones_own_prints_manuals_before_its_address() -> None:
    assert urls(Custom(""), recorded.LOCALHOST_RUN) == ["https://8ab3c1f0e5d7.lhr.life"]


@pytest.mark.parametrize(
    ("line", "url"),
    [
        ("your url is: https://cold-frog-12.loca.lt", "https://cold-frog-12.loca.lt"),
        ("Forwarding HTTP traffic from https://abc.serveo.net", "https://abc.serveo.net"),
        ("https://machine.tail1234.ts.net/", "https://machine.tail1234.ts.net"),
        ("Inspect at http://127.0.0.1:4040, visit <https://a.b.test:8443>.", "https://a.b.test:8443"),
        ("HTTPS://A.B.TEST", "https://a.b.test"),
        ("http://localhost:4097 http://[::1]:80 http://0.0.0.0:1 https://x.localhost", None),
        ("To enable, visit https://login.tailscale.com/f/funnel?node=abc", None),
        ("see https://docs.tunnel.test and https://github.com/a/b and https://user:pw@a.test", None),
        ("https://a.test:99999 https://[oops https://nodots", None),
    ],
)
def test_which_addresses_count(line: str, url: str | None) -> None:
    assert Custom("").told(line).url == url


def test_an_address_without_encryption_is_second_choice() -> None:
    assert Custom("").told("http://a.pinggy.test") == Told(weak_url="http://a.pinggy.test")
    assert Custom("").told("http://a.pinggy.test https://a.pinggy.test").url == "https://a.pinggy.test"


@pytest.mark.parametrize(
    ("command", "words"),
    [
        ("", "no command"),
        ("   ", "no command"),
        ("bore 'local {port}", "cannot be read"),
        ("bore local 80", "does not say where"),
        ("{port} bore", "names no program"),
        ("'' {port}", "names no program"),
        ("bore\0 {port}", "names no program"),
    ],
)
def test_a_command_that_cannot_work_is_refused_before_it_is_run(command: str, words: str) -> None:
    problem = Custom(command).problem()
    assert problem
    assert words in problem.message
    assert problem.hint


def test_the_port_is_filled_in_and_nothing_is_left_to_a_shell() -> None:
    command = "ssh -R '80:localhost:{port}' \"$(reboot)\" host;rm"
    assert Custom(command).problem() is None
    assert Custom(command).command(81) == ["ssh", "-R", "80:localhost:81", "$(reboot)", "host;rm"]


def test_only_the_hub_says_what_the_hub_says() -> None:
    assert Custom("").check_of("https://a.test") == "https://a.test/health"
    assert Custom("").connected(Answer(200, b'{"status":"ok","version":"1","protocol":1}'))
    for answer in (Answer(502, b""), Answer(200, b"<html>sign in</html>"), Answer(200, b"[]"), Answer(200, b"7")):
        assert not Custom("").connected(answer)
