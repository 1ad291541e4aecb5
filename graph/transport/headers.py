"""The headers of a request by name, decoded only when asked for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING
from uuid import uuid4

if TYPE_CHECKING:
    from collections.abc import Iterator

    from starlette.types import Scope


class Headers(Mapping[str, str]):
    """A mapping of lower-case names; of a repeated header the last one."""

    __slots__ = ("_raw",)

    def __init__(self, scope: Scope) -> None:
        self._raw: dict[bytes, bytes] = dict(scope["headers"])

    def __getitem__(self, name: str) -> str:
        return self._raw[name.encode("latin-1")].decode("latin-1")

    def __iter__(self) -> Iterator[str]:
        return (name.decode("latin-1") for name in self._raw)

    def __len__(self) -> int:
        return len(self._raw)


def request_id_of(scope: Scope) -> str:
    """The id that the middleware gave the request, or a new one where there is no middleware."""
    found = scope.get("state", {}).get("request_id")
    return found if isinstance(found, str) else uuid4().hex
