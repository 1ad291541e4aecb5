"""Finds out who a connection comes from: its peer, or what trusted proxies say of it."""

from __future__ import annotations

from functools import lru_cache
from ipaddress import ip_address, ip_network
from typing import TYPE_CHECKING, Final

from domain.client import NO_ADDRESS, Client, printable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from starlette.types import Scope

MAX_HOPS: Final = 32
"""Proxies that are followed; a longer chain is one that a client made up."""
_CACHED_HOPS: Final = 1024


class Clients:
    """Names the client of a connection; nothing in its headers can make it fail.

    `X-Forwarded-For` is read from the right, each entry only where the one that wrote it is trusted, because a client
    may put into it what it likes. Without a trusted proxy the header is not looked at.

    Args:
        trusted_proxies: networks such as `10.0.0.0/8`, or single addresses.
    """

    def __init__(self, trusted_proxies: Iterable[str] = ()) -> None:
        self._trusted = tuple(ip_network(each, strict=False) for each in trusted_proxies)
        self._is_trusted = lru_cache(maxsize=_CACHED_HOPS)(self._check)

    def of(self, scope: Scope, headers: Mapping[str, str]) -> Client:
        """The client of an HTTP request or of a websocket's handshake."""
        peer = scope.get("client")
        address: str = (peer and peer[0]) or NO_ADDRESS
        if ":" in address:
            # The zone is this machine's own name for a network; IPv4 looks like IPv6 on a socket for both.
            address = address.partition("%")[0].removeprefix("::ffff:")
        if self._trusted:
            address = self._forwarded(address, scope)
        return _client(address, headers.get("user-agent", ""))

    def _forwarded(self, peer: str, scope: Scope) -> str:
        address = peer
        for hop in _hops(scope):
            if not self._is_trusted(address):
                return address
            named = _address_in(hop)
            if named is None:
                return address
            address = named
        return address

    def _check(self, address: str) -> bool:
        try:
            parsed = ip_address(address)
        except ValueError:
            return False
        return any(parsed in network for network in self._trusted)


@lru_cache(maxsize=1024)
def _client(address: str, user_agent: str) -> Client:
    return Client(address, printable(user_agent))


def _hops(scope: Scope) -> Iterator[str]:
    """The entries of `X-Forwarded-For` from the last to the first; repeated headers are one list (RFC 9110, 5.3)."""
    lines = [value for name, value in scope["headers"] if name == b"x-forwarded-for"]
    hops = b",".join(lines).decode("latin-1").rsplit(",", MAX_HOPS)
    return (hop.strip() for hop in hops[: -MAX_HOPS - 1 : -1])


def _address_in(hop: str) -> str | None:
    """The address of an entry: `192.0.2.1`, `192.0.2.1:4711`, `2001:db8::1` or `[2001:db8::1]:4711`; else None."""
    text = hop
    if hop.startswith("["):
        text = hop[1:].partition("]")[0]
    elif hop.count(":") == 1:
        text = hop.partition(":")[0]
    try:
        parsed = ip_address(text.partition("%")[0])
    except ValueError:
        return None
    return str(getattr(parsed, "ipv4_mapped", None) or parsed)
