"""How fast it is; the figures are printed, the limits here are generous."""

import re
import statistics

import pytest
from playwright.async_api import expect

from agents.harness.hub import Client
from agents.harness.opencode import Serve
from browser.harness.screen import asked_at
from browser.harness.steps import begin
from vscode.harness.window import EXTENSION, Window

ASKS = 20
LIMIT_S = 1.0
ACTIVATION_MS = 50
GENEROUS_MS = 2_000

WATCH = """id => {
  const item = document.getElementById(id);
  window.waitingSeen = [];
  window.waitingWatch?.disconnect();
  window.waitingWatch = new MutationObserver(() => {
    if (/\\b1 ask/.test(item.ariaLabel)) window.waitingSeen.push(Date.now());
  });
  window.waitingWatch.observe(item, { attributes: true });
}"""


async def test_activation(window: Window, capsys: pytest.CaptureFixture[str]) -> None:
    await window.run("Developer: Show Running Extensions")
    row = window.page.locator(".runtime-extensions-editor .monaco-list-row").filter(has_text="Agent Pilot")
    await expect(row).to_contain_text("Activation: ")
    shown = int(re.findall(r"Activation: (\d+)ms", await row.inner_text())[0])
    await window.page.keyboard.press("Escape")
    logs = [text for name, text in window.server.logs().items() if name.endswith("Pilot.log")]
    own = [int(ms) for text in logs for ms in re.findall(r"activated in (\d+) ms", text)]
    # Without a compiler VS Code writes no logs (scripts/vscode.sh).
    with capsys.disabled():
        print(f"activation: {min(own, default=0)} ms (budget {ACTIVATION_MS}), {shown} ms by VS Code's clock")  # noqa: T201
    # VS Code's clock goes on while other extensions load in between, so it says little on a busy machine.
    assert min(own, default=0) < GENEROUS_MS


async def test_from_an_ask_to_the_status_bar(
    window: Window, serve: Serve, client: Client, capsys: pytest.CaptureFixture[str]
) -> None:
    session = await begin(serve, client)
    took = []
    for _ in range(ASKS):
        await window.says_waiting(0)
        await window.page.evaluate(WATCH, f"{EXTENSION}.pilot.status")
        serve.prompt(session, "listing please")
        asked = await asked_at(lambda: serve.api("GET", "/permission"))
        ask = await client.waiting(session)
        await window.says_waiting(1)
        took.append(await window.page.evaluate("window.waitingSeen[0]") / 1000 - asked)
        await client.decide(ask, "deny")
        await client.idle(session)
    p95 = statistics.quantiles(took, n=20)[-1]
    with capsys.disabled():
        print(f"ask to status bar: p50 {statistics.median(took) * 1000:.0f} ms, p95 {p95 * 1000:.0f} ms (budget 100)")  # noqa: T201
    assert p95 < LIMIT_S
