"""Which clients count as one, and what is kept of a user agent."""

from __future__ import annotations

import unicodedata
from ipaddress import IPv6Address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.client import MAX_USER_AGENT, Client, network_of, printable

NETWORKS = [
    ("192.0.2.1", "192.0.2.1"),
    ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
    ("2001:DB8:1:2::", "2001:db8:1:2::/64"),
    ("::1", "::/64"),
    ("::ffff:192.0.2.1", "192.0.2.1"),
    ("not:an:address", "not:an:address"),
    ("", ""),
]


@pytest.mark.parametrize(("address", "network"), NETWORKS)
def test_an_ipv6_address_counts_as_its_network(address: str, network: str) -> None:
    assert network_of(address) == network
    assert network_of(network) == network
    assert Client(address, "").network == network


@given(st.ip_addresses(v=6), st.integers(0, 2**64 - 1))
def test_a_new_address_in_the_same_network_is_no_new_client(address: IPv6Address, interface: int) -> None:
    neighbour = IPv6Address(int(address) >> 64 << 64 | interface)
    assume_same = address.ipv4_mapped is None and neighbour.ipv4_mapped is None
    assert not assume_same or network_of(str(address)) == network_of(str(neighbour))


@given(st.text(max_size=2 * MAX_USER_AGENT))
def test_a_user_agent_is_short_and_has_no_control_characters(text: str) -> None:
    kept = printable(text)
    assert len(kept) <= MAX_USER_AGENT
    assert not any(unicodedata.category(character).startswith("C") for character in kept)


def test_an_ordinary_user_agent_is_kept() -> None:
    agent = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"
    assert printable(agent) == agent
    assert printable("a\r\nX-Forged: 1\x00") == "aX-Forged: 1"
