"""What people type into a search box, and what they see of a match: pure."""

import re
import unicodedata
from dataclasses import dataclass

from pilot_sidecar.core.plain_text import one_line

SNIPPET = 240
BEFORE = 60
_PIECES = re.compile(r'"([^"]*)"?|([^\s"]+)')
_UNSPACED = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\U00020000-\U0003ffff]"
)
"""Scripts that put no spaces between words: an index of words is no use there."""


@dataclass(frozen=True, slots=True)
class Terms:
    """What has to be in a text: words, as far as they were typed, and whole phrases."""

    words: tuple[str, ...] = ()
    phrases: tuple[str, ...] = ()

    @property
    def all(self) -> tuple[str, ...]:
        """Everything that has to be there."""
        return (*self.words, *self.phrases)

    def indexed(self) -> str | None:
        """Return the query for an index of words, or None where only reading the texts will do."""
        if not self.all or any(_UNSPACED.search(term) or not _has_words(term) for term in self.all):
            return None
        parts = [f'"{term}"*' for term in self.words] + [f'"{term}"' for term in self.phrases]
        return " ".join(parts)  # no term holds a quote: it is what separates them

    def match(self, text: str) -> bool:
        """Tell whether a short text has it all, words from their beginning."""
        plain = fold(text)
        return all(_begins(fold(word), plain) for word in self.words) and all(fold(p) in plain for p in self.phrases)


def parse_terms(query: str) -> Terms:
    """Return what a query asks for; quotes make phrases, and nothing else has a meaning of its own."""
    words, phrases = [], []
    for phrase, word in _PIECES.findall(query.replace("\0", " ")):
        if phrase.strip():
            phrases.append(" ".join(phrase.split()))
        elif word:
            words.append(word)
    return Terms(tuple(words), tuple(phrases))


def fold(text: str) -> str:
    """Return a text without case and accents."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in apart if not unicodedata.combining(letter))


def snippet_of(text: str, terms: Terms) -> str:
    """Return what stands around the first match, on one line."""
    lower = text.lower()
    places = [place for term in terms.all if (place := lower.find(term.lower())) >= 0]
    start = max(0, min(places, default=0) - BEFORE)
    cut = one_line(text[start : start + SNIPPET])
    return ("…" if start else "") + cut + ("…" if start + SNIPPET < len(text) else "")


def _begins(word: str, text: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(word)}" if word[:1].isalnum() else re.escape(word), text) is not None


def _has_words(term: str) -> bool:
    return any(letter.isalnum() for letter in term)
