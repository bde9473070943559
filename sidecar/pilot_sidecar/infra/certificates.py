"""Certificates for the local network: an authority of this machine's own, which phones trust once, and what it signs.

The authority may speak for private networks, ``.local`` and this machine only (name constraints, marked critical:
phones and browsers of the last years honour them), so that its key, if it is ever stolen, opens nobody's bank.
"""

import contextlib
import hashlib
import ipaddress
import os
import ssl
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from pilot_sidecar.infra.files import private_dir, write_atomic

if TYPE_CHECKING:
    from cryptography import x509
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey

CA, CA_KEY, LEAF = "pilot-ca.crt", "pilot-ca.key", "hub.pem"
LEAF_DAYS, RENEW_DAYS, CA_DAYS = 397, 30, 3650
"""Browsers take no more than 397 days of a leaf."""
PRIVATE = (
    "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16", "100.64.0.0/10", "127.0.0.0/8",
    "fc00::/7", "fe80::/10", "::1/128",
)  # fmt: skip
_USAGES = (
    "digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement",
    "key_cert_sign", "crl_sign", "encipher_only", "decipher_only",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Names:
    """What the hub is called: by address and by name."""

    ips: frozenset[str]
    hosts: frozenset[str]


@dataclass(frozen=True, slots=True)
class Certificate:
    """What the hub shows to its network."""

    chain: Path
    """Key and certificate, in one file."""
    authority: bytes
    """PEM, for phones."""
    fingerprint: str
    """SHA-256 of the authority, as phones show it."""
    left_out: frozenset[str]
    """Names for which this authority cannot speak."""


def ensure_certificate(folder: Path, names: Names, now: datetime | None = None) -> Certificate:
    """Return a certificate for these names: the one that is there while it serves, else a fresh one.

    It takes some tens of milliseconds, so keep it off the loop.
    """
    now = now or datetime.now(UTC)
    private_dir(folder)
    authority, key = _authority(folder, names, now)
    allowed = Names(
        *(frozenset(name for name in group if _covers(authority, name)) for group in (names.ips, names.hosts))
    )
    if not _serves(folder / LEAF, authority, allowed, now):
        write_atomic(folder / LEAF, _make_leaf(authority, key, allowed, now))
    pem = (folder / CA).read_bytes()
    return Certificate(folder / LEAF, pem, fingerprint(pem), (names.ips | names.hosts) - allowed.ips - allowed.hosts)


def server_context(certificate: Certificate) -> ssl.SSLContext:
    """Return what a listener needs to speak TLS; load a renewed certificate into it and it serves that from then on."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_alpn_protocols(["http/1.1"])
    context.load_cert_chain(certificate.chain)
    return context


def fingerprint(pem: bytes) -> str:
    """Return the SHA-256 of a certificate, in pairs."""
    digest = hashlib.sha256(ssl.PEM_cert_to_DER_cert(pem.decode())).hexdigest().upper()
    return ":".join(digest[at : at + 2] for at in range(0, len(digest), 2))


def _authority(folder: Path, names: Names, now: datetime) -> "tuple[x509.Certificate, EllipticCurvePrivateKey]":
    """Return the authority, made anew only where there is none that can be used."""
    from cryptography import x509
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    with contextlib.suppress(OSError, ValueError, TypeError, x509.ExtensionNotFound):
        found = x509.load_pem_x509_certificate((folder / CA).read_bytes())
        key = load_pem_private_key((folder / CA_KEY).read_bytes(), None)
        if isinstance(key, EllipticCurvePrivateKey) and key.public_key() == found.public_key():
            found.extensions.get_extension_for_class(x509.NameConstraints)
            if found.not_valid_after_utc - now > timedelta(days=LEAF_DAYS):
                _keep_private(folder / CA_KEY)
                return found, key
    return _make_authority(folder, names, now)


def _make_authority(folder: Path, names: Names, now: datetime) -> "tuple[x509.Certificate, EllipticCurvePrivateKey]":
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.serialization import Encoding

    key = ec.generate_private_key(ec.SECP256R1())
    host = min(names.hosts, key=len, default="this machine")
    subject = x509.Name(
        [
            x509.NameAttribute(x509.NameOID.COMMON_NAME, f"Pilot on {host}"[:64]),
            x509.NameAttribute(x509.NameOID.ORGANIZATION_NAME, "Pilot (made on this machine)"),
        ]
    )
    usage = _usage("key_cert_sign", "crl_sign")
    authority = (
        _builder(subject, subject, key, now, CA_DAYS)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.NameConstraints(_permitted(names), None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    write_atomic(folder / CA_KEY, _key_pem(key))
    write_atomic(folder / CA, authority.public_bytes(Encoding.PEM))
    return authority, key


def _permitted(names: Names) -> "list[x509.GeneralName]":
    """Return what the authority may speak for: private networks, ``.local``, and what this machine is called today."""
    from cryptography import x509

    own = [ipaddress.ip_network(ip) for ip in sorted(names.ips) if not _is_private(ip)]
    networks = [*(ipaddress.ip_network(text) for text in PRIVATE), *own]
    hosts = ["local", "localhost", *sorted(name for name in names.hosts if not name.endswith(".local"))]
    return [*(x509.IPAddress(network) for network in networks), *(x509.DNSName(host) for host in dict.fromkeys(hosts))]


def _make_leaf(authority: "x509.Certificate", key: "EllipticCurvePrivateKey", names: Names, now: datetime) -> bytes:
    """Return a fresh key and its certificate, in one PEM."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.serialization import Encoding
    from cryptography.x509.oid import ExtendedKeyUsageOID

    own = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Pilot")])
    usage = _usage("digital_signature")
    leaf = (
        _builder(subject, authority.subject, own, now, LEAF_DAYS)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.SubjectAlternativeName(_alternatives(names)), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(own.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    return _key_pem(own) + leaf.public_bytes(Encoding.PEM)


def _builder(
    subject: "x509.Name", issuer: "x509.Name", key: "EllipticCurvePrivateKey", now: datetime, days: int
) -> "x509.CertificateBuilder":
    from cryptography import x509

    begins = now - timedelta(days=1)  # phones' clocks are not always right
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begins)
        .not_valid_after(begins + timedelta(days=days))
    )


def _usage(*allowed: str) -> "x509.KeyUsage":
    from cryptography import x509

    return x509.KeyUsage(**{name: name in allowed for name in _USAGES})


def _serves(path: Path, authority: "x509.Certificate", names: Names, now: datetime) -> bool:
    """Tell whether the certificate that is there is of this authority, has exactly these names, and lasts."""
    from cryptography import x509
    from cryptography.exceptions import InvalidSignature

    try:
        leaf = x509.load_pem_x509_certificate(path.read_bytes())
        leaf.verify_directly_issued_by(authority)
        found = leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except (OSError, ValueError, TypeError, InvalidSignature, x509.ExtensionNotFound):
        return False
    _keep_private(path)
    same = set(found) == set(_alternatives(names))
    return same and leaf.not_valid_before_utc <= now and leaf.not_valid_after_utc - now > timedelta(days=RENEW_DAYS)


def _alternatives(names: Names) -> "list[x509.GeneralName]":
    from cryptography import x509

    hosts = [x509.DNSName(host) for host in sorted(names.hosts)]
    return [*hosts, *(x509.IPAddress(ipaddress.ip_address(ip)) for ip in sorted(names.ips))]


def _covers(authority: "x509.Certificate", name: str) -> bool:
    """Tell whether the authority may speak for an address or a name."""
    from cryptography import x509

    permitted = authority.extensions.get_extension_for_class(x509.NameConstraints).value.permitted_subtrees or []
    try:
        address = ipaddress.ip_address(name)
    except ValueError:
        hosts = [entry.value for entry in permitted if isinstance(entry, x509.DNSName)]
        return any(name == host or name.endswith(f".{host}") for host in hosts)
    return any(address in ipaddress.ip_network(str(e.value)) for e in permitted if isinstance(e, x509.IPAddress))


def _is_private(ip: str) -> bool:
    return any(ipaddress.ip_address(ip) in ipaddress.ip_network(text) for text in PRIVATE)


def _key_pem(key: "EllipticCurvePrivateKey") -> bytes:
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def _keep_private(path: Path) -> None:
    if os.name == "posix":
        path.chmod(0o600)


def names_of(ips: Iterable[str], hosts: Iterable[str]) -> Names:
    """Return what a certificate has to say: addresses, and names that are valid in one."""
    return Names(frozenset(ips), frozenset(host for host in hosts if _is_name(host)))


def _is_name(host: str) -> bool:
    return bool(host) and host.isascii() and all(part and part.replace("-", "a").isalnum() for part in host.split("."))
