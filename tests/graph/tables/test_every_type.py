"""Every type of PostgreSQL, and types of one's own, in every place that the schema offers: no call ends in INTERNAL."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import asyncpg
import pytest
import pytest_asyncio

from tests.graph.tables.serving import execute, new_database, serving

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Iterator, Sequence

    from persistence.embedded import EmbeddedServer
    from tests.graph.tables.serving import Served

pytestmark = pytest.mark.asyncio(loop_scope="module")

# A value of each type that takes one of its own; the others have NULL alone.
SAMPLES: Final = {
    "bool": "true", "bytea": "\\x00ff", "char": "x", "name": "a", "int8": "9007199254740993", "int2": "1", "int4": "7",
    "regproc": "now", "text": "a'b", "oid": "5", "tid": "(0,1)", "xid": "7", "cid": "7", "oidvector": "1 2",
    "int2vector": "1 2", "json": '{"a": 1}', "xml": None, "xid8": "7", "point": "(1,2)", "lseg": "[(1,2),(3,4)]",
    "path": "[(1,2),(3,4)]", "box": "(3,4),(1,2)", "polygon": "((1,2),(3,4))", "line": "{1,2,3}", "cidr": "10.0.0.0/8",
    "float4": "1.5", "float8": "NaN", "money": "$1.50", "circle": "<(1,2),3>", "macaddr": "08:00:2b:01:02:03",
    "inet": "10.0.0.1/8", "macaddr8": "08:00:2b:01:02:03:04:05", "aclitem": None, "bpchar": "a",
    "varchar": "%", "date": "2026-01-01", "time": "12:00", "timestamp": "infinity", "timestamptz": "2026-01-01T00:00Z",
    "interval": "1 day", "timetz": "12:00+02", "bit": "1", "varbit": "101", "numeric": "1.50", "refcursor": "c",
    "regprocedure": "now()", "regoper": "|/", "regoperator": "+(integer,integer)", "regclass": "pg_class",
    "regcollation": '"C"', "regtype": "integer", "regrole": None, "regnamespace": "public",
    "uuid": "00000000-0000-7000-8000-000000000001", "pg_lsn": "0/5", "tsvector": "'a':1 'b':2", "tsquery": "'a' & 'b'",
    "gtsvector": None, "regconfig": "english", "regdictionary": "simple", "jsonb": '{"a": [1, null]}',
    "txid_snapshot": "1:5:2", "pg_snapshot": "1:5:2", "jsonpath": "$.a", "int4range": "[1,5)", "numrange": "[1.5,)",
    "tsrange": "empty", "tstzrange": "[2026-01-01T00:00Z,)", "daterange": "[2026-01-01,2026-02-01)",
    "int8range": "(,5)", "int4multirange": "{[1,5),[7,9)}", "nummultirange": "{}", "tsmultirange": "{}",
    "tstzmultirange": "{[2026-01-01T00:00Z,)}", "datemultirange": "{[2026-01-01,2026-02-01)}", "int8multirange": "{}",
    "ltree": "top.left", "lquery": "*.left", "ltxtquery": "left", "citext": "Text", "hstore": '"a"=>"1"',
    "vector": "[1,2]", "halfvec": "[1,2]", "sparsevec": "{1:1}/2", "cube": "(1,2)",
    "mood": "sad", "awkward": "not a name", "positive": "5", "moods": "{sad,NULL}", "pair": '(1,"b c")', "span": "[08:00,17:00)",
    "hours": "[08:00,17:00)", "small": "[1,5)", "letters": "x",
}  # fmt: skip
OWN: Final = """
CREATE EXTENSION ltree; CREATE EXTENSION citext; CREATE EXTENSION hstore; CREATE EXTENSION vector;
CREATE TYPE mood AS ENUM ('sad', 'happy');
CREATE TYPE awkward AS ENUM ('not a name');
CREATE DOMAIN positive AS integer CHECK (VALUE > 0);
CREATE DOMAIN moods AS mood[];
CREATE TYPE pair AS (a integer, b text);
CREATE TYPE span AS RANGE (subtype = time, multirange_type_name = spans);
CREATE DOMAIN hours AS span;
CREATE TYPE small AS RANGE (subtype = positive);
CREATE DOMAIN letters AS varchar(5);
"""
GARBAGE: Final = ("x", "", -5, True, ["{"], {"a": 1})
# Arrays are alike but for these.
LISTED: Final = frozenset(
    {"int4", "text", "char", "bool", "json", "jsonb", "regclass", "point", "tsvector", "int4range", "bit"}
)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def served(embedded_server: EmbeddedServer) -> AsyncGenerator[Served]:
    """A table for each type and each type's arrays, with a row that has a value and one that has NULL."""
    async with new_database(embedded_server.url, OWN) as url:
        connection = await asyncpg.connect(url)
        try:
            names = await connection.fetch(
                "SELECT t.oid::regtype::text AS spelled, t.typname AS name, t.typarray <> 0"
                " AND (n.nspname = 'public' OR t.typname = ANY ($1)) AS listed FROM pg_type t"
                " JOIN pg_namespace n ON n.oid = t.typnamespace LEFT JOIN pg_class c ON c.oid = t.typrelid"
                " WHERE n.nspname IN ('pg_catalog', 'public') AND t.typtype <> 'p' AND t.typcategory <> 'A'"
                " AND (c.oid IS NULL OR c.relkind = 'c') ORDER BY t.oid",
                list(LISTED),
            )
        finally:
            await connection.close()
        await execute(url, "".join(_table(spelled, name, listed=listed) for spelled, name, listed in names))
        async with serving(url, max_aliases=1000, max_tokens=100_000, max_complexity=1_000_000) as served:
            yield served


def _table(spelled: str, name: str, *, listed: bool) -> str:
    sample = SAMPLES.get(name)
    value = "NULL" if sample is None else "'" + sample.replace("'", "''") + "'"
    script = f'CREATE TABLE "t_{name}" (id integer PRIMARY KEY, v {spelled});'
    script += f'INSERT INTO "t_{name}" VALUES (1, {value}), (2, NULL);'
    if not listed:
        return script
    script += f'CREATE TABLE "a_{name}" (id integer PRIMARY KEY, v {spelled}[]);'
    return script + f"INSERT INTO \"a_{name}\" VALUES (1, ARRAY[{value}]::{spelled}[]), (2, NULL), (3, '{{}}');"


TYPES: Final = """{
    __schema {
        queryType { fields { name type { ...Type } args { name } } }
        types { name fields { name type { ...Type } } inputFields { name type { ...Type } } enumValues { name } }
    }
}
fragment Type on __Type { kind name ofType { kind name ofType { kind name ofType { kind name } } } }"""


class Schema:
    """What the schema offers of the tables of one column each."""

    def __init__(self, answer: dict[str, Any]) -> None:
        self._types = {type_["name"]: type_ for type_ in answer["__schema"]["types"]}
        fields = answer["__schema"]["queryType"]["fields"]
        roots = {each["name"]: named(each["type"]) for each in fields if each["args"][:1] == [{"name": "where"}]}
        self.roots = {root: name for root, name in roots.items() if name and self._is_ours(name)}

    def _is_ours(self, name: str) -> bool:
        return [field["name"] for field in self._types[name]["fields"] or ()][:2] == ["id", "v"]

    def input_type(self, name: str, field: str) -> str | None:
        """The named type of a field of an input."""
        fields = {each["name"]: named(each["type"]) for each in self.input_fields(name)}
        return fields.get(field)

    def input_fields(self, name: str) -> list[dict[str, Any]]:
        return list(self._types[name]["inputFields"])

    def field_names(self, name: str) -> list[str]:
        return [field["name"] for field in self._types[name]["fields"]] if name in self._types else []

    def values(self, name: str) -> list[str]:
        return [value["name"] for value in self._types[name]["enumValues"]]

    def comparisons(self) -> Iterator[tuple[str, str, list[str]]]:
        """Each root, the type of its column's comparison, and the operators."""
        for root, name in self.roots.items():
            type_ = self.input_type(f"{name}BoolExp", "v")
            if type_ is not None:
                yield root, type_, [field["name"] for field in self.input_fields(type_)]


def named(type_: dict[str, Any] | None) -> str:
    while type_ is not None and type_["name"] is None:
        type_ = type_["ofType"]
    return type_["name"] if type_ else ""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def schema(served: Served) -> Schema:
    return Schema(await served.data(TYPES))


async def unexpected(served: Served, query: str, variables: dict[str, Any], allowed: Sequence[str] = ()) -> list[Any]:
    """The errors of an answer that nobody should be told."""
    answer = await served.answer(query, variables)
    return [(query, variables, each) for each in answer.get("errors", ()) if each["extensions"]["code"] not in allowed]


async def test_no_value_of_any_operator_is_more_than_refused(served: Served, schema: Schema) -> None:
    found: list[Any] = []
    for root, type_, operators in schema.comparisons():
        query = f"query ($v: {type_}) {{ {root}(where: {{v: $v}}) {{ v }} }}"
        for operator in operators:
            for value in GARBAGE:
                given = {"String": {"_similar": value}} if operator == "_cast" else value
                found += await unexpected(served, query, {"v": {operator: given}}, ["VALIDATION"])

    assert len(schema.roots) > 120
    assert found[:5] == []


async def test_each_operator_takes_the_value_that_is_there(served: Served, schema: Schema) -> None:
    """Asked of the answer itself: text is what PostgreSQL reads again."""
    found: list[Any] = []
    for root, type_, operators in schema.comparisons():
        value = (await served.data(f"{{ {root} {{ v }} }}"))[root][0]["v"]
        simple = [each for each in operators if each in {"_eq", "_neq", "_gt", "_gte", "_lt", "_lte", "_contains"}]
        query = f"query ($v: {type_}) {{ {root}(where: {{v: $v}}) {{ id }} }}"
        given = dict.fromkeys(simple, value) | ({"_in": [value]} if "_in" in operators else {})
        if value is not None and "NaN" not in str(value):
            found += await unexpected(served, query, {"v": given})

    assert found[:5] == []


async def test_every_type_is_answered_ordered_grouped_and_computed(served: Served, schema: Schema) -> None:
    found: list[Any] = []
    for root, name in schema.roots.items():
        ordering = schema.input_type(f"{name}OrderBy", "v")
        parts = [f"rows: {root} {{ id v }}", f"page: {root}Connection {{ edges {{ cursor node {{ v }} }} }}"]
        if ordering == "OrderBy":
            parts.append(f"sorted: {root}(orderBy: {{v: DESC}}) {{ id }}")
            parts.append(f"distinct: {root}(distinctOn: V) {{ v }}")
            parts.append(
                f"following: {root}Connection(orderBy: {{v: ASC}}) {{ nodes {{ v }} pageInfo {{ endCursor }} }}"
            )
            parts.append(f"groups: {root}Group(by: [V]) {{ aggregate {{ count(columns: V, distinct: true) }} }}")
        measured = [
            f"{function} {{ v }}"
            for function in ("min", "max", "sum", "avg", "stddev", "varPop")
            if "v" in schema.field_names(f"{name}{function[0].upper()}{function[1:]}Fields")
        ]
        measures = " ".join(["count(columns: V)", *measured])
        parts.append(f"aggregate: {root}Aggregate {{ aggregate {{ {measures} }} nodes {{ v }} }}")
        found += await unexpected(served, f"{{ {' '.join(parts)} }}", {})

    assert found[:5] == []


async def test_a_page_behind_a_value_of_every_type(served: Served, schema: Schema) -> None:
    found: list[Any] = []
    for root, name in schema.roots.items():
        if schema.input_type(f"{name}OrderBy", "v") != "OrderBy":
            continue
        for direction in ("ASC", "DESC_NULLS_LAST"):
            query = f"""query ($c: String) {{
                page: {root}Connection(orderBy: {{v: {direction}}}, after: $c, first: 1) {{ pageInfo {{ endCursor }} }}
            }}"""
            cursor = (await served.data(query))["page"]["pageInfo"]["endCursor"]
            found += await unexpected(served, query, {"c": cursor})

    assert found[:5] == []


async def test_no_value_of_any_column_is_more_than_refused_by_a_change(served: Served, schema: Schema) -> None:
    found: list[Any] = []
    for root, name in schema.roots.items():
        upper = root[0].upper() + root[1:]
        insert = f"mutation ($row: {name}InsertInput!) {{ insert{upper}One(object: $row) {{ v }} }}"
        update = (
            f"mutation ($set: {name}SetInput!) {{ update{upper}ByPk(pkColumns: {{id: 99}}, _set: $set) {{ v }}"
            f" delete{upper}(where: {{id: {{_gt: 50}}}}) {{ affectedRows }} }}"
        )
        for value in GARBAGE:
            found += await unexpected(served, insert, {"row": {"id": 99, "v": value}}, ["VALIDATION"])
            found += await unexpected(served, update, {"set": {"v": value}}, ["VALIDATION"])

    assert found[:5] == []
