"""Whether an address is this machine's own, asked for each connection and therefore answered in microseconds."""

import errno
import ipaddress
import socket
from functools import cache

_FOREIGN = {4: "203.0.113.113", 6: "2001:db8::113"}
"""Set aside for documentation: nobody's."""


def is_own_address(ip: str) -> bool:
    """Tell whether a connection from this address began on this machine: whoever could listen there is here."""
    try:
        found = ipaddress.ip_address(ip)
    except ValueError:
        return False
    if found.is_loopback or found.is_unspecified or found.is_multicast:
        return found.is_loopback
    if binds_anything(found.version):
        return ip in _listed()
    return _binds(str(found), found.version)


@cache
def binds_anything(version: int) -> bool:
    """Tell whether this system lets programs listen at others' addresses (``ip_nonlocal_bind``)."""
    return _binds(_FOREIGN[version], version)


def _binds(ip: str, version: int) -> bool:
    try:
        with socket.socket(socket.AF_INET if version == 4 else socket.AF_INET6, socket.SOCK_DGRAM) as probe:
            probe.bind((ip, 0))
    except OSError as error:
        # EINVAL: a link-local address, which is bound with its interface only
        return error.errno == errno.EINVAL and version == 6 and ip in _listed()
    return True


def _listed() -> frozenset[str]:
    import psutil

    return frozenset(entry.address.partition("%")[0] for found in psutil.net_if_addrs().values() for entry in found)
