"""The slice `explanations`: how operations over tables are run."""

from __future__ import annotations

from typing import Annotated, cast

import orjson
import strawberry

from domain.errors import InvalidInputError
from graph.errors import DocumentError
from graph.operations import OperationRequest
from graph.permissions import administrators
from graph.scalars import Json
from graph.use_cases import Info

MAX_SESSION = 100
"""Session variables that are given at most."""


@strawberry.type(description="An SQL statement of an operation, and how PostgreSQL goes about it.")
class Explanation:
    """An SQL statement of an operation, and how PostgreSQL goes about it."""

    fields: list[str] = strawberry.field(description="The response keys of the root fields that it answers.")
    sql: str = strawberry.field(description="Its text, with `$1`, `$2` and so on for values.")
    values: Json = strawberry.field(
        description="The values: texts, lists of texts, or null; null too for what an earlier statement would give."
    )
    plan: Json = strawberry.field(description="What `EXPLAIN (FORMAT JSON)` tells (PostgreSQL manual, EXPLAIN).")
    cost: float = strawberry.field(description="The planner's estimate of its cost, in the planner's own unit.")


@strawberry.type
class ExplanationsQuery:
    """The slice's part of the query root."""

    @strawberry.field(
        permission_classes=[administrators("explanations:read")],
        description="The SQL statements that an operation becomes for a role, with PostgreSQL's plans of them. Nothing "
        "of a mutation is run. An operation that asks for no table has none. The role need not be one of the caller's. "
        "Errors: VALIDATION with `problems` where the document is not valid for the role.",
    )
    async def explain(
        self,
        info: Info,
        *,
        query: Annotated[str, strawberry.argument(description="The document.")],
        variables: Annotated[Json | None, strawberry.argument(description="Its variables, an object.")] = None,
        operation_name: Annotated[str | None, strawberry.argument(description="Which of its operations.")] = None,
        role: Annotated[str | None, strawberry.argument(description="For whom; the caller's own if absent.")] = None,
        session: Annotated[
            Json | None, strawberry.argument(description='Session variables, such as `{"x-user-id": "..."}`.')
        ] = None,
        analyze: Annotated[
            bool, strawberry.argument(description="Run the statement of a query, in a transaction that cannot write.")
        ] = False,
    ) -> list[Explanation]:
        actor = info.context.actor
        asked = role or actor.role
        request = OperationRequest(query, _object(variables, "variables"), operation_name)
        known = {**actor.session, **_variables(session), "x-role": asked}
        try:
            found = await info.root_value.explainer.explain(request, asked, known, analyze=analyze)
        except DocumentError as error:
            raise InvalidInputError("; ".join(str(entry["message"]) for entry in error.entries), ("query",)) from None
        return [
            Explanation(
                fields=list(each.keys),
                sql=each.sql,
                values=Json(list(each.values)),
                plan=Json(orjson.loads(each.plan)),
                cost=each.cost,
            )
            for each in found
        ]


def _object(given: object, name: str) -> dict[str, object]:
    """The members of an argument that is an object; an input of this scalar is its text."""
    value: object = {} if given is None else orjson.loads(cast("str", given))
    if not isinstance(value, dict):
        raise InvalidInputError(f"`{name}` has to be an object.", (name,))
    return cast("dict[str, object]", value)


def _variables(session: object) -> dict[str, str]:
    """Session variables by their names as rules spell them: `X-Hasura-User-Id` is `x-user-id`."""
    members = _object(session, "session")
    if len(members) > MAX_SESSION or not all(isinstance(value, str) for value in members.values()):
        raise InvalidInputError(f"`session` holds at most {MAX_SESSION} texts.", ("session",))
    names = {name: name.lower().removeprefix("x-hasura-").removeprefix("x-") for name in members}
    return {f"x-{names[name]}": cast("str", value) for name, value in members.items()}
