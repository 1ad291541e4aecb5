"""Names that GraphQL cannot hold, that clash, or that the platform has already: every table is served all the same."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from graphql import build_client_schema, build_schema, get_introspection_query, print_schema, validate_schema

from tests.graph.tables.serving import CHINOOK

if TYPE_CHECKING:
    from graphql import GraphQLObjectType, GraphQLSchema

    from graph.role_schema import RoleSchema
    from tests.graph.conftest import Serve
    from tests.graph.tables.serving import Served

ODD_TABLES = (
    "Invoice",
    "invoice",
    "INVOICE",
    "invoice line",
    "invoice-line",
    "invoice_line",
    "InvoiceLine",
    "invoiceLine",
    "2fast",
    "_2fast",
    "__secret",
    "_secret",
    "___",
    "_",
    "é",
    "日本語",
    "😀",
    "a.b",
    "a__b",
    "a_b_",
    "trailing_",
    "select",
    "table",
    "tables",
    "system",
    "query",
    "Query",
    "mutation",
    "subscription",
    "reload_catalog",
    "catalog_changed",
    "catalog_version",
    "column",
    "key",
    "index",
    "order_by",
    "OrderBy",
    "album",
    "album_bool_exp",
    "AlbumBoolExp",
    "album_order_by",
    "album_by_pk",
    "album_aggregate",
    "albums",
    "insert_album",
    "album_one",
    "string_comparison_exp",
    "StringComparisonExp",
    "Int_comparison_exp",
    "Int",
    "String",
    "Boolean",
    "ID",
    "bigint",
    "uuid",
    "numeric",
    "jsonb",
    "true",
    "null",
    "t0",
    "r",
    "user",
    "group",
    "where",
    "limit",
    "type",
    "fragment",
    "on",
)
ODD_COLUMNS = (
    "id",
    "Id",
    "ID",
    "album",
    "album_id",
    "albumId",
    "albumBy",
    "_and",
    "_or",
    "_not",
    "and",
    "__typename",
    "_typename",
    "where",
    "order_by",
    "1st",
    "two words",
    "two-words",
    "two_words",
    "twoWords",
    "é",
    "e",
    "ñ~!",
    "select",
    "o",
    "r",
    "t0",
)
REFERRING = (
    'CREATE TABLE "album" (id integer PRIMARY KEY);'
    "CREATE TABLE referring ("
    + ", ".join(f'"{name}" integer' for name in ODD_COLUMNS)
    + ', PRIMARY KEY (id), FOREIGN KEY (album_id) REFERENCES album, FOREIGN KEY ("albumId") REFERENCES album,'
    ' FOREIGN KEY (album) REFERENCES album, FOREIGN KEY ("_and") REFERENCES album);'
)


def schema_of(served: Served) -> GraphQLSchema:
    executor: Any = served.endpoint
    schema: RoleSchema = executor._executor._schemas.for_role("superadmin").graphql
    return schema.whole()


def list_fields(served: Served) -> dict[str, str]:
    """The root field of each table, by the table's name with its schema."""
    root: GraphQLObjectType | None = schema_of(served).query_type
    assert root is not None
    return {
        (field.description or "").split("`")[1]: name
        for name, field in root.fields.items()
        if (field.description or "").startswith("Rows of `")
    }


async def assert_sound(served: Served) -> None:
    """The schema is valid, survives printing, and introspects."""
    schema = schema_of(served)
    assert not validate_schema(schema)
    printed = print_schema(schema)
    assert print_schema(build_schema(printed)) == printed
    introspected = await served.data(get_introspection_query(descriptions=False))
    assert not validate_schema(build_client_schema(introspected))  # type: ignore[arg-type]  # a plain dict is one


def odd_tables() -> str:
    return "".join(
        f'CREATE TABLE "{name}" (id integer PRIMARY KEY, name text, big bigint, unique_id uuid);'
        f"INSERT INTO \"{name}\" VALUES ({number}, '{name}');"
        for number, name in enumerate(ODD_TABLES)
    )


@pytest.mark.parametrize("naming", ["camel", "snake"])
async def test_every_table_is_served_under_a_name_of_its_own(serve: Serve, naming: str) -> None:
    served = await serve(odd_tables(), table_naming=naming)

    fields = list_fields(served)

    assert {name.removeprefix("public.") for name in fields} == set(ODD_TABLES)
    assert len(set(fields.values())) == len(ODD_TABLES)
    for number, name in enumerate(ODD_TABLES):
        field = fields[f"public.{name}"]
        data = await served.data(
            f'{{ rows: {field}(where: {{name: {{_eq: "{name}"}}, id: {{_eq: {number}}}}}) {{ id name }} }}'
        )
        assert data["rows"] == [{"id": number, "name": name}]
    await assert_sound(served)


@pytest.mark.parametrize("naming", ["camel", "snake"])
async def test_platform_fields_stay_what_they_are(serve: Serve, naming: str) -> None:
    served = await serve(odd_tables(), table_naming=naming)

    data = await served.data(
        '{ system { initialized } tables { name } table(name: "table") { name columns { name } } }'
    )

    assert data["system"] == {"initialized": True}
    assert len(data["tables"]) == len(ODD_TABLES)
    assert data["table"]["name"] == "table"


async def test_a_name_that_is_not_the_plain_one_is_explained(serve: Serve) -> None:
    served = await serve('CREATE TABLE "system" (id integer); CREATE TABLE album (id integer);')

    fields = list_fields(served)

    assert fields == {"public.album": "album", "public.system": "publicSystem"}
    types = schema_of(served).type_map
    assert "Named publicSystem because" in (types["PublicSystem"].description or "")
    assert "because" not in (types["Album"].description or "")


@pytest.mark.parametrize("naming", ["camel", "snake"])
async def test_every_column_is_served_beside_relationships_and_operators(serve: Serve, naming: str) -> None:
    served = await serve(REFERRING, table_naming=naming)
    await served.change(
        "INSERT INTO album VALUES (7); INSERT INTO referring ("
        + ", ".join(f'"{name}"' for name in ODD_COLUMNS)
        + ") VALUES ("
        + ", ".join(
            "7" if "album" in name or name == "_and" else str(number) for number, name in enumerate(ODD_COLUMNS)
        )
        + ");"
    )
    row: Any = schema_of(served).type_map["Referring" if naming == "camel" else "referring"]
    columns = [name for name, field in row.fields.items() if "of `" not in (field.description or "")]
    ways = [name for name in row.fields if name not in columns]
    columns.remove("_version")

    data = await served.data(f"{{ referring {{ {' '.join(columns)} {' '.join(f'{way} {{ id }}' for way in ways)} }} }}")

    assert len(columns) == len(ODD_COLUMNS)
    assert len(ways) == 4
    found = data["referring"][0]
    assert [found[way] for way in ways] == [{"id": 7}] * 4
    assert sorted(found[column] for column in columns) == sorted(
        7 if "album" in name or name == "_and" else number for number, name in enumerate(ODD_COLUMNS)
    )
    await assert_sound(served)


async def test_logic_keeps_its_names_beside_columns_of_the_same(serve: Serve) -> None:
    served = await serve("CREATE TABLE t (_and integer, _or integer, _not integer); INSERT INTO t VALUES (1, 2, 3);")

    data = await served.data(
        "{ t(where: {_and: [{_and2: {_eq: 1}}], _or: [{_or2: {_eq: 2}}], _not: {_not2: {_eq: 4}}}) { _and2 _or2 _not2 } }"
    )

    assert data["t"] == [{"_and2": 1, "_or2": 2, "_not2": 3}]


@pytest.mark.parametrize("naming", ["camel", "snake"])
async def test_types_that_are_called_like_generated_ones_are_served(serve: Serve, naming: str) -> None:
    names = ["album_bool_exp", "AlbumBoolExp", "OrderBy", "order_by", "String", "Int", "string_comparison_exp", "Query"]
    names += [
        "StringComparisonExp",
        "mood",
        "Mood",
        "bigint",
        "uuid",
        "json",
        "numeric",
        "text",
        "bool",
        "citext",
        "int4",
    ]
    made = "".join(f"CREATE TYPE public.\"{name}\" AS ENUM ('v{number}');" for number, name in enumerate(names))
    columns = "".join(f', "c{number}" public."{name}"' for number, name in enumerate(names))
    values = ", ".join(f"'v{number}'" for number in range(len(names)))
    served = await serve(
        f"{made} CREATE TABLE album (id bigint PRIMARY KEY, name text, u uuid, j json, n numeric{columns});"
        f" INSERT INTO album VALUES (1, 'x', gen_random_uuid(), '1', 2, {values});",
        table_naming=naming,
    )
    await assert_sound(served)

    for number in range(len(names)):
        data = await served.data(
            f"{{ album(where: {{c{number}: {{_eq: v{number}, _in: [v{number}]}}}}) {{ id c{number} }} }}"
        )
        assert data["album"] == [{"id": 1, f"c{number}": f"v{number}"}]


async def test_a_table_without_a_key_is_listed_and_has_no_field_by_key(serve: Serve) -> None:
    served = await serve("CREATE TABLE loose (a integer, b text); INSERT INTO loose VALUES (1, 'x'), (1, 'x');")

    data = await served.data("{ loose(orderBy: {a: ASC}) { a b } }")

    assert data["loose"] == [{"a": 1, "b": "x"}] * 2
    assert (await served.refusal("{ looseByPk(a: 1) { a } }"))["extensions"]["code"] == "GRAPHQL_VALIDATION_FAILED"


async def test_a_table_without_columns_is_left_out(serve: Serve) -> None:
    served = await serve("CREATE TABLE nothing (); CREATE TABLE something (id integer);")

    assert list_fields(served) == {"public.something": "something"}
    await assert_sound(served)


async def test_a_database_without_tables_is_served(serve: Serve) -> None:
    served = await serve()

    assert await served.data("{ tables { name } }") == {"tables": []}
    await assert_sound(served)


async def test_a_table_whose_columns_cannot_be_compared_is_served(serve: Serve) -> None:
    served = await serve("CREATE TABLE odd (a json, b point); INSERT INTO odd VALUES ('[1]', '(1,2)'), (NULL, NULL);")

    data = await served.data("{ odd(where: {a: {_isNull: false}, b: {_isNull: false}}) { a b } }")

    assert data["odd"] == [{"a": [1], "b": "(1,2)"}]
    await assert_sound(served)


@pytest.mark.parametrize("naming", ["camel", "snake"])
async def test_the_schema_of_chinook_is_sound(serve: Serve, naming: str) -> None:
    await assert_sound(await serve(CHINOOK.read_text(), table_naming=naming))


async def test_every_offered_operator_exists_for_every_type(serve: Serve) -> None:
    """PostgreSQL finds an operator for each that the schema offers, and for each ordering."""
    served = await serve()
    types = await served.database.pool.fetch(
        "SELECT format_type(oid, NULL) AS name FROM pg_type WHERE typnamespace = 'pg_catalog'::regnamespace"
        " AND (typtype IN ('b', 'r', 'm')) AND typname NOT LIKE 'pg\\_%' AND typname NOT IN ('gtsvector')"
        " AND (typelem = 0 OR typname IN ('int2vector', 'oidvector')) ORDER BY oid"
    )
    names = [row["name"] for row in types if row["name"] not in {"cid", "xid"}]
    columns = [f"c{number} {name}" for number, name in enumerate(names)]
    columns += [f"a{number} {name}[]" for number, name in enumerate(names)]
    await served.change(f"CREATE TABLE everything ({', '.join(columns)});")
    schema: Any = schema_of(served)

    for name, field in schema.type_map["EverythingBoolExp"].fields.items():
        if name.startswith("_"):
            continue
        tests = [
            f"{operator}: {'true' if operator == '_isNull' else '$none'}"
            for operator in field.type.fields
            if operator in {"_isNull", "_in", "_nin"}
        ]
        compared = [operator for operator in field.type.fields if operator not in {"_isNull", "_in", "_nin"}]
        await _accepts(served, field, name, compared, tests)
    ordered = ", ".join(f"{{{name}: ASC}}" for name in schema.type_map["EverythingOrderBy"].fields)
    assert await served.data(f"{{ everything(orderBy: [{ordered}]) {{ c0 }} }}") == {"everything": []}


async def _accepts(served: Served, field: Any, name: str, compared: list[str], others: list[str]) -> None:
    """PostgreSQL parses each comparison; whether the value fits the type does not matter here."""
    tests = [test.replace("$none", "[]") for test in others]
    for test in tests:
        assert await served.data(f"{{ everything(where: {{{name}: {{{test}}}}}) {{ c0 }} }}") == {"everything": []}
    for operator in compared:
        answer = await served.answer(
            f"query ($v: {field.type.fields[operator].type}) {{ everything(where: {{{name}: {{{operator}: $v}}}}) {{ c0 }} }}",
            {"v": _some(str(field.type.fields[operator].type))},
        )
        codes = {error["extensions"]["code"] for error in answer.get("errors", ())}
        assert codes <= {"VALIDATION", "UNAVAILABLE"}, (name, operator, answer)


def _some(declared: str) -> Any:
    bare = declared.strip("[]!")
    value: Any = {"Int": 1, "Float": 1.5, "Boolean": True}.get(bare, "1")
    return [value] if declared.startswith("[") else value
