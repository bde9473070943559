"""Codes that people type."""

import pytest

from pilot_sidecar.core.short_codes import make_short_code, short_code


def test_each_is_its_own_and_reads_back() -> None:
    codes = {make_short_code() for _ in range(200)}
    assert len(codes) == 200
    assert all(short_code(code) == code for code in codes)


@pytest.mark.parametrize(
    "typed", ["0123-ABCD", "o123abcd", " OL23 ABCD ", "Oi2-3ab-cd", "0123ABCD\n", "0123\u2013abcd"]
)
def test_what_looks_alike_is_forgiven(typed: str) -> None:
    assert short_code(typed) == "0123-ABCD"


@pytest.mark.parametrize("typed", ["", "0123-ABC", "0123-ABCDE", "0123-ABCU", "0123-AB_D", "\u0660123-ABCD"])
def test_anything_else_is_none(typed: str) -> None:
    assert short_code(typed) is None


def test_a_links_code_is_never_taken_for_one() -> None:
    assert short_code("x" * 22) is None
