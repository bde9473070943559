"""A session with one of each thing a transcript can show, as an earlier hub would have left it."""

import struct
import time
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pilot_sidecar.core.events import (
    ErrorRaised,
    Event,
    MessageCompleted,
    PromptReceived,
    SessionNoted,
    SessionStarted,
    ToolCompleted,
    ToolStarted,
)
from pilot_sidecar.core.models import Attachment, FileDiff, Session
from pilot_sidecar.core.settings import SettingsStore
from pilot_sidecar.infra.clock import SystemClock
from pilot_sidecar.infra.tasks import Tasks
from pilot_sidecar.server.domain import build_services
from pilot_sidecar.server.options import HubOptions

SHELF = "shelf"
CHILD = "shelf-child"
HOSTILE = "shelf-hostile"
FOLDER = "/home/dev/shop"
STEP_MS = 5_000
BEGIN = int(time.time() * 1000) - 10_000 * STEP_MS  # history that is too old is forgotten

CODE = "\n".join(f"  const line{i} = `${{items[{i}]}}`; // number {i}" for i in range(50))
MARKDOWN = f"""## What I found

The *totals* are rounded **twice**: see `src/cart.js:42` and the [docs](https://example.org/rounding).

- [x] read the cart
- [ ] fix the total

| file | lines | why |
|---|---:|---|
| `src/cart.js` | 12 | rounds each line |
| `src/bill.js` | 4 | rounds once more |

```js
export function total(items) {{
  return items.reduce((sum, item) => sum + item.price, 0); // whole cents
}}
```

> Rounding twice loses a cent.

```python
{CODE}
```
"""
PRINTED = "\n".join((
    "\x1b[1mRunning tests\x1b[0m", "10%\r40%\r\x1b[32m100%\x1b[0m done",
    "\x1b[31m✗ total of a guest\x1b[0m", "\x1b[38;5;208mexpected 12\x1b[0m \x1b[38;2;40;40;120mgot 11.99\x1b[0m",
    *(f"\x1b[32m✓\x1b[0m case {number}" for number in range(300)), "\x1b[7m 1 failed \x1b[0m",
))  # fmt: skip
PATCH = "@@ -1,3 +1,3 @@\n const a = 1;\n-const total = round(sum);\n+const total = sum;\n return total;\n"


def picture(width: int = 320, height: int = 180) -> bytes:
    """Return a PNG."""
    row = b"\0" + bytes(channel for x in range(width) for channel in (40, 90 + x * 100 // width, 200))
    chunks = (
        (b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)),
        (b"IDAT", zlib.compress(row * height)), (b"IEND", b""),
    )  # fmt: skip
    packed = (
        struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body)) for name, body in chunks
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(packed)


class Teller:
    """Makes the events of one session, each a little later than the one before."""

    def __init__(self, session: str) -> None:
        self.events: list[Event] = []
        self._head = {"session_id": session, "agent": "codex"}
        self._count = 0

    def prompt(self, text: str, attachments: Sequence[Attachment] = ()) -> None:
        """A person asks."""
        self._add(PromptReceived, message_id=self._id(), text=text, attachments=list(attachments))

    def text(self, text: str, part: str = "text", took_ms: int = 0) -> None:
        """The agent says or thinks."""
        started = self._at() + STEP_MS - took_ms if took_ms else None
        name = self._id()
        self._add(MessageCompleted, message_id=name, part_id=f"p-{name}", part=part, text=text, started_at=started)

    def note(self, note: str, text: str) -> None:
        """Something about the conversation changes."""
        self._add(SessionNoted, note_id=self._id(), note=note, text=text)

    def error(self, message: str) -> None:
        """Something goes wrong."""
        self._add(ErrorRaised, code="provider", message=message)

    def tool(self, kind: str, arguments: dict[str, object], tool: str = "", **ended: Any) -> None:
        """The agent calls a tool, which ends."""
        head = {"call_id": self._id(), "tool": tool or kind, "tool_kind": kind}
        title = ended.pop("title", "")
        self._add(ToolStarted, **head, status="running", title=title, input=arguments)
        self._add(ToolCompleted, **head, **{"status": "completed", **ended})

    def _id(self) -> str:
        return f"{self._head['session_id']}-{self._count}"

    def _at(self) -> int:
        return BEGIN + self._count * STEP_MS

    def _add(self, kind: type[Any], **fields: object) -> None:
        self._count += 1
        self.events.append(kind.model_validate({**self._head, "at": self._at(), **fields}))


def tell_all(teller: Teller, shot: Attachment) -> None:
    """One of each."""
    teller.prompt(
        "Please find out why the totals are wrong.",
        [Attachment(name="receipt.pdf", mime="application/pdf", size=81_000)],
    )
    teller.text("First I look at the cart, then at the bill.", "reasoning", 4_000)
    teller.tool("read", {"filePath": f"{FOLDER}/src/cart.js", "offset": 10, "limit": 51}, output="const a = 1;")
    teller.tool("search", {"pattern": "round\\(", "path": "src"}, output="src/cart.js:42\nsrc/bill.js:7")
    teller.tool("todo", {"todos": [
        {"content": "Read the cart", "status": "completed"}, {"content": "Fix the total", "status": "in_progress"},
        {"content": "Run the tests", "status": "pending"},
    ]})  # fmt: skip
    teller.text(MARKDOWN)
    teller.tool(
        "shell", {"command": "npm test -- --grep 'total'"}, output=PRINTED, error="Exit code 1", status="failed"
    )
    teller.tool("edit", {"filePath": f"{FOLDER}/src/cart.js"}, output="Done", files=[
        FileDiff(path=f"{FOLDER}/src/cart.js", patch=PATCH, additions=1, deletions=1)])  # fmt: skip
    teller.tool("fetch", {"url": "https://example.org/rounding"}, output="Round once.")
    teller.tool(
        "mcp", {"team": "shop", "limit": 2}, "linear.list_issues", output='{"issues":[{"id":1,"title":"Totals"}]}'
    )
    teller.tool(
        "question",
        {"questions": [{"question": "Which way?", "options": [{"label": "Down"}, {"label": "Up"}]}]},
        output="Up",
    )
    teller.tool("task", {"description": "Look at the bill"}, child_session_id=CHILD, output="It rounds too.")
    teller.note("model", "gpt-large")
    teller.note("compaction", "")
    teller.tool("mcp", {"page": "cart"}, "browser.screenshot", attachments=[shot])
    teller.prompt("And now?")
    teller.error("The provider is overloaded. Try again in a minute.")


def tell_child(teller: Teller) -> None:
    """What its sub-agent did."""
    teller.prompt("Look at the bill")
    teller.tool("shell", {"command": "cat src/bill.js"}, output="return round(total)")
    teller.text("The bill **rounds** once more.")


async def seed_shelf(home: Path, hostile: Sequence[str] = ()) -> None:
    """Write the sessions through the real pipeline, and end that hub."""
    home.mkdir(parents=True, exist_ok=True)
    async with Tasks("seed") as tasks:
        options = HubOptions(home=home, environ={}, webview=home)
        services = await build_services(options, SettingsStore(home, {}, 0), tasks, SystemClock())
        tellers = [Teller(SHELF), Teller(CHILD)]
        shot = services.attachments.keep(SHELF, "screen.png", "image/png", picture())
        tell_all(tellers[0], shot)
        tell_child(tellers[1])
        if hostile:
            tellers.append(Teller(HOSTILE))
            tell_hostile(tellers[-1], hostile)
        for teller, name in zip(tellers, (SHELF, CHILD, HOSTILE), strict=False):
            title = (
                hostile[0] if name == HOSTILE and hostile else "Wrong totals" if name == SHELF else "Look at the bill"
            )
            session = Session(
                id=name, agent="codex", project_id="shop", directory=FOLDER, title=title,
                parent_id=SHELF if name == CHILD else None, created_at=BEGIN, updated_at=BEGIN + 100 * STEP_MS,
            )  # fmt: skip
            services.bus.publish(SessionStarted(at=BEGIN, session_id=name, agent="codex", session=session))
            for event in teller.events:
                services.bus.publish(event)
        await services.store.settled()
        await services.store.close()


def tell_hostile(teller: Teller, corpus: Sequence[str]) -> None:
    """Put each text wherever an agent or a file could."""
    for text in corpus:
        file = FileDiff(
            path=text or "x",
            patch=f"@@ -1,1 +1,1 @@\n-{text.replace(chr(10), ' ')}\n+{text.replace(chr(10), ' ')}!\n",
            additions=1,
        )
        attachment = Attachment(name=text, mime=text, size=1)
        teller.prompt(text, [attachment, Attachment(id="none", name=text, mime="image/png")])
        teller.text(text)
        teller.text(f"```js\n{text}\n```\n\n`{text}`")
        teller.text(text, "reasoning", 1_000)
        teller.note("compaction", text)
        teller.note("model", text)
        teller.error(text)
        arguments: dict[str, object] = {
            "command": text,
            "url": text,
            "pattern": text,
            "description": text,
            "filePath": text,
        }
        for kind in ("shell", "read", "edit", "search", "fetch", "task", "mcp", "other", "todo", "question"):
            lists = {
                "todos": [{"content": text, "status": text}],
                "questions": [{"question": text, "options": [{"label": text}]}],
            }
            extra = {"files": [file]} if kind == "edit" else {}
            output = f"\x1b[31m{text}\x1b[0m\r\x1b[38;2;1;2;3m{text}\x1b[0m"
            teller.tool(kind, {**arguments, **lists}, text or kind, title=text, output=output, error=text,
                        attachments=[attachment], child_session_id=CHILD if kind == "task" else None,
                        **extra)  # fmt: skip
