"""Paired devices: known by the hash of their token, never the token itself."""

import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace

from pilot_sidecar.core.devices_model import DeviceView, Reach
from pilot_sidecar.core.errors import NotFoundError
from pilot_sidecar.core.models import Scope
from pilot_sidecar.core.store import Store, Write
from pilot_sidecar.core.whence import Whence
from pilot_sidecar.infra.clock import Clock


@dataclass(frozen=True, slots=True)
class Device:
    """A browser or phone that was paired."""

    id: str
    name: str
    scope: Scope
    expires_at: int | None = None
    session_id: str | None = None
    """It follows this session and its sub-agents only."""


class DeviceBook:
    """Adds devices, finds them by their token, changes and revokes them."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._by_hash: dict[bytes, Device] = {}
        self._cut: list[Callable[[str], None]] = []
        rows = "SELECT id, name, scope, token_hash, expires_at, session_id FROM devices WHERE revoked_at IS NULL"
        for device_id, name, scope, token_hash, expires_at, session_id in store.read_now(rows):
            if scope in ("view", "approve", "operate", "admin"):
                assert isinstance(token_hash, bytes)
                expires = int(expires_at) if isinstance(expires_at, int) else None
                follows = str(session_id) if session_id is not None else None
                self._by_hash[token_hash] = Device(str(device_id), str(name), scope, expires, follows)

    def find(self, token: str) -> Device | None:
        """Return the device with this token. A hash lookup: nothing to time."""
        device = self._by_hash.get(_hash(token))
        if device and device.expires_at is not None and device.expires_at <= self._clock.now_ms():
            return None
        return device

    def __len__(self) -> int:
        return len(self._by_hash)

    def on_cut(self, callback: Callable[[str], None]) -> None:
        """Call ``callback`` with a device's id when its connections have to end: revoked, or its role changed."""
        self._cut.append(callback)

    async def add(
        self, name: str, scope: Scope, whence: Whence, *, expires_at: int | None = None, session_id: str | None = None
    ) -> tuple[Device, str]:
        """Remember a new device; return it with its token, which is kept nowhere else."""
        token = secrets.token_urlsafe(32)
        device = Device(f"dev_{secrets.token_hex(6)}", name, scope, expires_at, session_id)
        now = self._clock.now_ms()
        values = (device.id, name, scope, _hash(token), now, now, whence.address, whence.reach, expires_at, session_id)
        sql = (
            "INSERT INTO devices (id, name, scope, token_hash, created_at, last_seen_at, address, reach, expires_at,"
            " session_id) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
        )
        await self._store.commit([Write(sql, values)])
        self._by_hash[_hash(token)] = device
        return device, token

    async def list(self) -> list[DeviceView]:
        """Return every device that may come in, last seen first."""
        sql = (
            "SELECT id, name, scope, created_at, last_seen_at, address, reach, expires_at, session_id FROM devices"
            " WHERE revoked_at IS NULL ORDER BY last_seen_at DESC"
        )
        names = ("id", "name", "scope", "created_at", "last_seen_at", "address", "reach", "expires_at", "session_id")
        rows = await self._store.read(sql)
        return [DeviceView.model_validate(dict(zip(names, row, strict=True))) for row in rows]

    def seen(self, device_id: str, address: str, reach: Reach) -> None:
        """Note that a device was here."""

    async def change(self, device_id: str, name: str | None = None, scope: Scope | None = None) -> Device:
        """Rename a device or give it another role, which ends its connections; raises NotFoundError."""
        token_hash, device = self._known(device_id)
        device = replace(device, name=name or device.name, scope=scope or device.scope)
        sql = "UPDATE devices SET name = ?, scope = ? WHERE id = ?"
        await self._store.commit([Write(sql, (device.name, device.scope, device_id))])
        self._by_hash[token_hash] = device
        if scope is not None:
            self._end(device_id)
        return device

    async def revoke(self, device_id: str) -> Device:
        """Cut a device off, live connections included; raises NotFoundError."""
        token_hash, device = self._known(device_id)
        del self._by_hash[token_hash]
        self._end(device_id)
        sql = "UPDATE devices SET revoked_at = ? WHERE id = ?"
        await self._store.commit([Write(sql, (self._clock.now_ms(), device_id))])
        return device

    def _known(self, device_id: str) -> tuple[bytes, Device]:
        for token_hash, device in self._by_hash.items():
            if device.id == device_id:
                return token_hash, device
        raise NotFoundError(f"There is no device {device_id}.")

    def _end(self, device_id: str) -> None:
        for callback in self._cut:
            callback(device_id)


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()
