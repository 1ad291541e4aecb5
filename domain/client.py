"""Where a request comes from."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from ipaddress import IPv6Address, IPv6Network, ip_address
from typing import Final

MAX_USER_AGENT: Final = 512
"""Characters kept of a user agent."""
NO_ADDRESS: Final = "0.0.0.0"  # noqa: S104 - nothing is bound to it; RFC 1122 section 3.2.1.3: no address is known
_SUBSCRIBER_BITS: Final = 64


@dataclass(frozen=True, slots=True)
class Client:
    """The other end of a connection, as far as the server can tell.

    Attributes:
        address: a textual IP address, that of the client itself where trusted proxies stand between.
        user_agent: what it calls itself: at most 512 printable characters, often none; never to be trusted.
    """

    address: str
    user_agent: str

    @property
    def network(self) -> str:
        """What limits count as one client; see `network_of`."""
        return network_of(self.address)


UNKNOWN_CLIENT: Final = Client(NO_ADDRESS, "")
"""A caller without a connection, such as the command line."""


def network_of(address: str) -> str:
    """What limits count as one client: an IPv4 address, or the /64 network of an IPv6 address.

    Whoever has one IPv6 address has the whole /64 (RFC 6177), and could make a new one for every attempt.
    What is no address stays as it is.
    """
    return _subscriber(address) if ":" in address else address


def printable(user_agent: str) -> str:
    """A user agent as it is kept: without control characters, cut at 512 characters."""
    kept = user_agent[:MAX_USER_AGENT]
    return kept if kept.isprintable() else "".join(character for character in kept if character.isprintable())


@lru_cache(maxsize=1024)
def _subscriber(address: str) -> str:
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    if not isinstance(parsed, IPv6Address):
        return address
    if parsed.ipv4_mapped is not None:
        return str(parsed.ipv4_mapped)
    return str(IPv6Network((int(parsed), _SUBSCRIBER_BITS), strict=False))
