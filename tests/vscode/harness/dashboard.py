"""The dashboard inside VS Code: a page in a page in a page."""

from typing import Literal

from playwright.async_api import Error, Frame, Locator, Page, expect

from agents.harness.waiting import until

LIMIT_S = 30.0
Surface = Literal["view", "panel"]

LISTEN = """() => {
  window.refusals = [];
  window.addEventListener("message", ({ data }) => data.type === "refusal" && window.refusals.push(data.error.message));
}"""
SPEAK = "message => window['__vscode_post_message__']('onmessage', { message })"


class Dashboard:
    """One of its pages, until VS Code loads it anew."""

    def __init__(self, frame: Frame) -> None:
        self.frame = frame

    @property
    def log(self) -> Locator:
        """The transcript."""
        return self.frame.get_by_role("log", name="Transcript")

    @property
    def permission(self) -> Locator:
        """The permission request that is offered."""
        return self.frame.get_by_role("group", name="Permission request")

    @property
    def composer(self) -> Locator:
        """Where a prompt is written."""
        return self.frame.get_by_role("textbox", name="Prompt")

    def button(self, name: str) -> Locator:
        """Return the button of that name."""
        return self.frame.get_by_role("button", name=name, exact=True)

    async def open(self, session: str) -> None:
        """Choose a session in the list; a narrow page shows the list or a session, not both."""
        row = self.frame.locator(f"[data-session='{session}']").first
        back = self.button("Back to the list")
        await expect(row.or_(back).first).to_be_attached()
        if await back.is_visible():
            await back.click()
        await row.click()

    async def refused(self, message: object) -> str:
        """Send a message past the page's own code, as a page that was taken over would; return why it is refused."""
        await self.frame.evaluate(LISTEN)
        assert self.frame.parent_frame is not None
        await self.frame.parent_frame.evaluate(SPEAK, message)

        async def heard() -> str | None:
            found: list[str] = await self.frame.evaluate("window.refusals")
            return next(iter(found), None)

        return await until("a refusal", heard)

    async def reaches(self, url: str) -> bool:
        """Whether the page can ask for an address."""
        return bool(await self.frame.evaluate("url => fetch(url).then(() => true, () => false)", url))


async def dashboard(page: Page, surface: Surface) -> Dashboard:
    """Return the dashboard that shows as a view or as a panel."""

    async def look() -> Dashboard | None:
        for frame in page.frames:
            if await _shows(frame, f"html[data-surface={surface}] app-shell"):
                return Dashboard(frame)
        return None

    return await until(f"the dashboard as a {surface}", look, LIMIT_S)


async def _shows(frame: Frame, selector: str) -> bool:
    if frame.parent_frame is None or frame.parent_frame.parent_frame is None:
        return False
    try:
        element = await frame.frame_element()
        return await element.is_visible() and await frame.locator(selector).count() > 0
    except Error:  # it went away while we looked
        return False
