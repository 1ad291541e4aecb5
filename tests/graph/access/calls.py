"""Calls with another key than the superadmin's."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.graph.tables.serving import Served

CREATE_KEY = "mutation($input: CreateApiKeyInput!) { createApiKey(input: $input) { secret key { id name } } }"


async def make_key(served: Served, name: str, role: str, scopes: list[str] | None = None, **more: Any) -> str:
    """The secret of a new key."""
    made = await served.data(CREATE_KEY, {"input": {"name": name, "role": role, "scopes": scopes, **more}})
    secret: str = made["createApiKey"]["secret"]
    return secret


async def call(
    served: Served, key: str, query: str, variables: Mapping[str, Any] | None = None
) -> tuple[dict[str, Any] | None, str | None]:
    """The data of an answer and the code of its first error."""
    body = {"query": query, "variables": variables or {}}
    answer = (await served.http.post("/graphql", json=body, headers={"apikey": key})).json()
    errors = answer.get("errors")
    return answer.get("data"), errors[0]["extensions"]["code"] if errors else None
