from __future__ import annotations

from typing import TYPE_CHECKING

import asyncpg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graph.tables.array_text import array_items

if TYPE_CHECKING:
    from persistence.embedded import EmbeddedServer


@pytest.mark.parametrize(
    ("text", "items"),
    [
        ("{}", []),
        (" { } ", []),
        ("{a}", ["a"]),
        ("{ a b , c }", ["a b", "c"]),
        ('{"a,b","say \\"hi\\"","",NULL,"NULL",null}', ["a,b", 'say "hi"', "", None, "NULL", None]),
        ("a", None),
        ("{a", None),
        ("{a,}", None),
        ("{,a}", None),
        ("{ ,a}", None),
        ("{a, }", None),
        ("{{a},{b}}", None),
        ('{"a" b}', None),
        ('{"a}', None),
    ],
)
def test_the_items_are_those_of_postgresql(text: str, items: list[str | None] | None) -> None:
    assert array_items(text) == items


@settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.none() | st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]))))
async def test_what_postgresql_writes_is_read(embedded_server: EmbeddedServer, items: list[str | None]) -> None:
    connection = await asyncpg.connect(embedded_server.url)
    try:
        written = await connection.fetchval("SELECT $1::text[]::text", items)
    finally:
        await connection.close()

    assert array_items(written) == items
