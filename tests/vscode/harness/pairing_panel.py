"""The panel with the codes that let devices in."""

from playwright.async_api import Error, Frame, Locator, Page

from agents.harness.waiting import until

LIMIT_S = 30.0


class PairingPanel:
    """Its page, until another code is made."""

    def __init__(self, frame: Frame) -> None:
        self.frame = frame

    @property
    def code(self) -> Locator:
        """The QR code of the way that is chosen."""
        return self.frame.locator("section:not([hidden]) svg")

    async def link(self) -> str:
        """Return the link of that way, as it stands below its code."""
        return await self.frame.locator("section:not([hidden]) .link code").inner_text()

    def way(self, label: str) -> Locator:
        """Return the choice of a way."""
        return self.frame.get_by_role("radio", name=label)

    @property
    def arrived(self) -> Locator:
        """Where it says who came in."""
        return self.frame.get_by_role("status")

    def button(self, name: str) -> Locator:
        """Return the button of that name."""
        return self.frame.get_by_role("button", name=name, exact=True)


async def pairing_panel(page: Page, selector: str = "main") -> PairingPanel:
    """Return the panel once it shows what a selector names; call this again when another code was made."""

    async def look() -> PairingPanel | None:
        for frame in page.frames:
            if await _shows(frame, f"body:has(#devices) {selector}"):
                return PairingPanel(frame)
        return None

    return await until("the panel with the code", look, LIMIT_S)


async def _shows(frame: Frame, selector: str) -> bool:
    if frame.parent_frame is None:
        return False
    try:
        return await frame.locator(selector).count() > 0
    except Error:  # it went away while we looked
        return False
