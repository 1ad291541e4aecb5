"""Heads of requests that were read before: a client that asks again sends the same bytes, all but its body.

To read a head costs an eighth of what a small query takes. What the parser made of it once is what it would make of
it again, so it is looked up by its bytes. Nothing else is concluded from them: who the caller is, and what it may do,
is found out for each request.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from domain.bounded import BoundedCache

if TYPE_CHECKING:
    from collections.abc import Mapping

    from uvicorn.protocols.http.httptools_impl import RequestResponseCycle

LONGEST: Final = 65_536
"""Bytes of a request that is looked for; uvicorn pauses reading for longer bodies."""
_MOST: Final = 1024
_MOST_BYTES: Final = 2**20
_METHODS: Final = frozenset({"GET", "POST"})
_FRAMING: Final = frozenset({b"expect", b"transfer-encoding", b"upgrade"})
"""Headers with which a head does not tell by itself where its request ends, or what comes next."""
_OWN: Final = frozenset({"server", "client", "scheme", "state", "extensions", "headers"})
"""What a scope has of its connection, and the headers, which every request has as a list of its own."""
_END: Final = b"\r\n\r\n"


@dataclass(frozen=True, slots=True)
class KnownHead:
    """A head that the parser has read.

    Attributes:
        scope: what the scope of ASGI says of it.
        headers: the headers of that scope.
        size: how many bytes it has.
        end: how many its request has.
        read: what others have read in it, kept as long as it is known.
    """

    scope: Mapping[str, Any]
    headers: tuple[tuple[bytes, bytes], ...]
    size: int
    end: int
    read: dict[str, Any] = field(default_factory=dict[str, Any])


class KnownHeads:
    """The heads that were read last, for all connections of a server; bounded by number and bytes."""

    def __init__(self) -> None:
        self._heads: BoundedCache[bytes, KnownHead] = BoundedCache(max_entries=_MOST, max_weight=_MOST_BYTES)

    def __len__(self) -> int:
        """How many are kept."""
        return len(self._heads)

    def of(self, data: bytes) -> KnownHead | None:
        """The head that one whole request begins with, which is all of the data; None if it is not known."""
        size = data.find(_END) + 4
        known = self._heads.find(data[:size])
        return known if known is not None and known.end == len(data) else None

    def remember(self, data: bytes, cycle: RequestResponseCycle) -> None:
        """Keep the head of a request that was read from just this data, if it is one to be known by its bytes."""
        scope: Mapping[str, Any] = cycle.scope
        if not cycle.keep_alive or scope["method"] not in _METHODS:
            return
        size = data.find(_END) + 4
        if len(data) - size != len(cycle.body) or any(name in _FRAMING for name, _ in scope["headers"]):
            return
        own = {name: value for name, value in scope.items() if name not in _OWN}
        known = KnownHead(own, tuple(scope["headers"]), size, len(data))
        self._heads.add(data[:size], known, weight=size)
