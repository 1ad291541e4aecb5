"""Mutations behind a transaction pooler, where no two transactions are sure of the same server connection."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from domain.tables.catalog import DataType, TypeKind
from domain.tables.plan import Parameter
from domain.tables.statement import Statement, Values, WriteFailedError, WriteRootStatements, WriteStatement
from domain.tables.violations import RowConflictError
from persistence.database import Database, DatabaseOptions
from persistence.writing import Writing

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from tests.persistence.machine import PgBouncer

NUMBER = Parameter(0, DataType("pg_catalog", "int4", TypeKind.BASE))
INSERT = WriteStatement(
    "WITH w AS (INSERT INTO public.written VALUES ($1::text::int4) RETURNING id)"
    " SELECT array_agg(id::text), array_agg(id::text) FROM w",
    (NUMBER,),
    Statement("SELECT convert_to($1::text[]::text || $2::text[]::text || $3::text, 'UTF8')", (NUMBER,), ()),
)


@pytest.fixture
async def pooled(pooler: PgBouncer) -> AsyncGenerator[Database]:
    database = await Database.connect(DatabaseOptions(pooler.url(), prepared_statements=False))
    await database.fetch_value("DROP TABLE IF EXISTS public.written")
    await database.fetch_value("CREATE TABLE public.written (id integer PRIMARY KEY)")
    yield database
    await database.close()


def root(key: str) -> WriteRootStatements:
    return WriteRootStatements(key, (INSERT,), many=False)


async def test_many_at_once_are_each_whole(pooled: Database) -> None:
    writing = Writing(pooled)

    answers = await asyncio.gather(*(writing.write([root("a")], Values([str(n)])) for n in range(30)))

    assert answers == [[b"{%d}{%d}%d" % (n, n, n)] for n in range(30)]


async def test_a_failure_names_its_root_and_takes_back_the_others(pooled: Database) -> None:
    with pytest.raises(WriteFailedError) as raised:
        await Writing(pooled).write([root("a"), root("b")], Values(["1"]))

    assert raised.value.key == "b"
    assert isinstance(raised.value.error, RowConflictError)
    assert raised.value.error.violation.constraint == "written_pkey"
    assert await pooled.fetch_value("SELECT count(*) FROM public.written") == 0
