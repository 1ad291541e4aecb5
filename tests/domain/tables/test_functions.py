"""What each function is served as, and why others are not."""

from __future__ import annotations

import json
from typing import Any

from domain.tables.catalog import Catalog, DataType, Function, FunctionArgument, TableName, TypeKind, Volatility
from domain.tables.functions import ServedFunctions, served_functions
from domain.tables.metadata import ComputedFieldDefinition, ExposedAs, FunctionSettings, Metadata
from domain.tables.statement import session_text
from tests.domain.tables.catalogs import INTEGER, TEXT, base, table

ANY = DataType("pg_catalog", "anyelement", TypeKind.PSEUDO)
VOID = DataType("pg_catalog", "void", TypeKind.PSEUDO)
SONG = TableName("public", "song")
F = TableName("public", "f")


def argument(
    type_: DataType = TEXT, name: str = "a", *, default: bool = False, row: str | None = None
) -> FunctionArgument:
    return FunctionArgument(name, type_, default, TableName("public", row) if row else None)


def row_of(name: str, argument_name: str = "r") -> FunctionArgument:
    return argument(DataType("public", name, TypeKind.COMPOSITE), argument_name, row=name)


def function(*arguments: FunctionArgument, returns: DataType | str = "song", name: str = "f", **given: Any) -> Function:
    """A STABLE function; `returns` is a type, or the table whose rows it returns."""
    of = TableName("public", returns) if isinstance(returns, str) else None
    type_ = DataType("public", returns, TypeKind.COMPOSITE) if isinstance(returns, str) else returns
    defaults: dict[str, Any] = {"returns_set": of is not None, "volatility": Volatility.STABLE}
    return Function(TableName("public", name), arguments, type_, of, **{**defaults, **given})


def served(*functions: Function, **metadata: Any) -> ServedFunctions:
    return served_functions(Catalog("1", (table("song"), table("album")), functions), Metadata(**metadata))


def settings(**given: Any) -> dict[TableName, FunctionSettings]:
    return {F: FunctionSettings(F, **given)}


def reasons(found: ServedFunctions) -> list[tuple[str | None, str, bool]]:
    return [(each.field, each.reason, each.asked) for each in found.left_out]


def test_a_function_that_returns_rows_is_a_query_or_a_mutation_by_what_it_may_do() -> None:
    found = served(
        function(argument()),
        function(name="g", volatility=Volatility.IMMUTABLE, returns_set=False),
        function(name="h", volatility=Volatility.VOLATILE),
    )

    assert [(each.name, each.table.name, each.exposed_as) for each in found.roots] == [
        ("f", SONG, ExposedAs.QUERY),
        ("g", SONG, ExposedAs.QUERY),
        ("h", SONG, ExposedAs.MUTATION),
    ]
    assert found.left_out == ()


def test_the_metadata_decide_where_it_is_and_what_it_is_called() -> None:
    found = served(
        function(argument(), argument(base("json"), "session"), volatility=Volatility.VOLATILE),
        functions=settings(exposed_as=ExposedAs.QUERY, custom_name="find", session_argument="session", comment="c"),
    )

    (root,) = found.roots
    assert (root.name, root.exposed_as, root.session_argument, root.comment) == ("find", ExposedAs.QUERY, 1, "c")
    assert [name for _, name, _ in root.given] == ["a"]


def test_one_that_is_not_tracked_is_nothing_at_all() -> None:
    found = served(function(row_of("song"), returns=TEXT), functions=settings(tracked=False))

    assert (found.roots, found.computed, found.left_out) == ((), {}, ())


def test_what_returns_no_rows_is_left_out_and_told_of_only_if_it_was_asked_for() -> None:
    assert served(function(returns=TEXT), function(returns=VOID, name="g")).left_out == ()
    found = served(function(returns=TEXT), functions=settings())

    assert reasons(found) == [(None, "It does not return rows of a table that is served.", True)]


def test_one_that_the_metadata_name_and_nobody_has_is_told_of() -> None:
    assert reasons(served(functions=settings())) == [(None, "There is no such function.", True)]


def test_functions_of_one_name_are_no_root_fields() -> None:
    found = served(function(argument()), function(argument(INTEGER)), function(name="g", overloaded=True))

    assert found.roots == ()
    assert reasons(found) == [(None, "There are several functions of this name.", False)] * 2


def test_variadic_and_polymorphic_ones_are_left_out() -> None:
    found = served(function(argument(ANY)), function(argument(), name="g", variadic=True))

    assert found.roots == ()
    assert [reason for _, reason, _ in reasons(found)] == [
        "It takes a polymorphic argument.",
        "It takes any number of arguments (VARIADIC).",
    ]


def test_a_session_argument_that_is_not_there_or_no_json_is_told_of() -> None:
    found = served(function(argument()), functions=settings(session_argument="a"))

    assert reasons(found) == [(None, "It has no argument a of type json or jsonb.", True)]


def test_arguments_without_a_name_are_numbered_by_themselves() -> None:
    (root,) = served(function(argument(name="x"), argument(name=""), argument(name=""))).roots

    assert [name for _, name, _ in root.given] == ["x", "arg_1", "arg_2"]


def test_a_function_of_a_row_is_a_computed_field_and_no_root_field() -> None:
    found = served(
        function(row_of("song"), argument(default=True), returns=TEXT),
        function(row_of("song"), argument(), returns="album", name="g"),
        function(row_of("song"), name="changes", volatility=Volatility.VOLATILE, returns=TEXT),
    )

    value, rows = found.computed[SONG]
    assert (value.name, value.row_argument, value.returns, value.needs_arguments) == ("f", 0, None, False)
    assert (rows.name, rows.returns and rows.returns.name, rows.needs_arguments) == (
        "g",
        TableName("public", "album"),
        True,
    )
    assert (found.roots, found.left_out) == ((), ())


def test_a_function_of_a_row_that_the_metadata_name_is_both() -> None:
    found = served(function(row_of("song")), functions=settings())

    assert [each.name for each in found.roots] == ["f"]
    assert [each.name for each in found.computed[SONG]] == ["f"]


def test_functions_of_one_name_that_take_rows_of_different_tables_are_computed_fields_of_each() -> None:
    found = served(function(row_of("song"), returns=TEXT), function(row_of("album"), returns=INTEGER))

    assert {name.name: [each.name for each in fields] for name, fields in found.computed.items()} == {
        "song": ["f"],
        "album": ["f"],
    }


def test_several_functions_of_one_row_are_none() -> None:
    found = served(function(row_of("song"), returns=TEXT), function(row_of("song"), argument(), returns=TEXT))

    assert found.computed == {}
    assert {reason for _, reason, _ in reasons(found)} == {
        "There are several functions of this name that take a row of the table."
    }


def test_a_computed_field_by_hand_has_its_own_name_and_its_own_argument_for_the_row() -> None:
    definition = ComputedFieldDefinition(SONG, "label", F, table_argument="r", session_argument="s")
    found = served(
        function(argument(), row_of("song"), argument(base("jsonb"), "s"), returns=TEXT), computed_fields=(definition,)
    )

    (field,) = found.computed[SONG]
    assert (field.name, field.row_argument, field.session_argument) == ("label", 1, 2)
    assert [name for _, name, _ in field.given] == ["a"]


def test_a_function_with_a_field_by_hand_is_no_other_field_of_the_table() -> None:
    found = served(function(row_of("song"), returns=TEXT), computed_fields=(ComputedFieldDefinition(SONG, "label", F),))

    assert [each.name for each in found.computed[SONG]] == ["label"]


def test_computed_fields_by_hand_that_cannot_be_are_told_of() -> None:
    def asked(name: str, function_name: str = "f", of: str = "song", **given: Any) -> ComputedFieldDefinition:
        return ComputedFieldDefinition(TableName("public", of), name, TableName("public", function_name), **given)

    found = served(
        function(row_of("song"), returns=TEXT),
        function(row_of("song"), returns=VOID, name="nothing"),
        function(row_of("song"), returns=TEXT, name="volatile", volatility=Volatility.VOLATILE),
        function(row_of("song"), returns=TEXT, name="several", returns_set=True),
        computed_fields=(
            asked("a", "missing"),
            asked("b", of="missing"),
            asked("c", of="album"),
            asked("d", table_argument="other"),
            asked("e", "nothing"),
            asked("g", "volatile"),
            asked("id"),
            asked("h", session_argument="r"),
            asked("i", "several"),
            asked("twice"),
            asked("twice"),
        ),
    )

    assert [each.name for each in found.computed[SONG]] == ["twice"]
    assert reasons(found) == [
        ("a", "There is no such function.", True),
        ("b", "The table is not served.", True),
        ("c", "It has no such argument that takes a row of the table.", True),
        ("d", "It has no such argument that takes a row of the table.", True),
        ("e", "It returns neither a value nor rows of a table that is served.", True),
        ("g", "It is VOLATILE; a computed field changes nothing.", True),
        ("id", "A column of the table has this name.", True),
        ("h", "It has no argument r of type json or jsonb.", True),
        ("i", "It returns neither a value nor rows of a table that is served.", True),
        ("twice", "Another computed field of the table has this name.", True),
    ]


def test_session_variables_have_both_spellings() -> None:
    assert json.loads(session_text({"x-user-id": "7", "x-role": 'a"b'})) == {
        "x-user-id": "7",
        "x-hasura-user-id": "7",
        "x-role": 'a"b',
        "x-hasura-role": 'a"b',
    }
