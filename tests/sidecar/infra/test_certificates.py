"""The authority that phones trust once, and what it signs."""

import ssl
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509

from pilot_sidecar.infra.certificates import Names, ensure_certificate, fingerprint, names_of, server_context

NOW = datetime(2026, 3, 1, tzinfo=UTC)
HOME = names_of(["192.168.1.5", "fd00::5"], ["mybox", "mybox.local"])
CAFE = names_of(["10.0.0.9"], ["mybox", "mybox.local"])


def _leaf(folder: Path) -> x509.Certificate:
    return x509.load_pem_x509_certificate((folder / "hub.pem").read_bytes())


def _names(folder: Path) -> set[str]:
    found = _leaf(folder).extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    return {str(entry.value) for entry in found}


def test_keys_are_private_from_the_first_byte(tmp_path: Path) -> None:
    folder = tmp_path / "tls"
    ensure_certificate(folder, HOME, NOW)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}
    assert {path.name for path in folder.iterdir()} == {"pilot-ca.crt", "pilot-ca.key", "hub.pem"}


def test_the_leaf_is_one_that_phones_accept(tmp_path: Path) -> None:
    made = ensure_certificate(tmp_path / "tls", HOME, NOW)
    leaf = _leaf(tmp_path / "tls")
    assert _names(tmp_path / "tls") == {"192.168.1.5", "fd00::5", "mybox", "mybox.local"}
    assert (leaf.not_valid_after_utc - leaf.not_valid_before_utc).days <= 397
    usage = leaf.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    assert [purpose.dotted_string for purpose in usage] == ["1.3.6.1.5.5.7.3.1"]
    assert not leaf.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    authority = x509.load_pem_x509_certificate(made.authority)
    leaf.verify_directly_issued_by(authority)
    assert made.left_out == frozenset()
    assert server_context(made).minimum_version == ssl.TLSVersion.TLSv1_2


def test_the_authority_speaks_for_private_networks_only(tmp_path: Path) -> None:
    made = ensure_certificate(tmp_path / "tls", HOME, NOW)
    found = x509.load_pem_x509_certificate(made.authority).extensions.get_extension_for_class(x509.NameConstraints)
    assert found.critical
    permitted = {str(entry.value) for entry in found.value.permitted_subtrees or []}
    assert {"192.168.0.0/16", "10.0.0.0/8", "local", "mybox"} <= permitted
    assert not {"0.0.0.0/0", "::/0", ""} & permitted
    assert fingerprint(made.authority) == made.fingerprint
    assert len(made.fingerprint.split(":")) == 32


def test_a_second_start_changes_nothing(tmp_path: Path) -> None:
    first = ensure_certificate(tmp_path, HOME, NOW)
    leaf = _leaf(tmp_path)
    assert ensure_certificate(tmp_path, HOME, NOW + timedelta(days=300)) == first
    assert _leaf(tmp_path) == leaf


def test_another_network_gets_another_leaf_of_the_same_authority(tmp_path: Path) -> None:
    first = ensure_certificate(tmp_path, HOME, NOW)
    second = ensure_certificate(tmp_path, CAFE, NOW)
    assert second.authority == first.authority
    assert _names(tmp_path) == {"10.0.0.9", "mybox", "mybox.local"}


def test_a_leaf_is_renewed_before_it_ends(tmp_path: Path) -> None:
    first = ensure_certificate(tmp_path, HOME, NOW)
    later = NOW + timedelta(days=380)
    assert ensure_certificate(tmp_path, HOME, later).authority == first.authority
    assert _leaf(tmp_path).not_valid_after_utc > later + timedelta(days=300)


def test_an_authority_near_its_end_is_made_anew(tmp_path: Path) -> None:
    first = ensure_certificate(tmp_path, HOME, NOW)
    assert ensure_certificate(tmp_path, HOME, NOW + timedelta(days=3400)).authority != first.authority


@pytest.mark.parametrize(
    "broken", [b"", b"not a certificate", b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"]
)
@pytest.mark.parametrize("name", ["pilot-ca.crt", "pilot-ca.key", "hub.pem"])
def test_what_is_broken_is_made_anew(tmp_path: Path, name: str, broken: bytes) -> None:
    first = ensure_certificate(tmp_path, HOME, NOW)
    (tmp_path / name).write_bytes(broken)
    second = ensure_certificate(tmp_path, HOME, NOW)
    assert (second.authority == first.authority) == (name == "hub.pem")
    _leaf(tmp_path).verify_directly_issued_by(x509.load_pem_x509_certificate(second.authority))


def test_a_key_that_others_could_read_is_private_again(tmp_path: Path) -> None:
    ensure_certificate(tmp_path, HOME, NOW)
    for name in ("pilot-ca.key", "hub.pem"):
        (tmp_path / name).chmod(0o644)
    ensure_certificate(tmp_path, HOME, NOW)
    assert {stat.S_IMODE((tmp_path / name).stat().st_mode) for name in ("pilot-ca.key", "hub.pem")} == {0o600}


def test_a_public_address_counts_if_it_was_there_when_the_authority_was_made(tmp_path: Path) -> None:
    public = Names(HOME.ips | {"203.0.113.7"}, HOME.hosts)
    assert ensure_certificate(tmp_path / "with", public, NOW).left_out == frozenset()
    ensure_certificate(tmp_path / "without", HOME, NOW)
    made = ensure_certificate(tmp_path / "without", Names(public.ips, HOME.hosts | {"other.example"}), NOW)
    assert made.left_out == {"203.0.113.7", "other.example"}
    assert _names(tmp_path / "without") == {"192.168.1.5", "fd00::5", "mybox", "mybox.local"}


def test_names_that_no_certificate_can_hold_are_left_out() -> None:
    found = names_of([], ["mybox", "my_box", "mybox.local", "", "ümlaut", "a..b"])
    assert found.hosts == {"mybox", "mybox.local"}
