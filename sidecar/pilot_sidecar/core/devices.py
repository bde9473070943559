"""Paired devices: known by the hash of their token, never the token itself."""

import asyncio
import hashlib
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import cast

from pilot_sidecar.core.device_names import clean_name, told_apart
from pilot_sidecar.core.devices_model import DeviceView, Reach
from pilot_sidecar.core.errors import BadRequestError, NotFoundError, StorageError, UnauthorizedError
from pilot_sidecar.core.models import Scope
from pilot_sidecar.core.store import Row, Store, Write
from pilot_sidecar.core.whence import Whence
from pilot_sidecar.infra.clock import Clock

SEEN_EVERY_MS = 60_000
"""How exactly it is kept when a device was here."""
SCOPES: dict[str, int] = {"view": 0, "approve": 1, "operate": 2, "admin": 3}

_LOAD = (
    "SELECT token_hash, id, name, scope, created_at, last_seen_at, address, reach, expires_at, session_id"
    " FROM devices WHERE revoked_at IS NULL"
)
_INSERT = (
    "INSERT INTO devices"
    " (token_hash, id, name, scope, created_at, last_seen_at, address, reach, expires_at, session_id)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
_SEEN = "UPDATE devices SET last_seen_at = ?, address = ?, reach = ? WHERE id = ?"
_CHANGE = "UPDATE devices SET name = ?, scope = ? WHERE id = ?"
_REVOKE = "UPDATE devices SET revoked_at = ? WHERE id = ?"


@dataclass(frozen=True, slots=True)
class Device:
    """A browser or phone that was paired."""

    id: str
    name: str
    scope: Scope
    expires_at: int | None = None
    session_id: str | None = None
    """It follows this session and its sub-agents only."""

    @property
    def answers(self) -> bool:
        """Whether it may answer asks."""
        return SCOPES[self.scope] >= SCOPES["approve"]


@dataclass(slots=True)
class _Kept:
    device: Device
    token_hash: bytes
    created_at: int
    seen_at: int
    address: str | None
    reach: Reach | None

    def row(self) -> Row:
        device, where = self.device, (self.address, self.reach)
        named = (self.token_hash, device.id, device.name, device.scope)
        return (*named, self.created_at, self.seen_at, *where, device.expires_at, device.session_id)

    def view(self) -> DeviceView:
        device = self.device
        return DeviceView(
            id=device.id, name=device.name, scope=device.scope, created_at=self.created_at, last_seen_at=self.seen_at,
            address=self.address or None, reach=self.reach, expires_at=device.expires_at, session_id=device.session_id,
        )  # fmt: skip


class DeviceBook:
    """Adds devices, finds them by their token, changes and revokes them."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._by_hash: dict[bytes, _Kept] = {}
        self._by_id: dict[str, _Kept] = {}
        self._cut: list[Callable[[str], None]] = []
        self._changed: list[Callable[[], None]] = []
        self._expiry_changed = asyncio.Event()
        for row in store.read_now(_LOAD):
            if (kept := _from_row(row)) is not None:
                self._keep(kept)

    def find(self, token: str) -> Device | None:
        """Return the device with this token. A hash lookup: nothing to time."""
        return self._valid(self._by_hash.get(_hash(token)))

    def get(self, device_id: str) -> Device | None:
        """Return a device that may come in now, or None."""
        return self._valid(self._by_id.get(device_id))

    def __len__(self) -> int:
        return len(self._by_id)

    def on_cut(self, callback: Callable[[str], None]) -> None:
        """Call ``callback`` with a device's id when its connections have to end: revoked, or its role changed."""
        self._cut.append(callback)

    def on_change(self, callback: Callable[[], None]) -> None:
        """Call ``callback`` after each change of what ``list`` says, but for when a device was seen."""
        self._changed.append(callback)

    async def add(
        self, name: str, scope: Scope, whence: Whence, *, expires_at: int | None = None, session_id: str | None = None
    ) -> tuple[Device, str]:
        """Remember a new device; return it with its token, which is kept nowhere else."""
        if session_id is not None and scope != "view":
            raise BadRequestError("Whoever follows one session can only watch.")
        token, now = secrets.token_urlsafe(32), self._clock.now_ms()
        free = told_apart(clean_name(name), {kept.device.name for kept in self._by_id.values()})
        device = Device(f"dev_{secrets.token_hex(6)}", free, scope, expires_at, session_id)
        kept = _Kept(device, _hash(token), now, now, whence.address, whence.reach)
        self._by_id[device.id] = kept  # its name is taken from now on
        try:
            await self._store.commit([Write(_INSERT, kept.row())])
        except BaseException:
            self._by_id.pop(device.id, None)
            raise
        if device.id not in self._by_id:
            raise UnauthorizedError("This device was revoked while it was being paired.", "Get a fresh code.")
        self._keep(kept)
        self._tell()
        return device, token

    async def list(self) -> list[DeviceView]:
        """Return every device that may come in, last seen first."""
        kept = (one for one in self._by_id.values() if self._valid(one))
        return [one.view() for one in sorted(kept, key=lambda one: -one.seen_at)]

    def seen(self, device_id: str, whence: Whence) -> None:
        """Note that a device was here; on disk about once a minute."""
        kept, now = self._by_id.get(device_id), self._clock.now_ms()
        if kept is None:
            return
        same = kept.address == whence.address and kept.reach == whence.reach
        if same and now - kept.seen_at < SEEN_EVERY_MS:
            return
        kept.seen_at, kept.address, kept.reach = now, whence.address, whence.reach
        self._store.write_soon(Write(_SEEN, (now, whence.address, whence.reach, device_id)))

    async def change(self, device_id: str, name: str | None = None, scope: Scope | None = None) -> Device:
        """Rename a device or give it another role, which ends its connections; raises NotFoundError."""
        kept = self._known(device_id)
        before = kept.device
        if before.session_id is not None and scope not in (None, "view"):
            raise BadRequestError("Whoever follows one session can only watch.", "Pair the device anew for more.")
        others = {one.device.name for one in self._by_id.values() if one is not kept}
        free = before.name if name is None else told_apart(clean_name(name, before.name), others)
        kept.device = replace(before, name=free, scope=scope or before.scope)
        if kept.device.scope != before.scope:
            self._end(device_id)
        try:
            await self._store.commit([Write(_CHANGE, (kept.device.name, kept.device.scope, device_id))])
        except BaseException:
            if SCOPES[kept.device.scope] > SCOPES[before.scope]:
                kept.device = before  # what could not be written down gives nobody more
            raise
        self._tell()
        return kept.device

    async def revoke(self, device_id: str) -> Device:
        """Cut a device off, live connections included; raises NotFoundError."""
        kept = self._known(device_id)
        device = self._forget(kept)
        try:
            await self._store.commit([Write(_REVOKE, (self._clock.now_ms(), device_id))])
        except StorageError:
            kept.device = replace(device, scope="view")  # its token and its codes are worth nothing; it stays in
            self._by_id[device_id] = kept  # the list, so that it can be tried again: a restart would let it in
            raise
        self._tell()
        return device

    async def expire_due(self) -> Sequence[Device]:
        """Cut off the devices whose time is over, and return them."""
        now = self._clock.now_ms()
        due = [one for one in self._by_id.values() if _expires(one) <= now]
        gone = [self._forget(one) for one in due]
        if gone:
            await self._store.commit([Write(_REVOKE, (now, device.id)) for device in gone])
            self._tell()
        return gone

    def next_expiry(self) -> int | None:
        """Return when the next device's time is over (ms since 1970)."""
        times = [kept.device.expires_at for kept in self._by_id.values() if kept.device.expires_at is not None]
        return min(times, default=None)

    async def expiry_changed(self, timeout_s: float | None) -> None:
        """Return when another device may be the next to expire, or after ``timeout_s``."""
        try:
            async with asyncio.timeout(timeout_s):
                await self._expiry_changed.wait()
        except TimeoutError:
            return
        self._expiry_changed.clear()

    def _valid(self, kept: _Kept | None) -> Device | None:
        return kept.device if kept is not None and _expires(kept) > self._clock.now_ms() else None

    def _keep(self, kept: _Kept) -> None:
        self._by_hash[kept.token_hash] = kept
        self._by_id[kept.device.id] = kept
        self._expiry_changed.set()

    def _forget(self, kept: _Kept) -> Device:
        self._by_hash.pop(kept.token_hash, None)
        self._by_id.pop(kept.device.id, None)
        self._end(kept.device.id)
        return kept.device

    def _known(self, device_id: str) -> _Kept:
        kept = self._by_id.get(device_id)
        if kept is None or self._valid(kept) is None:
            raise NotFoundError(f"There is no device {device_id}.", "It may have been revoked, or its time is over.")
        return kept

    def _end(self, device_id: str) -> None:
        for callback in self._cut:
            callback(device_id)

    def _tell(self) -> None:
        for callback in self._changed:
            callback()


def _from_row(row: Row) -> _Kept | None:
    token_hash, device_id, name, scope, created_at, seen_at, address, reach, expires_at, session_id = row
    if scope not in SCOPES or not isinstance(token_hash, bytes):
        return None
    device = Device(
        str(device_id), str(name), cast("Scope", scope), int(str(expires_at)) if expires_at is not None else None,
        str(session_id) if session_id is not None else None,
    )  # fmt: skip # SAFETY: the scope is one of those there are
    known: Reach | None = reach if reach in ("local", "lan", "tunnel") else None
    where = str(address) if address is not None else None
    return _Kept(device, token_hash, int(str(created_at)), int(str(seen_at)), where, known)


def _expires(kept: _Kept) -> float:
    expires_at = kept.device.expires_at
    return float("inf") if expires_at is None else expires_at


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()
