"""Messages as push services take them: encrypted for one device (RFC 8291), signed by this hub (RFC 8292)."""

import threading
from dataclasses import dataclass

from pilot_sidecar.core.notices_model import PushSubscription
from pilot_sidecar.infra import vapid

SIGNED_MS = 12 * 3_600_000
"""Push services take signatures for at most a day ahead; some clocks are wrong."""
RENEWED_MS = 6 * 3_600_000
_KEPT = 64


class KeyPairError(Exception):
    """The hub's keys cannot sign."""


@dataclass(frozen=True, slots=True)
class Sender:
    """Who signs."""

    public: str
    private: str
    subject: str

    def __repr__(self) -> str:
        return f"Sender({self.public})"


class Signer:
    """Signs for push services, each for some hours at a time; may be used from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._signed: dict[tuple[Sender, str], tuple[int, str]] = {}

    def header(self, sender: Sender, origin: str, now_ms: int) -> str:
        """Return what shows a push service that it is this hub; raises KeyPairError."""
        key = (sender, origin)
        with self._lock:
            at, kept = self._signed.get(key, (0, ""))
            if kept and at <= now_ms < at + RENEWED_MS:
                return kept
        signed = _sign(sender, origin, now_ms + SIGNED_MS)
        with self._lock:
            if len(self._signed) >= _KEPT:
                self._signed.clear()
            self._signed[key] = (now_ms, signed)
        return signed


def load_libraries() -> None:
    """Load what takes a while, before the first message needs it."""
    import pywebpush  # type: ignore[import-untyped] # noqa: F401 - it has no types; only loaded


def sealed(subscription: PushSubscription, body: bytes) -> bytes:
    """Return a message that only the subscribed browser can read."""
    from pywebpush import WebPusher

    keys = {"p256dh": subscription.keys.p256dh, "auth": subscription.keys.auth}
    encoded = WebPusher({"endpoint": subscription.endpoint, "keys": keys}).encode(body, "aes128gcm")
    return bytes(encoded["body"])


def _sign(sender: Sender, origin: str, until_ms: int) -> str:
    from py_vapid import Vapid02  # type: ignore[import-untyped] # it has none

    if not vapid.belong_together(sender.public, sender.private):
        raise KeyPairError
    signer = Vapid02.from_raw(sender.private.rstrip("=").encode())
    signer.conf = {"no-strict": True}  # it knows fewer forms of a contact than our setting, which was checked
    headers: dict[str, str] = signer.sign({"aud": origin, "exp": until_ms // 1000, "sub": sender.subject})
    return headers["Authorization"]
