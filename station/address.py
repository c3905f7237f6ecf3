"""Where a visitor comes from, believed only as far as the proxies in front are our own.

Used for slowing down alone and never stored: what leaves here is a network, and what is
kept of it elsewhere is a keyed digest.
"""

from functools import lru_cache
from ipaddress import IPv6Address, ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest

UNIX_SOCKET = "unix"  # in TRUSTED_PROXIES: the proxy reaches us through a local socket
HOME_NETWORK_BITS = 64  # a household gets a /64 of IPv6 addresses and may use any of them


def client_network(request: HttpRequest) -> str:
    """Return the network the visitor counts under, "" when nothing believable is known."""
    return network_of(client_address(request))


def client_address(request: HttpRequest) -> str:
    """Return the visitor's address, "" when nothing believable is known.

    X-Forwarded-For is read from the right, past our own proxies (TRUSTED_PROXIES: addresses,
    networks, "unix"). Anything further left was written by the visitor and is ignored.
    """
    trusted = tuple(settings.TRUSTED_PROXIES)
    address: str = request.META.get("REMOTE_ADDR", "")
    for hop in reversed(request.headers.get("X-Forwarded-For", "").split(",")):
        if not _is_trusted(address, trusted) or not _is_address(hop.strip()):
            break
        address = hop.strip()
    return address


def network_of(address: str) -> str:
    """Return the IPv4 address, the /64 of an IPv6 address, or "" when it is neither."""
    if not _is_address(address):
        return ""
    found = ip_address(address)
    if not isinstance(found, IPv6Address):
        return str(found)
    if found.ipv4_mapped is not None:
        return str(found.ipv4_mapped)
    return str(ip_network((found.packed, HOME_NETWORK_BITS), strict=False))


@lru_cache(maxsize=1024)
def _is_trusted(address: str, trusted: tuple[str, ...]) -> bool:
    if not _is_address(address):
        return not address and UNIX_SOCKET in trusted
    networks = (ip_network(name, strict=False) for name in trusted if name != UNIX_SOCKET)
    return any(ip_address(address) in network for network in networks)


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True
