"""Programs print in whatever pieces they like."""

import random
import time

import pytest

from fakes import tunnel_programs as recorded
from pilot_sidecar.infra.tunnel.cloudflared import Cloudflared
from pilot_sidecar.infra.tunnel.output import LINE_BYTES, Lines


def whole(text: str, size: int) -> list[str]:
    lines, data = Lines(), text.encode()
    found = [line for start in range(0, len(data), size) for line in lines.feed(data[start : start + size])]
    return [*found, *lines.unfinished()]


@pytest.mark.parametrize("size", [1, 2, 3, 7, 64, 4096])
def test_lines_are_the_same_in_any_pieces(size: int) -> None:
    text = recorded.CLOUDFLARED + "grün, ohne Ende"
    assert whole(text, size) == text.split("\n")


def test_random_pieces_and_windows_line_ends() -> None:
    random.seed(6)
    text = recorded.LOCALHOST_RUN.replace("\n", "\r\n")
    expected = [line for line in text.split("\r\n") if line]
    for _ in range(50):
        lines, data, found = Lines(), text.encode(), []
        while data:
            cut = random.randint(1, 40)
            found += lines.feed(data[:cut])
            data = data[cut:]
        assert found == expected


def test_colours_links_and_control_characters_are_taken_out_also_in_the_middle_of_an_address() -> None:
    coloured = "\x1b[32mhttps://\x1b[1mbrave-\x1b[0mtree.trycloudflare.com\x1b[0m \x1b]8;;https://evil.test\x07here\x1b]8;;\x07\x07\n"
    assert whole(coloured, 5) == ["https://brave-tree.trycloudflare.com here"]


def test_what_has_no_end_yet_is_shown_and_kept() -> None:
    lines = Lines()
    assert lines.feed(b"your url is: https://a.tun") == []
    assert lines.unfinished() == ["your url is: https://a.tun"]
    assert lines.feed(b"nel.test\n") == ["your url is: https://a.tunnel.test"]
    assert lines.unfinished() == []


def test_an_endless_line_is_cut_and_an_address_across_the_cut_is_found() -> None:
    url = "https://brave-tree.trycloudflare.com"
    text = "x" * (LINE_BYTES - 20) + " " + url + " " + "y" * 3 * LINE_BYTES
    lines = Lines()
    found = [line for start in range(0, len(text), 1000) for line in lines.feed(text[start : start + 1000].encode())]
    assert max(map(len, found)) <= LINE_BYTES + 1000
    assert {told for line in found if (told := Cloudflared().told(line).url)} == {url}


def test_a_flood_is_not_looked_at_line_by_line_but_an_address_in_it_is_found() -> None:
    flood = b"noise\n" * 40_000 + recorded.CLOUDFLARED.encode() + b"noise\n" * 40_000
    began = time.process_time()
    found = Lines().feed(flood)
    assert len(found) < 2_000
    assert any(Cloudflared().told(line).url == recorded.CLOUDFLARED_URL for line in found)
    assert any("metrics" in line for line in found)
    assert time.process_time() - began < 0.5
