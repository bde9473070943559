"""Paired devices: known by the hash of their token, never the token itself."""

import hashlib
import secrets
from dataclasses import dataclass

from pilot_sidecar.core.models import Scope
from pilot_sidecar.core.store import Store, Write
from pilot_sidecar.infra.clock import Clock


@dataclass(frozen=True, slots=True)
class Device:
    """A browser or phone that was paired."""

    id: str
    name: str
    scope: Scope


class DeviceBook:
    """Adds devices and finds them by their token."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._by_hash: dict[bytes, Device] = {}
        for device_id, name, scope, token_hash in store.read_now(
            "SELECT id, name, scope, token_hash FROM devices WHERE revoked_at IS NULL"
        ):
            if scope in ("view", "approve", "operate", "admin"):
                assert isinstance(token_hash, bytes)
                self._by_hash[token_hash] = Device(str(device_id), str(name), scope)

    def find(self, token: str) -> Device | None:
        """Return the device with this token. A hash lookup: nothing to time."""
        return self._by_hash.get(_hash(token))

    def __len__(self) -> int:
        return len(self._by_hash)

    async def add(self, name: str, scope: Scope) -> tuple[Device, str]:
        """Remember a new device; return it with its token, which is kept nowhere else."""
        token = secrets.token_urlsafe(32)
        device = Device(f"dev_{secrets.token_hex(6)}", name, scope)
        now = self._clock.now_ms()
        values = (device.id, name, scope, _hash(token), now, now)
        sql = "INSERT INTO devices (id, name, scope, token_hash, created_at, last_seen_at) VALUES (?, ?, ?, ?, ?, ?)"
        await self._store.commit([Write(sql, values)])
        self._by_hash[_hash(token)] = device
        return device, token


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()
