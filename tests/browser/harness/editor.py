"""The dashboard as VS Code shows it, without VS Code: its themes, its API, a hub that is made up."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, Page, Route

from pilot_sidecar.transport.http.joined import join_in_two, join_sheets

WEBVIEW = Path(__file__).parents[3] / "webview"
THEMES: dict[str, Any] = json.loads((Path(__file__).parent / "editor_themes.json").read_text())
"""The colours of VS Code 1.139 that the style sheets name, by theme."""
ADDRESS = "http://editor.test"
CONNECTED = {"type": "hub", "connected": True, "away": None}
EXTENSION = """
  let connected = false;
  const say = (message) => {
    connected = message.connected ?? connected;
    setTimeout(() => window.postMessage(message, window.origin));
  };
  const said = (window.said = []);
  let state = JSON.parse(sessionStorage.getItem("state") ?? "null") ?? undefined;
  window.say = say;
  window.acquireVsCodeApi = () => ({
    getState: () => state,
    setState: (next) => sessionStorage.setItem("state", JSON.stringify((state = next))),
    postMessage(message) {
      said.push(message);
      if (message.type === "ready") GREETING.forEach(say);
      if (message.type === "subscribe") say({ type: "subscribed", stream: message.stream });
      if (message.type !== "call") return;
      const result = connected && ANSWERS[message.name];
      if (result) say({ type: "answer", id: message.id, result });
      else say({ type: "refusal", id: message.id, error: { code: "unreachable", message: "Not there." } });
    },
  });
"""


class Editor:
    """One view or panel of a pretended VS Code."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.complaints: list[str] = []
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", lambda message: message.type == "error" and self.complaints.append(message.text))

    async def set_theme(self, name: str) -> None:
        """Change the colours, as VS Code does to a page that is open."""
        theme = THEMES[name]
        await self.page.evaluate(
            """({kind, colours}) => {
              document.documentElement.removeAttribute("style");
              for (const [name, value] of Object.entries(colours))
                document.documentElement.style.setProperty(`--vscode-${name}`, value);
              document.body.className = `${kind} vscode-reduce-motion`;
            }""",
            theme,
        )

    async def overflowing(self) -> list[str]:
        """Return what sticks out of the page to the right, apart from what scrolls by itself."""
        return await self.page.evaluate(
            """() => [...document.body.querySelectorAll("*")].filter((element) => {
              if (!element.checkVisibility() || element.closest(".sr-only, dialog:not([open])")) return false;
              for (let at = element.parentElement; at && at !== document.body; at = at.parentElement)
                if (!at.matches("app-shell, .stage, .log") && getComputedStyle(at).overflowX !== "visible")
                  return false;
              return element.getBoundingClientRect().right > innerWidth + 0.5;
            }).map((element) => element.outerHTML.slice(0, 120))"""
        )


GREETING = ({"type": "folders", "folders": ["/home/ada/shop"]}, CONNECTED)


async def open_editor(
    browser: Browser,
    surface: str,
    answers: dict[str, Any],
    greeting: Sequence[dict[str, Any]] = GREETING,
    size: tuple[int, int] = (300, 760),
) -> Editor:
    """Open the page in a browser profile of its own."""
    context = await browser.new_context(viewport={"width": size[0], "height": size[1]}, reduced_motion="reduce")
    page = await context.new_page()
    script = EXTENSION.replace("GREETING", json.dumps(greeting)).replace("ANSWERS", json.dumps(answers))
    await page.route(f"{ADDRESS}/**", lambda route: _serve(route, surface, script))
    editor = Editor(page)
    await page.goto(ADDRESS)
    await editor.set_theme("dark-modern")
    return editor


async def _serve(route: Route, surface: str, script: str) -> None:
    """The page as `dashboard/html.ts` writes it, and what it loads."""
    path = route.request.url.removeprefix(ADDRESS).lstrip("/")
    if path in ("app.js", "later.js"):
        code = join_in_two(WEBVIEW, "js/main.js", "js/later.js")[path]
        await route.fulfill(body=code, content_type="text/javascript")
    elif path == "app.css":
        await route.fulfill(body=join_sheets(WEBVIEW, "css/main.css"), content_type="text/css")
    elif path.startswith("js/"):
        await route.fulfill(body=(WEBVIEW / path).read_text(), content_type="text/javascript")
    else:
        head = '<link rel="icon" href="data:,"><title>Pilot</title><link rel="stylesheet" href="app.css">'
        page = f'<html lang="en" data-host="vscode" data-surface="{surface}"><head>{head}<script>{{{script}}}</script>'
        code = '<script type="module" src="app.js"></script>'
        await route.fulfill(body=f"<!doctype html>{page}{code}</head><body></body></html>", content_type="text/html")
