"""A schema whose types are made on demand is the whole one, type by type, whatever is asked for first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from graphql import print_schema, print_type

from domain.tables.rights import Unrestricted
from graph.app import naming_of
from graph.role_schema import RoleSchema, basis_of, build_schema, static_schema
from graph.schema import TableOptions
from tests.graph.tables.rights import GivenRights, everything, reads
from tests.graph.tables.serving import CHINOOK, settings_for
from tests.graph.tables.test_odd_names import REFERRING, odd_tables

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from domain.tables.catalog import Catalog
    from domain.tables.rights import Rights
    from graph.tables.basis import Basis
    from tests.graph.conftest import Serve

KINDS = """
CREATE TYPE mood AS ENUM ('sad', 'happy');
CREATE DOMAIN positive AS integer CHECK (value > 0);
CREATE TABLE kind (
    id integer PRIMARY KEY, feeling mood, feelings mood[], big bigint, exact numeric, real8 float8, yes boolean, words text,
    document jsonb, documents jsonb[], span int4range, spans int4multirange, found tsvector, number positive,
    address inet, "interval" interval, other xml, parent_id integer REFERENCES kind, UNIQUE (big, exact)
);
CREATE TABLE half (kind_id integer REFERENCES kind, size integer);
CREATE VIEW seen AS SELECT feeling, count(*) FROM kind GROUP BY feeling;
CREATE FUNCTION kinds_of(feeling mood, since date DEFAULT now()) RETURNS SETOF kind STABLE LANGUAGE sql
    AS $$ SELECT * FROM kind $$;
CREATE FUNCTION first_kind() RETURNS kind STABLE LANGUAGE sql AS $$ SELECT * FROM kind LIMIT 1 $$;
"""
SCRIPTS: dict[str, Callable[[], str]] = {
    "chinook": CHINOOK.read_text,
    "odd names": odd_tables,
    "references": lambda: REFERRING,
    "kinds": lambda: KINDS,
}
STATIC = static_schema()


def assert_same(basis: Basis, rights: Rights, names: Sequence[str]) -> None:
    """Asked for names in this order, the schema has the types of the whole one and no others."""
    whole = build_schema(STATIC, basis, rights)
    schema = RoleSchema(STATIC, basis, rights)
    for name in names:
        made, expected = schema.get_type(name), whole.get_type(name)
        assert (made is None) == (expected is None), name
        assert (name in schema.type_map) == (name in whole.type_map)
        assert schema.get_type(name) is made
        if made is not None and expected is not None:
            assert print_type(made) == print_type(expected)
    assert schema.get_type("Never") is None
    assert print_schema(schema) == print_schema(whole)
    for own, other in ((schema.query_type, whole.query_type), (schema.mutation_type, whole.mutation_type)):
        assert own
        assert other
        assert own.name == other.name
        assert list(own.fields) == list(other.fields)
        assert len(own.fields) == len(other.fields)


@pytest.mark.parametrize("naming", ["camel", "snake"])
@pytest.mark.parametrize("script", SCRIPTS)
async def test_each_type_is_there_exactly_if_it_is_in_the_whole_schema(
    serve: Serve, script: str, naming: Any, migrated_database: str
) -> None:
    served = await serve(SCRIPTS[script](), table_naming=naming)
    schemas: Any = served.endpoint
    model = schemas._executor._schemas.model
    options = TableOptions(naming_of(settings_for(migrated_database, table_naming=naming)), "public")
    basis = basis_of(STATIC, model, options)

    names = list(build_schema(STATIC, basis, Unrestricted()).type_map)
    assert_same(basis, Unrestricted(), names)
    for rights in some_rights(model.catalog):
        assert_same(basis, rights, names[::-1])


def some_rights(catalog: Catalog) -> list[Rights]:
    """Rights to nothing, to one table, to a column of each table, and to change what is not read."""
    tables = catalog.tables[:3]
    first = {table.name.name: table.columns[0].name for table in tables}
    return [
        GivenRights(),
        GivenRights(**{tables[0].name.name: everything(tables[0])}),
        GivenRights(
            **{
                name: everything(catalog.by_name[table.name], reads(first[name]))
                for table in tables
                if (name := table.name.name)
            }
        ),
        GivenRights(**{table.name.name: everything(table, None) for table in tables}),
    ]
