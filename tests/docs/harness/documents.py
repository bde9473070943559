"""The documents as a reader meets them: blocks to type, commands in the text, links, pictures."""

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from markdown_it import MarkdownIt
from markdown_it.token import Token

ROOT = Path(__file__).parents[3]
DOCS = ROOT / "docs"
_MARKDOWN = MarkdownIt("commonmark").enable("table")
_SLUG = re.compile(r"[^\w\- ]")
_BETWEEN = frozenset({"|", "||", "&&", ";", "&", "|&", ";;", "(", ")"})
_ASSIGNMENT = re.compile(r"[A-Za-z_]\w*=")


@dataclass(frozen=True)
class Block:
    """A fenced block."""

    document: str
    line: int
    language: str
    flags: frozenset[str]
    text: str

    @property
    def place(self) -> str:
        return f"{self.document}:{self.line}"

    @property
    def typed(self) -> str:
        """What a reader types: in ``console`` blocks the lines after the prompt, else all."""
        if self.language != "console":
            return self.text
        return "".join(f"{step.command}\n" for step in self.steps)

    @property
    def steps(self) -> list["Step"]:
        """The commands of a ``console`` block with what each is to print."""
        steps: list[Step] = []
        for line in self.text.splitlines():
            if line.startswith("$ "):
                steps.append(Step(line[2:]))
            elif line.startswith("> ") and steps and not steps[-1].expected:
                steps[-1].command += "\n" + line[2:]
            else:
                assert steps, f"{self.place}: a console block begins with `$ `"
                steps[-1].expected.append(line)
        return steps


@dataclass
class Step:
    """A command, and the lines after it; ``…`` stands for anything."""

    command: str
    expected: list[str] = field(default_factory=list)

    def met_by(self, printed: str) -> bool:
        """Tell whether this was printed."""
        return bool(re.fullmatch(self._pattern(), printed.rstrip("\n") + "\n"))

    def _pattern(self) -> str:
        lines = []
        for line in "\n".join(self.expected).rstrip("\n").split("\n"):
            parts = "[^\\n]*".join(re.escape(part) for part in line.rstrip().split("…"))
            lines.append(r"(?:[^\n]*\n)*?" if line.strip() == "…" else parts + r"[ ]*\n")
        return "".join(lines)


class Document:
    """One file."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.name = path.relative_to(ROOT).as_posix()
        self.text = path.read_text("utf-8")
        self.tokens = _MARKDOWN.parse(self.text)

    @property
    def blocks(self) -> list[Block]:
        """The fenced blocks."""
        return [self._block(token) for token in self.tokens if token.type == "fence"]

    @property
    def indented(self) -> list[int]:
        """The lines where code stands without a fence, so that nobody knows what it is."""
        return [(token.map or [0])[0] + 1 for token in self.tokens if token.type == "code_block"]

    @property
    def spans(self) -> list[str]:
        """The code within the text."""
        return [token.content for token in self._inline() if token.type == "code_inline"]

    @property
    def links(self) -> list[str]:
        """Where the text leads to."""
        return [str(token.attrs["href"]) for token in self._inline() if token.type == "link_open"]

    @property
    def pictures(self) -> list[str]:
        """What is shown."""
        return [str(token.attrs["src"]) for token in self._inline() if token.type == "image"]

    @property
    def emphasised(self) -> list[str]:
        """What stands in italics: the words of menus and buttons."""
        found, inside = [], False
        for token in self._inline():
            inside = token.type == "em_open" or (inside and token.type != "em_close")
            if inside and token.type == "text":
                found.append(token.content)
        return found

    @property
    def anchors(self) -> set[str]:
        """What a link can point at, as GitHub makes it of headings."""
        pairs = zip(self.tokens, self.tokens[1:], strict=False)
        return {slug(text.content) for opening, text in pairs if opening.type == "heading_open"}

    def _inline(self) -> Iterator[Token]:
        for token in self.tokens:
            yield from token.children or ()

    def _block(self, token: Token) -> Block:
        language, *flags = token.info.split() or [""]
        return Block(self.name, (token.map or [0])[0] + 1, language, frozenset(flags), token.content)


def slug(heading: str) -> str:
    """Return the anchor of a heading."""
    return _SLUG.sub("", heading.replace("`", "").lower()).replace(" ", "-")


def documents() -> list[Document]:
    """Return all that people read."""
    others = [ROOT / name for name in ("README.md", "CONTRIBUTING.md", "extension/README.md")]
    return [Document(path) for path in [*sorted(DOCS.rglob("*.md")), *others]]


def pilot_commands(script: str) -> list[list[str]]:
    """Return the arguments of each ``pilot`` that a script calls; raises ValueError for unbalanced quotes."""
    found = []
    for line in _logical_lines(script):
        lexer = shlex.shlex(line, posix=True, punctuation_chars="|&;()")
        lexer.whitespace_split = True
        words: list[str] = []
        for word in [*lexer, ";"]:
            if word not in _BETWEEN:
                words.append(word)
                continue
            while words and _ASSIGNMENT.match(words[0]):
                words.pop(0)
            if words and (words[0] == "pilot" or words[0].endswith("/pilot")):
                found.append(_without_redirections(words[1:]))
            words = []
    return found


def _logical_lines(script: str) -> Iterator[str]:
    """Yield lines with their continuations, here-documents left out."""
    ending = None
    for line in script.replace("\\\n", " ").splitlines():
        if ending is not None:
            ending = None if line == ending else ending
            continue
        if here := re.search(r"<<'?(\w+)'?", line):
            ending = here[1]
            line = line[: here.start()]  # the rest is the document's
        if line.strip() and not line.lstrip().startswith("#"):
            yield line


def _without_redirections(words: list[str]) -> list[str]:
    kept, skip = [], False
    for word in words:
        if skip:
            skip = False
        elif re.fullmatch(r"\d?>{1,2}|<", word):
            skip = True
        elif not re.match(r"\d?[<>]", word):
            kept.append(word)
    return kept
