"""Taking in what people write into ``config.json`` and ``.env`` while the hub runs."""

import asyncio
import logging

from pilot_sidecar.core.asks_model import Actor
from pilot_sidecar.core.services import Services
from pilot_sidecar.core.settings import SettingsStore

logger = logging.getLogger(__name__)

LOOK_S = 2.0
SETTLE_S = 0.2
"""An editor may empty a file before it writes it anew."""
LOOKS = 20
"""A file that never comes to rest is read all the same."""


async def follow_settings(services: Services, look_s: float = LOOK_S) -> None:
    """Read the files again whenever somebody wrote them, until cancelled."""
    settings = services.settings
    while True:
        await asyncio.sleep(look_s)
        try:
            if await _is_written(settings):
                _take_in(services)
        except Exception:
            logger.exception("settings that were written by hand could not be taken in; trying again")


async def _is_written(settings: SettingsStore) -> bool:
    """Tell whether somebody wrote a file, once it has come to rest."""
    found = await asyncio.to_thread(settings.stamps)
    if settings.is_read(found):
        return False
    for _ in range(LOOKS):
        await asyncio.sleep(SETTLE_S)
        before, found = found, await asyncio.to_thread(settings.stamps)
        if found == before:
            break
    return not settings.is_read(found)


def _take_in(services: Services) -> None:
    done = services.settings.reread()
    facts = {"names": ",".join(done.changed), "from_next_start": ",".join(done.held)}
    facts = {key: names for key, names in facts.items() if names}
    if facts:
        services.audit.record("settings.edited", Actor(kind="hub"), **facts)
        logger.info("settings were changed by hand: %s", facts)
