"""From the bytes of a body or a query string to `OperationRequest`s; everything unfit is a BAD_REQUEST."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, TypeAlias, cast
from urllib.parse import parse_qsl

import orjson

from domain.errors import SelfgraphError
from graph.operations import OperationRequest
from graph.transport.rejections import BadRequestError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from graph.transport.persisted import PersistedQueries


Parsed: TypeAlias = OperationRequest | SelfgraphError

MAX_PARAMETERS: Final = 50
"""Parameters of a query string that are looked at before it is refused."""


def parse_json(body: bytes | str, what: str = "The body") -> object:
    """Decode JSON.

    Raises:
        BadRequestError: also for invalid UTF-8, numbers beyond a double and nesting beyond orjson's limit.
    """
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise BadRequestError(f"{what} is not valid JSON: {error}.") from None


class OperationReader:
    """Makes `OperationRequest`s out of decoded requests."""

    def __init__(self, persisted: PersistedQueries, *, max_batch_operations: int) -> None:
        self._persisted = persisted
        self._max_batch_operations = max_batch_operations

    def read(self, decoded: object) -> OperationRequest | list[Parsed]:
        """One request, or a batch in which each operation stands or falls alone.

        Raises:
            SelfgraphError: what is wrong with the request as a whole.
        """
        if isinstance(decoded, list):
            return self._batch(cast("list[object]", decoded))
        if not isinstance(decoded, dict):
            raise BadRequestError("The body has to be a JSON object, or an array of such for a batch.")
        return self.operation(cast("dict[str, Any]", decoded))

    def read_query_string(self, query_string: bytes) -> OperationRequest:
        """The request of a GET, whose `variables` and `extensions` are JSON.

        Raises:
            SelfgraphError: what is wrong with it.
        """
        try:
            pairs = parse_qsl(
                query_string.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=MAX_PARAMETERS
            )
        except ValueError:
            raise BadRequestError("The query string is not valid.") from None
        parameters: dict[str, object] = dict(pairs)
        if len(parameters) < len(pairs):
            raise BadRequestError("A parameter of the query string is given twice.")
        for name in ("variables", "extensions"):
            text = parameters.get(name)
            if isinstance(text, str):
                parameters[name] = parse_json(text, f"The parameter {name}") if text else None
        # HTML forms and some clients send every field, the empty ones too.
        parameters["operationName"] = parameters.get("operationName") or None
        return self.operation(parameters)

    def operation(self, members: Mapping[str, Any]) -> OperationRequest:
        """Check the JSON types of the members of one request and fill in a persisted query.

        Raises:
            SelfgraphError: naming the member.
        """
        query = members.get("query")
        variables = members.get("variables")
        operation_name = members.get("operationName")
        extensions = members.get("extensions")
        if variables is not None and not isinstance(variables, dict):
            raise BadRequestError("`variables` has to be an object.")
        if extensions is not None and not isinstance(extensions, dict):
            raise BadRequestError("`extensions` has to be an object.")
        if operation_name is not None and not isinstance(operation_name, str):
            raise BadRequestError("`operationName` has to be a string.")
        if extensions and "persistedQuery" in extensions:
            query = self._persisted.resolve(cast("object", extensions["persistedQuery"]), query)
        if not isinstance(query, str):
            raise BadRequestError("`query` is missing." if query is None else "`query` has to be a string.")
        return OperationRequest(
            query=query,
            variables=variables or {},
            operation_name=operation_name or None,
            extensions=extensions or {},
        )

    def _batch(self, items: list[object]) -> list[Parsed]:
        if not items:
            raise BadRequestError("The batch is empty.")
        if len(items) > self._max_batch_operations:
            raise BadRequestError(f"The batch has more than the {self._max_batch_operations} operations allowed.")
        if not all(isinstance(item, dict) for item in items):
            raise BadRequestError("Every entry of a batch has to be a JSON object.")
        return [self._entry(cast("dict[str, Any]", item)) for item in items]

    def _entry(self, members: Mapping[str, object]) -> Parsed:
        try:
            return self.operation(members)
        except SelfgraphError as error:
            return error
