"""Who a connection comes from: its peer, unless a trusted proxy names another one."""

from __future__ import annotations

from ipaddress import ip_address
from typing import TYPE_CHECKING, Any

import pytest
from fastapi import FastAPI
from hypothesis import given
from hypothesis import strategies as st

from domain.client import NO_ADDRESS
from graph.server import Server
from graph.transport.clients import MAX_HOPS, Clients
from graph.transport.headers import headers_of
from tests.graph.transport.conftest import client_of
from tests.graph.transport.test_websockets import NEW, hear, ready, say, start

if TYPE_CHECKING:
    from domain.client import Client
    from tests.graph.transport.conftest import Serve

PROXY = "10.0.0.1"
ADDRESSES = st.ip_addresses().map(str)


def named(peer: str | None, *forwarded: str, trusted: tuple[str, ...] = (), agent: bytes = b"") -> Client:
    lines = [(b"x-forwarded-for", line.encode("latin-1", "replace")) for line in forwarded]
    scope: dict[str, Any] = {
        "client": None if peer is None else (peer, 4711),
        "headers": [(b"user-agent", agent), *lines],
    }
    return Clients(trusted).of(scope, headers_of(scope))


FORWARDED = [
    (PROXY, ["192.0.2.1"], "192.0.2.1"),
    (PROXY, ["198.51.100.9, 192.0.2.1"], "192.0.2.1"),
    (PROXY, ["198.51.100.9, 192.0.2.1, 10.0.0.2,10.0.0.3"], "192.0.2.1"),
    (PROXY, ["198.51.100.9", "192.0.2.1, 10.0.0.2"], "192.0.2.1"),
    (PROXY, ["192.0.2.1:4711"], "192.0.2.1"),
    (PROXY, ["2001:db8::1"], "2001:db8::1"),
    (PROXY, ["[2001:db8::1]:4711"], "2001:db8::1"),
    (PROXY, ["::ffff:192.0.2.1"], "192.0.2.1"),
    (PROXY, ["192.0.2.1, unknown"], PROXY),
    (PROXY, ["192.0.2.1, unknown, 10.0.0.2"], "10.0.0.2"),
    (PROXY, [""], PROXY),
    (PROXY, [], PROXY),
    (PROXY, ["10.0.0.7, 10.0.0.8"], "10.0.0.7"),
    ("::ffff:10.0.0.1", ["192.0.2.1"], "192.0.2.1"),
    ("192.0.2.77", ["192.0.2.1"], "192.0.2.77"),
]


@pytest.mark.parametrize(("peer", "forwarded", "address"), FORWARDED)
def test_the_header_is_read_from_the_right_as_far_as_proxies_are_trusted(
    peer: str, forwarded: list[str], address: str
) -> None:
    assert named(peer, *forwarded, trusted=("10.0.0.0/8",)).address == address


def test_a_chain_longer_than_anyone_has_is_not_followed() -> None:
    chain = ["192.0.2.1", *["10.0.0.9"] * MAX_HOPS]
    assert named(PROXY, ",".join(chain), trusted=("10.0.0.0/8",)).address == "10.0.0.9"
    assert named(PROXY, ",".join(chain[:MAX_HOPS]), trusted=("10.0.0.0/8",)).address == "192.0.2.1"


@pytest.mark.parametrize(
    ("peer", "address"),
    [
        (None, NO_ADDRESS),
        ("fe80::1%eth0", "fe80::1"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("2001:db8::1", "2001:db8::1"),
    ],
)
def test_a_peer_has_a_plain_address(peer: str | None, address: str) -> None:
    assert named(peer).address == address


@given(st.text(st.characters(max_codepoint=255), max_size=200), st.booleans())
def test_no_header_fails_and_every_address_is_one(forwarded: str, trust: bool) -> None:  # noqa: FBT001 - hypothesis gives it
    address = named(PROXY, forwarded, trusted=("0.0.0.0/0", "::/0") if trust else ()).address
    assert str(ip_address(address)) == address
    assert trust or address == PROXY


@given(st.lists(ADDRESSES, max_size=5), ADDRESSES, st.lists(st.sampled_from(["10.1.2.3", "10.9.9.9"]), max_size=5))
def test_what_a_client_writes_itself_never_counts(forged: list[str], client: str, proxies: list[str]) -> None:
    untrusted = not client.startswith("10.")
    chain = ", ".join([*forged, client, *proxies])
    found = named(PROXY, chain, trusted=("10.0.0.0/8",)).address
    mapped = getattr(ip_address(client), "ipv4_mapped", None)
    assert not untrusted or found == str(mapped or ip_address(client))


def test_a_user_agent_comes_cleaned() -> None:
    assert named(PROXY, agent=b"curl/8.0\x07").user_agent == "curl/8.0"
    assert len(named(PROXY, agent=b"x" * 10_000).user_agent) == 512


@pytest.mark.parametrize(("trusted", "address"), [((), "127.0.0.1"), (("127.0.0.0/8",), "192.0.2.1")])
async def test_resolvers_see_the_client_of_a_request(serve: Serve, trusted: tuple[str, ...], address: str) -> None:
    headers = {"X-Forwarded-For": "198.51.100.9, 192.0.2.1", "User-Agent": "tester/1"}
    with serve(clients=Clients(trusted)) as served:
        async with client_of(served, **headers) as client:
            response = await client.post("/graphql", json={"query": "{ client }"})
        async with ready(served, NEW, additional_headers=headers, user_agent_header=None) as socket:
            await say(socket, start(NEW, "{ client }"))
            heard = (await hear(socket))["payload"]
    assert response.json()["data"]["client"] == f"{address} tester/1"
    assert heard["data"]["client"] == f"{address} tester/1"


def test_uvicorn_does_not_read_the_header_before_us() -> None:
    # Its own handling believes every client on loopback, and rewrites the peer.
    assert Server(FastAPI(), drain_seconds=1, max_frame_bytes=1).config.proxy_headers is False
