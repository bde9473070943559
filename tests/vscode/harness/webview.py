"""The dashboard inside VS Code: a page in a page in a page."""

from playwright.async_api import Error, Frame, Page

from agents.harness.waiting import until

LIMIT_S = 30.0


async def webview(page: Page, title: str, selector: str = "body") -> Frame:
    """Return the frame with the HTML of the webview of that title, once an element is in it.

    A change of the HTML makes a new frame: call this again after one.
    """

    async def look() -> Frame | None:
        for frame in page.frames:
            if await _shows(frame, title, selector):
                return frame
        return None

    return await until(f"a webview “{title}” with {selector}", look, LIMIT_S)


async def _shows(frame: Frame, title: str, selector: str) -> bool:
    if frame.parent_frame is None or frame.parent_frame.parent_frame is None:
        return False
    try:
        element = await frame.frame_element()
        if await element.get_attribute("title") != title or not await element.is_visible():
            return False
        return await frame.locator(selector).count() > 0
    except Error:  # it went away while we looked
        return False
