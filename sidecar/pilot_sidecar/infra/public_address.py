"""Whether an address is one that everybody on the internet would reach the same machine under."""

import ipaddress

_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
_UNICAST = ipaddress.IPv6Network("2000::/3")


def is_public(text: str) -> bool:
    """Tell whether an address is public: not this machine's, not a private network's, not one that is set aside."""
    try:
        found = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return False
    if isinstance(found, ipaddress.IPv4Address):
        return _is_public_v4(found)
    if (inner := found.ipv4_mapped or found.sixtofour) is not None:
        return _is_public_v4(inner)
    if found in _NAT64:  # how networks without IPv4 reach the rest of it
        return _is_public_v4(ipaddress.IPv4Address(int(found) & 0xFFFF_FFFF))
    return found in _UNICAST and found.is_global


def _is_public_v4(found: ipaddress.IPv4Address) -> bool:
    return found.is_global and not found.is_multicast and not found.is_reserved
