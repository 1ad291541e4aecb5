"""The words that are put before and behind a table's name."""

from __future__ import annotations

from typing import Final

from domain.tables.aggregates import OF_COLUMNS
from domain.tables.metadata import RootField

ROOTS: Final = {
    ("", ""): RootField.SELECT,
    ("", "by_pk"): RootField.SELECT_BY_PK,
    ("", "aggregate"): RootField.SELECT_AGGREGATE,
    ("", "connection"): RootField.SELECT_CONNECTION,
    ("", "group"): RootField.SELECT_GROUP,
    ("insert", ""): RootField.INSERT,
    ("insert", "one"): RootField.INSERT_ONE,
    ("update", ""): RootField.UPDATE,
    ("update", "by_pk"): RootField.UPDATE_BY_PK,
    ("update", "many"): RootField.UPDATE_MANY,
    ("delete", ""): RootField.DELETE,
    ("delete", "by_pk"): RootField.DELETE_BY_PK,
}
"""What stands before and behind the name of each root field."""

TYPE_WORDS: Final = (
    "",
    "bool_exp",
    "order_by",
    "select_column",
    "update_column",
    "constraint",
    "aggregate",
    "aggregate_fields",
    "aggregate_bool_exp",
    "aggregate_order_by",
    *(f"{function.value}_fields" for function in OF_COLUMNS),
    *(f"{function.value}_order_by" for function in OF_COLUMNS),
    "aggregate_bool_exp_count",
    "aggregate_bool_exp_bool_and",
    "aggregate_bool_exp_bool_or",
    "boolean_column",
    "connection",
    "edge",
    "group",
    "group_key",
    "group_order_by",
    "group_key_order_by",
    "having",
    "having_count",
    "sum_having",
    "extreme_having",
    "number_having",
    "boolean_having",
    "insert_input",
    "arr_rel_insert_input",
    "obj_rel_insert_input",
    "set_input",
    "inc_input",
    "append_input",
    "prepend_input",
    "delete_key_input",
    "delete_elem_input",
    "delete_at_path_input",
    "pk_columns_input",
    "updates",
    "on_conflict",
    "mutation_response",
    "enum",
)
"""What stands behind the name of each type."""
