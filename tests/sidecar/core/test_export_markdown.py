"""A transcript as Markdown: readable, and nothing an agent says breaks out of its place."""

import re
from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakes.domain import make_session
from pilot_sidecar.core.asks_model import Actor, Ask, Resolution
from pilot_sidecar.core.export_markdown import closed, fenced, markdown_of
from pilot_sidecar.core.models import (
    Attachment,
    ErrorItem,
    FileDiff,
    Item,
    NoteItem,
    PromptItem,
    ReasoningItem,
    Session,
    SessionMark,
    TextItem,
    ToolItem,
)

EVIL = "````\n</details>\n<!-- \n# Title\n~~~\n<script>x</script>"


@dataclass
class Told:
    items: list[Item]
    asks: list[Ask] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    session: Session = field(default_factory=lambda: make_session(title="T", model="a/b", directory="/home/dev/api"))
    mark: SessionMark = field(default_factory=lambda: SessionMark(session_id="s1", labels=["api"]))

    @property
    def title(self) -> str:
        return self.session.title


def ask(**fields: object) -> Ask:
    values = {
        "id": "a1", "kind": "permission", "digest": "d", "agent": "opencode", "session_id": "s1", "project_id": "p",
        "directory": "/", "machine": "m", "created_at": 25, "tool": "bash", "title": "Run a command",
        "summary": "rm -rf build", "state": "resolved", **fields,
    }  # fmt: skip
    return Ask.model_validate(values)


def test_everything_is_there_in_order() -> None:
    diff = FileDiff(path="/home/dev/api/a.md", patch="@@ -1 +1 @@\n-```\n+````\n", additions=1, deletions=1)
    resolution = Resolution(by=Actor(kind="device", name="Anna's phone"), at=26, choice="deny", message="use make")
    items: list[Item] = [
        PromptItem(id="1", at=10, text="Clean\nup", attachments=[Attachment(name="shot.png", mime="image/png")]),
        ReasoningItem(id="2", at=20, text="Hm."),
        ToolItem(
            id="3", at=30, tool="edit", title="a.md", status="completed", input={"path": "a.md"}, output="ok",
            files=[diff], ended_at=1530,
        ),
        NoteItem(id="4", at=40, note="model", text="gpt-5"),
        ErrorItem(id="5", at=50, code="limit", message="slow down"),
        TextItem(id="6", at=60, text="Done:\n\n```js\nx\n```"),
    ]  # fmt: skip
    text = markdown_of([Told(items, [ask(resolution=resolution)], ["Older parts are left out."])])
    wanted = [
        "# T", "- Agent: opencode, a/b", "- Folder: `/home/dev/api`", "- Labels: api", "*Older parts are left out.*",
        "> Clean\n> up", "Attached: `shot.png` (image/png)", "<summary>Reasoning</summary>",
        "> Asked, ", "rm -rf build\n> Denied by Anna's phone, ", "> “use make”",
        "<summary>edit: a.md (completed, 1.5 s)</summary>", '"path": "a.md"',
        "Modified `/home/dev/api/a.md` (+1 -1)\n\n`````diff\n@@ -1 +1 @@", "Output:\n\n```\nok\n```",
        "*Model: gpt-5*", "> Error (limit): slow down", "Done:\n\n```js\nx\n```",
    ]  # fmt: skip
    places = [text.find(part) for part in wanted]
    assert -1 not in places, wanted[places.index(-1)]
    assert places == sorted(places)


def test_sub_agents_follow() -> None:
    below = Told([TextItem(id="2", at=1, text="found it")], session=make_session("c", title="Explore"))
    text = markdown_of([Told([TextItem(id="1", at=1, text="whole")]), below])
    assert text.index("whole") < text.index("# Sub-agent: Explore") < text.index("found it")


@pytest.mark.parametrize("kind", ["prompt", "text", "reasoning", "tool", "error", "title", "note"])
def test_what_follows_a_hostile_text_is_still_readable(kind: str) -> None:
    hostile: dict[str, Item] = {
        "prompt": PromptItem(id="1", at=1, text=EVIL),
        "text": TextItem(id="1", at=1, text=EVIL),
        "reasoning": ReasoningItem(id="1", at=1, text=EVIL),
        "tool": ToolItem(id="1", at=1, tool=EVIL, title=EVIL, input={"a": EVIL}, output=EVIL, error=EVIL),
        "error": ErrorItem(id="1", at=1, code="x", message=EVIL),
        "note": NoteItem(id="1", at=1, note="mode", text=EVIL),
    }
    told = Told([hostile.get(kind, hostile["text"]), TextItem(id="2", at=2, text="AFTER")])
    if kind == "title":
        told = Told([TextItem(id="2", at=2, text="AFTER")], session=make_session(title=EVIL))
    outside = _outside_fences(markdown_of([told])).replace("\\<", "")  # those mean themselves
    assert "AFTER" in outside
    assert "<script" not in outside
    assert "<!--" not in outside
    assert outside.count("<details>") == outside.count("</details>")


@given(st.text(alphabet="`~ab\n #<", max_size=60))
def test_no_fence_stays_open(text: str) -> None:
    assert "AFTER" in _outside_fences(closed(text) + "\n\nAFTER")
    assert "AFTER" in _outside_fences(fenced(text) + "\n\nAFTER")
    assert text.strip("\n") in fenced(text)


def _outside_fences(text: str) -> str:
    """Return what is in no code block, as CommonMark reads it; written apart from what is tested."""
    outside, fence = [], ""
    for line in re.split(r"\r\n|\n|\r", text):
        bare = line.removeprefix("> ") if line.startswith(">") else line
        found = re.match(r" {0,3}(`{3,}|~{3,})([^\n]*)$", bare)
        if fence:
            if found and found[1].startswith(fence) and not found[2].strip(" \t"):
                fence = ""
        elif found and not (found[1][0] == "`" and "`" in found[2]):
            fence = found[1]
        else:
            outside.append(line)
    return "\n".join(outside)
