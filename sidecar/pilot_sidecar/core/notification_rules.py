"""What goes where: kept by the hub, on disk before it is in force."""

import logging
from collections.abc import Callable

from pydantic import ValidationError

from pilot_sidecar.core.notices_model import NotificationRules
from pilot_sidecar.core.store import Store, Write

logger = logging.getLogger(__name__)
_UPSERT = (
    "INSERT INTO preferences (key, body) VALUES ('notifications', ?)"
    " ON CONFLICT (key) DO UPDATE SET body = excluded.body"
)


class RuleBook:
    """Keeps the rules."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._changed: list[Callable[[], None]] = []
        rows = store.read_now("SELECT body FROM preferences WHERE key = 'notifications'")
        self._rules = _read(str(rows[0][0])) if rows else NotificationRules()

    @property
    def current(self) -> NotificationRules:
        """Return the rules in force."""
        return self._rules

    def on_change(self, callback: Callable[[], None]) -> None:
        """Call ``callback`` after each change."""
        self._changed.append(callback)

    async def change(self, rules: NotificationRules) -> None:
        """Keep other rules."""
        await self._store.commit([Write(_UPSERT, (rules.encode().decode(),))])
        self._rules = rules
        for callback in self._changed:
            callback()


def _read(body: str) -> NotificationRules:
    try:
        return NotificationRules.model_validate_json(body)
    except ValidationError:
        logger.error("the rules for notifications on disk are not understood: everything goes everywhere")
        return NotificationRules()
