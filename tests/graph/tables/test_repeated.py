"""What a repeated operation does not do again, and what many different ones leave behind."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from graph import documents
from graph.documents import Documents
from graph.limits import Limits
from graph.served import ServedSchema
from graph.tables import compiler
from persistence.tables import PostgresTables
from tests.graph.tables.planning import SCHEMA

if TYPE_CHECKING:
    import pytest

    from tests.graph.conftest import Serve

TABLE = "CREATE TABLE album (id integer PRIMARY KEY, title text); INSERT INTO album VALUES (1, 'a'), (2, 'b')"


async def test_a_repeated_operation_is_not_parsed_checked_planned_or_rendered_again(
    serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    served = await serve(TABLE)
    query = "query ($id: Int!) { album(where: {id: {_eq: $id}}) { title } }"
    called: list[str] = []

    def counted(owner: Any, name: str) -> None:
        real = getattr(owner, name)

        def call(*given: Any, **named: Any) -> Any:
            called.append(name)
            return real(*given, **named)

        monkeypatch.setattr(owner, name, call)

    for owner, name in (
        (documents, "parse"), (documents, "validate"), (compiler, "Lowering"), (compiler, "secure"), (PostgresTables, "render")
    ):  # fmt: skip
        counted(owner, name)

    assert await served.data(query, {"id": 1}) == {"album": [{"title": "a"}]}
    assert called == ["parse", "validate", "Lowering", "secure", "render"]
    called.clear()
    for number in (1, 2, 2):
        assert await served.data(query, {"id": number}) == {"album": [{"title": "ab"[number - 1]}]}
    assert called == []


def test_ten_thousand_documents_leave_no_more_than_a_thousand_behind() -> None:
    checked = Documents(Limits(), introspection=True)
    served = ServedSchema(SCHEMA, "1")
    for number in range(10_000):
        checked.check(f"{{ a{number}: __typename }}", served)
    assert checked.remembered == documents.MAX_DOCUMENTS
