"""Where a request comes from, as far as it can be believed."""

from collections.abc import Sequence
from functools import lru_cache
from ipaddress import ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest

UNIX_SOCKET = "unix"  # in TRUSTED_PROXIES: the edge reaches us through a local socket


def client_address(request: HttpRequest) -> str:
    """Return the sender's address, or "" when the server knows none that can be believed.

    X-Forwarded-For is read from the right, past our own proxies (TRUSTED_PROXIES: addresses
    or networks). Anything further left was written by the sender and is ignored.
    """
    peer = str(request.META.get("REMOTE_ADDR", ""))
    trusted = tuple(settings.TRUSTED_PROXIES)
    if not _is_trusted(peer, trusted):
        return peer
    for entry in reversed(request.headers.get("X-Forwarded-For", "").split(",")):
        hop = entry.strip()
        if not _is_address(hop):
            return peer
        if not _is_trusted(hop, trusted):
            return hop
    return peer


@lru_cache(maxsize=1024)
def _is_trusted(address: str, trusted: Sequence[str]) -> bool:
    if not address:
        return UNIX_SOCKET in trusted
    if not _is_address(address):
        return False
    found = ip_address(address)
    return any(found in ip_network(name, strict=False) for name in trusted if name != UNIX_SOCKET)


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True
