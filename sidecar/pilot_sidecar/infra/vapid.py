"""Keys that web push services know a sender by: P-256, in the form of RFC 8292."""

import base64
import binascii
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # it takes long to load, and few commands need it
    from cryptography.hazmat.primitives.asymmetric import ec

PRIVATE_BYTES = 32
PUBLIC_BYTES = 65


def make_keys() -> tuple[str, str]:
    """Return a new public and private key, as browsers and pywebpush take them."""
    from cryptography.hazmat.primitives.asymmetric import ec

    private = ec.generate_private_key(ec.SECP256R1())
    number = private.private_numbers().private_value.to_bytes(PRIVATE_BYTES, "big")
    return _public(private.public_key()), _text(number)


def public_of(private: str) -> str | None:
    """Return the public key that belongs to a private one; None for what is no key."""
    from cryptography.hazmat.primitives.asymmetric import ec

    raw = _bytes(private)
    if raw is None or len(raw) != PRIVATE_BYTES:
        return None
    try:
        return _public(ec.derive_private_key(int.from_bytes(raw, "big"), ec.SECP256R1()).public_key())
    except ValueError:
        return None


def is_public(public: str) -> bool:
    """Tell whether a text is a public key."""
    from cryptography.hazmat.primitives.asymmetric import ec

    raw = _bytes(public)
    if raw is None or len(raw) != PUBLIC_BYTES:
        return False
    try:
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), raw)
    except ValueError:
        return False
    return True


def belong_together(public: str, private: str) -> bool:
    """Tell whether two keys are a pair."""
    return public_of(private) == public.rstrip("=")


def _public(key: "ec.EllipticCurvePublicKey") -> str:
    from cryptography.hazmat.primitives import serialization

    encoding, form = serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
    return _text(key.public_bytes(encoding, form))


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _bytes(text: str) -> bytes | None:
    try:
        return base64.b64decode(text.rstrip("=") + "=" * (-len(text.rstrip("=")) % 4), altchars="-_", validate=True)
    except (binascii.Error, ValueError):
        return None
