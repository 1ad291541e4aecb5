"""When the executor waits for another schema before it refuses a document."""

from __future__ import annotations

import pytest
from graphql import build_schema

from domain.actor import SUPERADMIN, Actor
from graph.context import Context
from graph.execution import Executor
from graph.limits import Limits
from graph.operations import Answer, OperationRequest
from graph.served import ServedSchema


class RenewedSchemas:
    """A schema that has another field once it has been waited for."""

    def __init__(self) -> None:
        self.waited = False

    def for_role(self, role: str, *, backend: bool = False) -> ServedSchema:
        assert role == SUPERADMIN
        assert not backend
        field = "after" if self.waited else "before"
        return ServedSchema(build_schema(f"type Query {{ {field}: Int }}"), version=field)

    async def renewed(self, version: str) -> bool:
        assert version == "before"
        self.waited = True
        return True


async def answer(schemas: RenewedSchemas, query: str) -> Answer:
    answered = await Executor(schemas, Limits()).execute(OperationRequest(query), Context(Actor(SUPERADMIN), "1"))
    assert isinstance(answered, Answer)
    return answered


async def test_a_field_that_is_being_made_is_waited_for() -> None:
    schemas = RenewedSchemas()
    assert (await answer(schemas, "{ after }")).data == {"after": None}
    assert schemas.waited


@pytest.mark.parametrize(
    ("query", "code"), [("{ before", "GRAPHQL_PARSE_FAILED"), ("{ before }", None)], ids=["syntax", "valid"]
)
async def test_what_no_other_schema_would_change_is_answered_at_once(query: str, code: str | None) -> None:
    schemas = RenewedSchemas()
    assert (await answer(schemas, query)).code == code
    assert not schemas.waited
