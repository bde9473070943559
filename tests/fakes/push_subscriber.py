"""A browser as push services and senders see it: its keys, and how it reads what is for it (RFC 8188, RFC 8291)."""

import base64
import hashlib
import hmac
import json
import secrets
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

TAG = 16


def text(raw: bytes) -> str:
    """Return bytes as browsers write them."""
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def raw(encoded: str) -> bytes:
    return base64.urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4))


def point(key: ec.EllipticCurvePublicKey) -> bytes:
    return key.public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)


@dataclass
class Subscriber:
    """One subscription of one browser."""

    endpoint: str
    public_key: str
    """The hub's, which it was made with."""
    private: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    auth: bytes = field(default_factory=lambda: secrets.token_bytes(16))

    def subscription(self, origin: str) -> dict[str, Any]:
        """Return what the page tells the hub."""
        keys = {"p256dh": text(point(self.private.public_key())), "auth": text(self.auth)}
        return {"endpoint": self.endpoint, "keys": keys, "publicKey": self.public_key, "origin": origin}

    def read(self, sealed: bytes) -> dict[str, Any]:
        """Return the message in a body; raises ValueError or InvalidTag for what is not for this browser."""
        salt, record_size, length = sealed[:16], int.from_bytes(sealed[16:20], "big"), sealed[20]
        sender, record = sealed[21 : 21 + length], sealed[21 + length :]
        if length != 65 or not TAG < len(record) <= record_size:
            raise ValueError("this is not one record of a sender that says its key")
        plain = AESGCM(*(keys := self._keys(salt, sender))[:1]).decrypt(keys[1], record, None)
        padded = plain.rstrip(b"\0")
        if padded[-1:] != b"\2":
            raise ValueError("the last record does not say so")
        return dict(json.loads(padded[:-1]))

    def _keys(self, salt: bytes, sender: bytes) -> tuple[bytes, bytes]:
        theirs = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), sender)
        shared = self.private.exchange(ec.ECDH(), theirs)
        info = b"WebPush: info\0" + point(self.private.public_key()) + sender
        secret = _hmac(_hmac(self.auth, shared), info + b"\1")
        key = _hmac(salt, secret)
        return (
            _hmac(key, b"Content-Encoding: aes128gcm\0\1")[:16],
            _hmac(key, b"Content-Encoding: nonce\0\1")[:12],
        )


def _hmac(key: bytes, message: bytes) -> bytes:
    return hmac.new(key, message, hashlib.sha256).digest()
