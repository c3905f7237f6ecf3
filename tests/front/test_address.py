"""Whose address is believed, and what counts as one visitor."""

import pytest
from django.test import RequestFactory, override_settings

from station.address import client_address, network_of

PROXIES = ["10.0.0.0/8", "192.0.2.1", "unix"]


@pytest.mark.parametrize(
    ("peer", "forwarded", "address"),
    [
        ("203.0.113.9", "", "203.0.113.9"),
        ("203.0.113.9", "198.51.100.1", "203.0.113.9"),  # a visitor's own claim
        ("10.1.2.3", "198.51.100.1", "198.51.100.1"),
        ("10.1.2.3", "1.1.1.1, 198.51.100.1", "198.51.100.1"),
        ("10.1.2.3", "198.51.100.1, 192.0.2.1", "198.51.100.1"),
        ("10.1.2.3", "10.9.9.9", "10.9.9.9"),
        ("10.1.2.3", "not an address", "10.1.2.3"),
        ("10.1.2.3", "", "10.1.2.3"),
        ("", "198.51.100.1", "198.51.100.1"),
        ("10.1.2.3", "2001:db8::7", "2001:db8::7"),
    ],
)
def test_only_our_own_proxies_are_believed(peer: str, forwarded: str, address: str) -> None:
    request = RequestFactory().get(
        "/", REMOTE_ADDR=peer, headers={"X-Forwarded-For": forwarded} if forwarded else None
    )

    with override_settings(TRUSTED_PROXIES=PROXIES):
        assert client_address(request) == address


def test_without_proxies_the_header_is_ignored() -> None:
    request = RequestFactory().get(
        "/", REMOTE_ADDR="10.1.2.3", headers={"X-Forwarded-For": "198.51.100.1"}
    )

    assert client_address(request) == "10.1.2.3"


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.9", "203.0.113.9"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("::ffff:203.0.113.9", "203.0.113.9"),
        ("", ""),
        ("x", ""),
    ],
)
def test_a_household_is_one_visitor(address: str, network: str) -> None:
    assert network_of(address) == network
