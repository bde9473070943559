"""What people type is looked for as it stands: nothing in it is a command."""

import sqlite3

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pilot_sidecar.core.search_terms import Terms, parse_terms, snippet_of


@pytest.mark.parametrize(
    ("query", "words", "phrases"),
    [
        ("two words", ("two", "words"), ()),
        ('"a whole  phrase" word', ("word",), ("a whole phrase",)),
        ('an "open end', ("an",), ("open end",)),
        ('""', (), ()),
        ("a OR b*", ("a", "OR", "b*"), ()),
        ("  ", (), ()),
    ],
)
def test_quotes_make_phrases(query: str, words: tuple[str, ...], phrases: tuple[str, ...]) -> None:
    assert parse_terms(query) == Terms(words, phrases)


@given(st.text(max_size=60))
def test_no_query_is_an_error_for_the_index(query: str) -> None:
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE VIRTUAL TABLE words USING fts5 (text)")
    if (wanted := parse_terms(query).indexed()) is not None:
        connection.execute("SELECT * FROM words WHERE words MATCH ?", (wanted,)).fetchall()
    connection.close()


@pytest.mark.parametrize("query", ["->", "=>", "変更", "สวัสดี", "#!"])
def test_what_has_no_words_is_read_for(query: str) -> None:
    assert parse_terms(query).indexed() is None


def test_titles_match_from_the_beginning_of_a_word_without_case_and_accents() -> None:
    terms = parse_terms("uber")
    assert terms.match("Die Übersicht")
    assert not terms.match("Tauber")
    assert parse_terms('"die uber"').match("DIE ÜBERSICHT")
    assert parse_terms("v2.0").match("Release v2.0.1")


def test_a_snippet_is_one_plain_line_around_the_match() -> None:
    text = "x " * 200 + "the\nneedle\tis\x1b[31m here" + " y" * 300
    found = snippet_of(text, parse_terms("needle"))
    assert "the needle is [31m here" in found
    assert found.isprintable()
    assert len(found) < 260
