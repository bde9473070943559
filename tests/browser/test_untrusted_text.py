"""What an agent writes is text, whatever it looks like."""

import asyncio
import json
from pathlib import Path

import aiohttp
from playwright.async_api import expect

from agents.harness.hub import Client, Hub
from browser.harness.screen import Screens

CORPUS = json.loads((Path(__file__).parents[1] / "webview" / "xss.json").read_text())
HARM = """() => [...document.querySelectorAll("*")].flatMap((element) => {
  const bad = [...element.attributes].filter(({ name, value }) =>
    name.startsWith("on") || /^\\s*(javascript|vbscript|data:text)/i.test(value));
  const places = element.closest("session-transcript, ask-dock, session-rail");
  const tag = places && element.matches("script, iframe, object, embed, form[action], meta, base, link, style, img");
  return tag || bad.length ? [element.outerHTML.slice(0, 200)] : [];
})"""

SHOWN = "[...document.querySelectorAll('.lines > .line')].map((line) => line.className + line.dataset.item)"
AT_THE_TOP = """(() => {
  const log = document.querySelector("session-transcript .log");
  return log.scrollTop <= 0 && !log.querySelector(".log-top").textContent;
})()"""
UP = """(() => {
  const log = document.querySelector("session-transcript .log");
  log.scrollTop -= log.clientHeight;
})()"""


async def test_nothing_in_a_message_or_a_tool_call_comes_to_life(hub: Hub, client: Client, screens: Screens) -> None:
    screen = await screens.paired()
    await screen.page.goto(screen.url)
    for number, text in enumerate(CORPUS):
        said = {"turn_id": f"turn-{number}", "prompt": text, "last_assistant_message": text}
        tool = {"tool_name": "Bash", "tool_use_id": f"call-{number}", "tool_input": {"command": text}}
        for event, fields in (
            ("UserPromptSubmit", said), ("PreToolUse", tool),
            ("PostToolUse", {**tool, "tool_response": text}), ("Stop", said),
        ):  # fmt: skip
            await hook(hub, event, {"session_id": "untrusted", "cwd": "/tmp/<b>x", **fields})
    await screen.show("untrusted")
    await expect(screen.log.locator(".line").last).to_be_visible()
    seen: set[str] = set()
    for _ in range(300):
        await screen.page.evaluate("for (const card of document.querySelectorAll('details')) card.open = true")
        await screen.page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
        assert await screen.page.evaluate(HARM) == []
        seen.update(await screen.page.evaluate(SHOWN))
        if await screen.page.evaluate(AT_THE_TOP):  # looked at, and nothing earlier is on its way
            break
        await screen.page.evaluate(UP)
    assert len(seen) >= 3 * len(CORPUS), "each prompt, each answer and each tool call was in the page"


async def test_nor_does_anything_in_an_ask(hub: Hub, client: Client, screens: Screens) -> None:
    screen = await screens.paired()
    await screen.page.goto(screen.url)
    hostile = "\n".join(CORPUS)
    body = {
        "session_id": "untrusted-ask", "cwd": "/tmp/<img src=x onerror=alert(1)>", "tool_name": "<b>Bash</b>",
        "tool_input": {"command": hostile, "description": CORPUS[1]},
    }  # fmt: skip
    blocked = asyncio.get_running_loop().create_task(hook(hub, "PermissionRequest", body))
    await expect(screen.permission).to_contain_text("<script>alert(1)</script>")
    assert await screen.page.evaluate(HARM) == []
    await screen.button("Deny").click()
    await asyncio.wait_for(blocked, 10)
    await screen.show("untrusted-ask")
    await expect(screen.log).to_contain_text("Denied by Desk")
    assert await screen.page.evaluate(HARM) == []


async def hook(hub: Hub, event: str, body: dict[str, object]) -> None:
    token = json.loads((hub.home / "tokens.json").read_text())["hook"]
    headers = {"Authorization": f"Bearer {token}"}
    payload = {"hook_event_name": event, **body}
    address = f"{hub.file['url']}/codex/hooks/{event}"
    async with aiohttp.ClientSession() as http, http.post(address, json=payload, headers=headers) as answer:
        assert answer.status in (200, 204), await answer.text()
