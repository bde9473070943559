"""Looking at what agents start, while they work: a child whose parent has ended cannot be told from others later."""

import asyncio
import logging
import time

from pilot_sidecar.core.bus import Announcement
from pilot_sidecar.core.events import (
    PermissionPending,
    PlanPending,
    PromptReceived,
    QuestionPending,
    SessionStarted,
    SessionUpdated,
)
from pilot_sidecar.core.services import Services

LOOK_S = 0.15
SHARE = 0.04
"""What looking may take of one processor at most: where many processes run it is done less often."""
logger = logging.getLogger(__name__)


async def watch_agents(services: Services) -> None:
    """Note what descends from known agents while one of them works or waits, until cancelled."""
    woken = asyncio.Event()

    def wake(entry: Announcement) -> None:
        woken.set()

    kinds = (SessionStarted, SessionUpdated, PromptReceived, PermissionPending, QuestionPending, PlanPending)
    services.bus.listen(kinds, wake)
    while True:
        await woken.wait()
        woken.clear()
        try:
            await _follow(services)
        except Exception:
            logger.exception("looking at what agents start failed")


async def _follow(services: Services) -> None:
    """Look again and again until nothing is worked on."""
    while len(services.agent_processes):
        began = time.perf_counter()
        await asyncio.to_thread(services.agent_processes.look)
        if not _busy(services):
            return
        await asyncio.sleep(max(LOOK_S, (time.perf_counter() - began) / SHARE))


def _busy(services: Services) -> bool:
    agents = {agent for _, agent in services.agent_processes}
    if any(record.ask.agent in agents for record in services.asks.pending()):
        return True
    working = (one for one in services.sessions.all() if one.live and one.state in ("busy", "retrying"))
    return any(session.agent in agents for session in working)
