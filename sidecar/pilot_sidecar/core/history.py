"""A session's whole transcript in pages: from our own store, and from the agent's where ours ends."""

from pilot_sidecar.core.agents import AgentDirectory
from pilot_sidecar.core.bus import Bus
from pilot_sidecar.core.errors import AgentUnavailableError, UnsupportedError
from pilot_sidecar.core.models import Session
from pilot_sidecar.core.sessions import ItemPage, Sessions

_AGENT = "agent:"
"""Begins a ``before`` that points into the agent's own transcript."""
_AGENT_PAGES = 20
"""Pages of things we have ourselves that are skipped to find older ones."""


class History:
    """Reads backwards, page by page."""

    def __init__(self, bus: Bus, sessions: Sessions, agents: AgentDirectory) -> None:
        self._bus = bus
        self._sessions = sessions
        self._agents = agents

    async def page(self, session: Session, before: str | None, limit: int) -> ItemPage:
        """Return a page of a transcript, the latest one unless ``before`` says otherwise."""
        if before is not None and before.startswith(_AGENT):
            return await self._from_agent(session, before.removeprefix(_AGENT), limit)
        page = await self._sessions.items(session.id, before, limit)
        if page.before is None and session.capabilities.history and self._remembered(session):
            if len(page.items) < limit:
                return await self._with_older(session, page, limit)
            page.before = _AGENT
        return page

    def _remembered(self, session: Session) -> bool:
        try:
            return session.live or self._agents.driver(session.agent).remembers
        except UnsupportedError:
            return False  # an agent that this hub does not know any more

    async def _with_older(self, session: Session, page: ItemPage, limit: int) -> ItemPage:
        """Fill a short page with what the agent knows from before; without it if the agent cannot be asked."""
        try:
            older = await self._from_agent(session, "", limit)
        except (AgentUnavailableError, UnsupportedError):
            return page
        page.items = [*older.items, *page.items]
        page.before = older.before
        return page

    async def _from_agent(self, session: Session, before: str, limit: int) -> ItemPage:
        """Go on where our own store ends: the agent knows what was said before Pilot listened."""
        driver = self._agents.driver(session.agent)
        oldest = await self._sessions.oldest_at(session.id)
        for _ in range(_AGENT_PAGES):
            page = await driver.history(session, before or None, limit)
            if page is None:
                break
            ours = await self._sessions.known_items(session.id, [item.id for item in page.items])
            page.items = [item for item in page.items if item.id not in ours and (oldest is None or item.at < oldest)]
            if page.items or page.before is None:
                page.before = None if page.before is None else _AGENT + page.before
                return page
            before = page.before
        return ItemPage(items=[], seq=self._bus.seq)
