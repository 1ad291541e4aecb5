"""Tables that are enums: the types of the columns that refer to them, what these take, and new values."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.graph.tables.serving import client_of, execute

if TYPE_CHECKING:
    from tests.graph.conftest import Serve
    from tests.graph.tables.serving import Served

SCRIPT = """
CREATE TABLE color (value text PRIMARY KEY, comment text);
CREATE TABLE car (id serial PRIMARY KEY, paint text NOT NULL REFERENCES color, seats text REFERENCES color);
INSERT INTO color VALUES ('red', 'like a rose'), ('blue', NULL), ('light green', NULL);
INSERT INTO car (paint) VALUES ('red'), ('blue'), ('light green');
"""
METADATA = """
version: 1
tables:
  public:
    color: {is_enum: true}
    car:
      permissions:
        anonymous: {select: {columns: [paint], filter: {paint: {_eq: red}}}}
"""
TYPES = """
query Types($enum: String!, $tests: String!) {
  enum: __type(name: $enum) { kind enumValues { name description } }
  tests: __type(name: $tests) { inputFields { name } }
}
"""


async def cars(serve: Serve, **settings: object) -> Served:
    served = await serve(SCRIPT, catalog_poll_interval=600, **settings)
    await served.say(METADATA)
    return served


async def test_the_rows_are_the_values_of_a_type(serve: Serve) -> None:
    served = await cars(serve)

    assert await served.data(TYPES, {"enum": "ColorEnum", "tests": "ColorEnumComparisonExp"}) == {
        "enum": {
            "kind": "ENUM",
            "enumValues": [{"name": "blue", "description": None}, {"name": "red", "description": "like a rose"}],
        },
        "tests": {"inputFields": [{"name": f"_{name}"} for name in ("eq", "neq", "in", "nin", "isNull", "cast")]},
    }


async def test_in_snake_case_the_type_is_called_as_the_table(serve: Serve) -> None:
    served = await cars(serve, table_naming="snake")

    found = await served.data(TYPES, {"enum": "color_enum", "tests": "color_enum_comparison_exp"})
    assert found["enum"]["kind"] == "ENUM"
    assert await served.data("{ car(where: {paint: {_eq: red}}) { paint } }") == {"car": [{"paint": "red"}]}


async def test_rows_with_a_value_that_is_none_are_answered_all_the_same(serve: Serve) -> None:
    served = await cars(serve)

    assert await served.data("{ car(where: {paint: {_neq: red}}) { paint } }") == {
        "car": [{"paint": "blue"}, {"paint": "light green"}]
    }


@pytest.mark.parametrize("value", ["green", '"red"', "Red", "1", "null"])
async def test_another_value_is_refused(serve: Serve, value: str) -> None:
    served = await cars(serve)

    error = await served.refusal(f"{{ car(where: {{paint: {{_eq: {value}}}}}) {{ id }} }}")
    assert error["extensions"]["code"] in {"GRAPHQL_VALIDATION_FAILED", "VALIDATION"}


async def test_another_value_in_a_variable_is_refused(serve: Serve) -> None:
    served = await cars(serve)
    query = "query Cars($paint: ColorEnum!) { car(where: {paint: {_eq: $paint}}) { id } }"

    assert await served.data(query, {"paint": "red"}) == {"car": [{"id": 1}]}
    assert (await served.refusal(query, {"paint": "green"}))["extensions"]["code"] == "VALIDATION"


async def test_rows_are_written_with_values(serve: Serve) -> None:
    served = await cars(serve)
    insert = "mutation M($s: ColorEnum) { insertCarOne(object: {paint: blue, seats: $s}) { id paint seats } }"
    update = "mutation { updateCarByPk(pkColumns: {id: 1}, _set: {paint: blue, seats: null}) { paint seats } }"

    assert (await served.data(insert, {"s": "red"}))["insertCarOne"] == {"id": 4, "paint": "blue", "seats": "red"}
    assert (await served.data(update))["updateCarByPk"] == {"paint": "blue", "seats": None}
    error = await served.refusal(insert, {"s": "green"})
    assert error["extensions"]["code"] == "VALIDATION"


async def test_a_role_that_does_not_see_the_table_uses_its_values(serve: Serve) -> None:
    served = await cars(serve)
    async with client_of(served.endpoint, "a" * 32) as anonymous:
        query = '{ car(where: {paint: {_in: [red, blue]}}) { paint } table: __type(name: "Color") { name } }'
        answer = (await anonymous.post("/graphql", json={"query": query})).json()

    assert answer == {"data": {"car": [{"paint": "red"}], "table": None}}


async def test_a_new_value_is_known_as_soon_as_a_document_names_it(serve: Serve) -> None:
    served = await cars(serve)
    query = "{ car(where: {paint: {_eq: green}}) { id } }"
    await served.refusal(query)

    await execute(served.url, "INSERT INTO color VALUES ('green', NULL)")

    assert await served.data(query) == {"car": []}


async def test_a_value_that_is_gone_is_refused_after_a_reload(serve: Serve) -> None:
    served = await cars(serve)
    query = "{ car(where: {paint: {_eq: blue}}) { id } }"
    await served.data(query)

    await served.change("UPDATE car SET paint = 'red'; DELETE FROM color WHERE value = 'blue'")

    assert (await served.refusal(query))["extensions"]["code"] == "GRAPHQL_VALIDATION_FAILED"


async def test_without_values_the_columns_are_texts(serve: Serve) -> None:
    served = await cars(serve)

    await served.change("DELETE FROM car; DELETE FROM color")

    assert await served.data('{ car(where: {paint: {_like: "r%"}}) { id } }') == {"car": []}


async def test_values_that_graphql_cannot_hold_are_told(serve: Serve) -> None:
    served = await cars(serve)

    found = await served.data("{ metadataInconsistencies { part of name message } }")

    assert found["metadataInconsistencies"] == [
        {"part": "ENUM", "of": "color", "name": "light green", "message": "GraphQL cannot hold this value."}
    ]


async def test_a_rule_asks_of_values_what_it_may_of_texts(serve: Serve) -> None:
    served = await cars(serve)
    await served.say(METADATA.replace("_eq: red", "_like: 'b%'"))

    async with client_of(served.endpoint, "a" * 32) as anonymous:
        answer = (await anonymous.post("/graphql", json={"query": "{ car { paint } }"})).json()

    assert answer == {"data": {"car": [{"paint": "blue"}]}}
