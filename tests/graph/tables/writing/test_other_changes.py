"""What a change does in databases of other kinds."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.graph.conftest import Serve


async def test_returning_sees_what_triggers_make_of_a_row(serve: Serve) -> None:
    served = await serve(
        "CREATE TABLE t (id integer PRIMARY KEY, label text);"
        "CREATE FUNCTION louder() RETURNS trigger LANGUAGE plpgsql AS"
        " $$ BEGIN NEW.label = upper(NEW.label); RETURN NEW; END $$;"
        "CREATE TRIGGER louder BEFORE INSERT OR UPDATE ON t FOR EACH ROW EXECUTE FUNCTION louder();"
    )

    data = await served.data(
        'mutation { insertTOne(object: {id: 1, label: "a"}) { label }'
        ' updateTByPk(pkColumns: {id: 1}, _set: {label: "b"}) { label } }'
    )

    assert data == {"insertTOne": {"label": "A"}, "updateTByPk": {"label": "B"}}


async def test_names_in_snake_case_are_those_of_hasura(serve: Serve) -> None:
    served = await serve("CREATE TABLE big_table (id integer PRIMARY KEY, doc jsonb, n integer)", table_naming="snake")

    data = await served.data(
        """mutation ($rows: [big_table_insert_input!]!, $conflict: big_table_on_conflict) {
          insert_big_table(objects: $rows, on_conflict: $conflict) { affected_rows }
          insert_big_table_one(object: {id: 2}, on_conflict: {constraint: big_table_pkey, update_columns: [n]}) { id }
          update_big_table(where: {id: {_eq: 1}}, _set: {n: 1}, _append: {doc: {b: 1}}) { returning { n doc } }
          update_big_table_by_pk(pk_columns: {id: 1}, _inc: {n: 1}, _delete_key: {doc: "a"}) { n doc }
          update_big_table_many(updates: [{where: {id: {_eq: 1}}, _set: {doc: [1, 2]}}]) { affected_rows }
          a: update_big_table(where: {id: {_eq: 1}}, _delete_elem: {doc: 0}) { returning { doc } }
          delete_big_table_by_pk(id: 1) { id }
          delete_big_table(where: {}) { affected_rows }
        }""",
        {"rows": [{"id": 1, "doc": {"a": 1}}], "conflict": {"constraint": "big_table_pkey", "update_columns": []}},
    )

    assert data == {
        "insert_big_table": {"affected_rows": 1},
        "insert_big_table_one": {"id": 2},
        "update_big_table": {"returning": [{"n": 1, "doc": {"a": 1, "b": 1}}]},
        "update_big_table_by_pk": {"n": 2, "doc": {"b": 1}},
        "update_big_table_many": [{"affected_rows": 1}],
        "a": {"returning": [{"doc": [2]}]},
        "delete_big_table_by_pk": {"id": 1},
        "delete_big_table": {"affected_rows": 1},
    }


async def test_more_rows_than_the_cap_are_not_returned_and_not_written(serve: Serve) -> None:
    served = await serve("CREATE TABLE t (id integer PRIMARY KEY)", max_rows=2)
    query = "mutation ($rows: [TInsertInput!]!) { insertT(objects: $rows) { %s } }"
    rows = {"rows": [{"id": n} for n in range(3)]}

    refusal = await served.refusal(query % "returning { id }", rows)

    assert refusal["extensions"]["code"] == "PAYLOAD_TOO_LARGE"
    assert await served.data(query % "affectedRows", rows) == {"insertT": {"affectedRows": 3}}


async def test_statements_that_are_not_kept_do_the_same(serve: Serve) -> None:
    served = await serve("CREATE TABLE t (id integer PRIMARY KEY)", database_prepared_statements=False)
    one = "mutation { insertTOne(object: {id: 1}) { id } }"
    two = "mutation { a: insertTOne(object: {id: 2}) { id } b: insertTOne(object: {id: 1}) { id } }"

    assert await served.data(one) == {"insertTOne": {"id": 1}}
    assert (await served.refusal(two))["path"] == ["b"]
    assert await served.data("{ t { id } }") == {"t": [{"id": 1}]}


async def test_a_constraint_that_may_be_deferred_settles_no_conflict(serve: Serve) -> None:
    served = await serve("CREATE TABLE t (id integer PRIMARY KEY DEFERRABLE, n integer CONSTRAINT t_n UNIQUE)")

    data = await served.data('{ __type(name: "TConstraint") { enumValues { name } } }')

    assert data == {"__type": {"enumValues": [{"name": "T_N"}]}}
