"""A session of thousands of messages, as an earlier hub would have left it, and how soon a page shows it."""

import asyncio
import time
from pathlib import Path

from playwright.async_api import Page

from pilot_sidecar.core.events import (
    Event,
    MessageCompleted,
    PromptReceived,
    SessionStarted,
    ToolCompleted,
    ToolStarted,
)
from pilot_sidecar.core.models import FileDiff, Session
from pilot_sidecar.core.services import Services
from pilot_sidecar.core.settings import SettingsStore
from pilot_sidecar.infra.clock import SystemClock
from pilot_sidecar.infra.tasks import Tasks
from pilot_sidecar.server.domain import build_services
from pilot_sidecar.server.options import HubOptions

SESSION = "long-session"
OTHER = "other-session"
MESSAGES = 5_000
STEP_MS = 4_000
AT_ONCE = 500
"""Events before the store is waited for."""

WATCH_OPENING = """(last) => {
  window.opened = null;
  let from = 0;
  const look = () => {
    const log = document.querySelector("session-transcript .log");
    if (!log?.clientHeight || !log.textContent.includes(last)) return requestAnimationFrame(look);
    requestAnimationFrame(() => setTimeout(() => (window.opened = performance.now() - from)));
  };
  const begin = () => { from = performance.now(); requestAnimationFrame(look); };
  addEventListener("click", begin, { capture: true, once: true });
}"""


async def seed(home: Path, count: int = MESSAGES) -> str:
    """Write a session of so many messages through the real pipeline, end that hub, and return the session's id."""
    await asyncio.to_thread(home.mkdir, parents=True, exist_ok=True)
    clock = SystemClock()
    begin = int(time.time() * 1000) - (count + 1) * STEP_MS
    async with Tasks("seed") as tasks:
        options = HubOptions(home=home, environ={}, webview=home)
        services = await build_services(options, SettingsStore(home, {}, 0), tasks, clock)
        _begin(services, SESSION, begin, begin + count * STEP_MS)
        await _talk(services, begin, count)
        _begin(services, OTHER, begin, begin + (count + 1) * STEP_MS)  # the latest is what a page opens by itself
        await services.store.settled()
        await services.store.close()
    return SESSION


async def opening_ms(page: Page, row: str, count: int = MESSAGES) -> float:
    """Press the session's row on a page that is warm; return how long until its end was painted, in ms."""
    await page.evaluate(WATCH_OPENING, said(count - 1))
    await page.locator(row).first.click()
    await page.evaluate(
        "new Promise((done) => { const look = () => window.opened ? done() : requestAnimationFrame(look); look(); })"
    )
    return float(await page.evaluate("window.opened"))


def said(number: int) -> str:
    """Return words that stand in one message only."""
    return f"message {number:05d}"


def _begin(services: Services, session_id: str, created_at: int, updated_at: int) -> None:
    session = Session(
        id=session_id, agent="codex", project_id="long", directory="/home/dev/shop", title=f"The {session_id}",
        created_at=created_at, updated_at=updated_at,
    )  # fmt: skip
    services.bus.publish(SessionStarted(at=created_at, session_id=session_id, agent="codex", session=session))


async def _talk(services: Services, begin: int, count: int) -> None:
    for number in range(count):
        for event in _message(number, begin + number * STEP_MS):
            services.bus.publish(event)
        if number % AT_ONCE == 0:
            await services.store.settled()


def _message(number: int, at: int) -> list[Event]:
    """Return one of a mix: prompts, markdown, code, a shell with output, an edit with its diff; the last is text."""
    kinds = (_prompt, _markdown, _shell, _code, _edit)
    return kinds[number % len(kinds) if number % len(kinds) != 4 or number % 10 == 4 else 1](number, at)


def _prompt(number: int, at: int) -> list[Event]:
    text = f"Please go on with step {number}, {said(number)}: the totals are still wrong for guests."
    return [PromptReceived(at=at, session_id=SESSION, agent="codex", message_id=f"m{number}", text=text)]


def _text(number: int, at: int, text: str) -> list[Event]:
    return [
        MessageCompleted(
            at=at,
            session_id=SESSION,
            agent="codex",
            message_id=f"m{number}",
            part_id=f"p{number}",
            part="text",
            text=text,
        )
    ]


def _markdown(number: int, at: int) -> list[Event]:
    return _text(number, at, (
        f"## Step {number}\n\nThis is {said(number)}. The *cart* keeps its totals in `src/cart.js`, and "
        f"**two** places round them:\n\n"
        f"- `sum()` rounds each line\n- `total()` rounds once more\n\n| file | lines |\n|---|---|\n"
        f"| `src/cart.js` | {number} |\n| `src/bill.js` | 12 |\n\n"
        + "Some more words to wrap over lines. " * (number % 7)
    ))  # fmt: skip


def _code(number: int, at: int) -> list[Event]:
    body = "\n".join(f"  const line{i} = items[{i}] * {number}; // rounded" for i in range(4 + number % 9))
    return _text(number, at, f"In {said(number)}:\n\n```js\nexport function total(items) {{\n{body}\n}}\n```\n")


def _shell(number: int, at: int) -> list[Event]:
    output = "\n".join(f"\x1b[32m✓\x1b[0m test {i} of {said(number)}" for i in range(number % 40))
    return _tool(number, at, "shell", {"command": f"npm test -- --step {number}"}, output, [])


def _edit(number: int, at: int) -> list[Event]:
    patch = (
        f"@@ -1,3 +1,3 @@\n const a = {number};\n-const total = round(sum);\n+const total = sum; // {said(number)}\n"
    )
    file = FileDiff(path="/home/dev/shop/src/cart.js", patch=patch, additions=1, deletions=1)
    return _tool(number, at, "edit", {"filePath": file.path}, "Done", [file])


def _tool(
    number: int, at: int, kind: str, arguments: dict[str, object], output: str, files: list[FileDiff]
) -> list[Event]:
    head = {"session_id": SESSION, "agent": "codex", "call_id": f"c{number}", "tool": kind, "tool_kind": kind}
    title = str(next(iter(arguments.values())))
    return [
        ToolStarted.model_validate({**head, "at": at, "title": title, "status": "running", "input": arguments}),
        ToolCompleted.model_validate(
            {**head, "at": at + 900, "title": title, "status": "completed", "output": output, "files": files}
        ),
    ]
