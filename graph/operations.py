"""What passes between the transports and the executor: one operation asked for, one answer given."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import orjson

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Mapping, Sequence


class OperationKind(Enum):
    """The three kinds of operation of the GraphQL specification, section 2.3."""

    QUERY = "query"
    MUTATION = "mutation"
    SUBSCRIPTION = "subscription"

    # Members are compared by identity. `Enum` hashes their names, by a function in Python.
    __hash__ = object.__hash__


ANY_KIND: Final = frozenset(OperationKind)


class OperationRequest(NamedTuple):
    """One operation as a client sent it, already checked for the JSON types of its members."""

    query: str
    variables: Mapping[str, Any] = MappingProxyType({})
    operation_name: str | None = None
    extensions: Mapping[str, Any] = MappingProxyType({})


class Answer(NamedTuple):
    """One GraphQL response.

    `data` is JSON-able or an `orjson.Fragment` of finished JSON. `executed` is False for a request error (parse,
    validation, coercion, authentication): then the response has no `data` entry and HTTP may answer with a 4xx.
    """

    data: object = None
    errors: Sequence[Mapping[str, Any]] = ()
    executed: bool = True
    extensions: Mapping[str, Any] | None = None

    @property
    def code(self) -> str | None:
        """The code of the first error, which decides the HTTP status of a request error."""
        return self.errors[0].get("extensions", {}).get("code") if self.errors else None

    def payload(self) -> dict[str, Any]:
        """The response as a mapping for `orjson.dumps`."""
        payload: dict[str, Any] = {}
        if self.errors:
            payload["errors"] = list(self.errors)
        if self.executed:
            payload["data"] = self.data
        if self.extensions:
            payload["extensions"] = dict(self.extensions)
        return payload

    def body(self) -> bytes:
        """The response as UTF-8 JSON."""
        if self.executed and not self.errors and not self.extensions:
            return orjson.dumps({"data": self.data})
        return orjson.dumps(self.payload())


@dataclass(frozen=True, slots=True)
class AnswerStream:
    """Several responses to one operation, each a mapping for `orjson.dumps`.

    `incremental` tells @defer/@stream payloads (`hasNext`, `incremental`) from the events of a subscription.
    Whoever takes it closes it.
    """

    payloads: AsyncGenerator[dict[str, Any], None]
    incremental: bool
