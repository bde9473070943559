"""The owner's token, changed while the hub runs."""

import asyncio
import logging
from collections.abc import Callable
from pathlib import Path

from pilot_sidecar.core.errors import StorageError
from pilot_sidecar.core.events import TokenRotated
from pilot_sidecar.core.services import Services
from pilot_sidecar.infra.logs import Redactor
from pilot_sidecar.infra.tokens import Tokens, rotated, save_tokens
from pilot_sidecar.server.discovery import HubFile, write_hub_file

logger = logging.getLogger(__name__)
TOKENS = "tokens.json"


class OwnerAccess:
    """Changes the owner's token everywhere at once."""

    def __init__(self, home: Path, tokens: Tokens, services: Services, redact: Redactor) -> None:
        self._home = home
        self._tokens = tokens
        self._services = services
        self._redact = redact
        self._hub: HubFile | None = None
        self._takers: list[Callable[[str], None]] = []
        self._lock = asyncio.Lock()

    def token(self) -> str:
        """Return the owner's token as it is now."""
        return self._tokens.owner

    def on_rotation(self, take: Callable[[str], None]) -> None:
        """Call ``take`` with each new token: whoever compares with it."""
        self._takers.append(take)

    async def announce(self, hub: HubFile) -> None:
        """Write ``hub.json``, now and with each new token."""
        async with self._lock:
            self._hub = hub
            await asyncio.to_thread(write_hub_file, self._home, hub)

    async def rotate(self) -> None:
        """Make a new token, write it where local programs find it, end every connection; tell it to nobody.

        Raises StorageError, and then nothing has changed.
        """
        async with self._lock:
            tokens = rotated(self._tokens)
            self._redact.hide(tokens.owner)
            await asyncio.to_thread(self._write, tokens)
            self._tokens = tokens
            for take in self._takers:
                take(tokens.owner)
        services = self._services
        services.connections.cut_all()
        logger.info("the owner's token was changed; all connections were ended")
        services.bus.publish(TokenRotated(at=services.clock.now_ms()))

    def _write(self, tokens: Tokens) -> None:
        """Write both files or neither; ``tokens.json`` first, since a hub that starts again goes by that."""
        try:
            save_tokens(self._home / TOKENS, tokens)
            if self._hub is not None:
                hub = self._hub._replace(token=tokens.owner)
                self._announce_or_undo(hub)
                self._hub = hub
        except OSError as error:
            raise StorageError(
                f"The new token could not be written down: {error.strerror or error}. The old one still holds.",
                f"Make {self._home} writable and try again.",
            ) from error

    def _announce_or_undo(self, hub: HubFile) -> None:
        try:
            write_hub_file(self._home, hub)
        except OSError:
            save_tokens(self._home / TOKENS, self._tokens)
            raise
