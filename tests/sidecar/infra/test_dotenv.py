"""``.env`` files as people and their editors write them."""

import pytest

from pilot_sidecar.infra.dotenv import parse_dotenv


@pytest.mark.parametrize(
    ("line", "value"),
    [
        ("A=b", "b"),
        ("export A=b", "b"),
        ("  export   A = b  ", "b"),
        ("A=", ""),
        ("A= # nothing", ""),
        ("A=b # a comment", "b"),
        ("A=b#no-comment", "b#no-comment"),
        ("A=#b", "#b"),
        ("A=b c", "b c"),
        ("A=b=c", "b=c"),
        ('A="b # c" # d', "b # c"),
        ("A='b # c'# d", "b # c"),
        ('A=""', ""),
        (r'A="say \"hi\"\n\\n"', 'say "hi"\n\\n'),
        (r"A='C:\new\t'", r"C:\new\t"),
        (r'A="C:\t"', r"C:\t"),
        (r"A=C:\new", r"C:\new"),
        ("A=it's", "it's"),
        ("A=$HOME", "$HOME"),
        ("A=ünïcode\u2028still", "ünïcode\u2028still"),
    ],
)
def test_a_line_gives_a_value(line: str, value: str) -> None:
    found = parse_dotenv(line)
    assert ([(one.name, one.value) for one in found.assignments], found.odd_lines) == ([("A", value)], [])


@pytest.mark.parametrize("line", ["A", "A b", '="b"', "1A=b", 'A="b', "A='b", 'A="b" c', "A: b", "A-B=c", "set A b"])
def test_a_line_that_is_none_is_named(line: str) -> None:
    found = parse_dotenv(f"\n# fine\n{line}\nB=c\n")
    assert ([one.name for one in found.assignments], found.odd_lines) == (["B"], [3])


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends_and_a_byte_order_mark_are_no_part_of_a_value(end: str) -> None:
    found = parse_dotenv("\ufeff" + end.join(("A=b", "", "C='d'", "A=e")))
    assert [(one.line, one.name, one.value) for one in found.assignments] == [
        (1, "A", "b"),
        (3, "C", "d"),
        (4, "A", "e"),
    ]
