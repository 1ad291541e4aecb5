"""Values tried before any row is looked at.

A value that cannot be read, or a pattern that cannot be matched with, fails when the first row comes to it. Among rows
that a role does not see that would tell of them: `{name: {_eq: "x"}, pattern: {_regex: "("}}` fails if there is an x,
seen or not. So where rows are hidden, values are tried first, and fail whatever the rows. A condition without columns
is looked at once, before the first row is fetched, and before the part of a statement that changes something is run.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, LiteralString

from domain.tables.catalog import TypeKind
from domain.tables.operators import JSONPATH, TEXT_TYPES
from domain.tables.plan import Parameter
from persistence.sql.fragments import joined, literal, sql
from persistence.sql.predicates import trial

if TYPE_CHECKING:
    from collections.abc import Container, Iterator

    from persistence.sql.binder import Binder
    from persistence.sql.fragments import Sql

# Outside of strings: a variable, none of which is ever given, or a method that reads a time. PostgreSQL fails in some
# of these, even where a path's errors are to be suppressed, and only when a value of a row leads it there.
_STRINGS_OF_PATHS: Final[LiteralString] = '"([^"\\\\]|\\\\.)*"'
_FAILING_PATHS: Final[LiteralString] = '\\$""|\\.(datetime|date|time|time_tz|timestamp|timestamp_tz)\\('
# Their values are read by GraphQL, which refuses what PostgreSQL would not take.
_ALWAYS_READ: Final = frozenset({"int4", "bool"}) | TEXT_TYPES
_AT_ONCE: Final = 50


def trials(binder: Binder, left_out: Container[object]) -> Sql | None:
    """A condition that is true, and fails if one of the values does; None if none can."""
    tried = [
        harmless_path(parameter, binder) if is_path(parameter) else trial(parameter, binder)
        for parameter in binder.parameters
        if isinstance(parameter, Parameter) and parameter not in left_out and _may_fail(parameter)
    ]
    # A function of any types has 100 arguments at most.
    return joined(" AND ", _conditions(tried)) if tried else None


def tried_first(binder: Binder, left_out: Container[object] = ()) -> Sql:
    """The same as a WHERE clause, empty where there is nothing to try; for a statement that has no other."""
    tried = trials(binder, left_out)
    return sql(" WHERE {}", tried) if tried else sql("")


def is_path(parameter: Parameter) -> bool:
    """Whether it is a path of PostgreSQL's path language, which may fail in some rows although it can be read."""
    return parameter.type == JSONPATH


def harmless_path(parameter: Parameter, binder: Binder) -> Sql:
    """The path, if it fails in no row whatever is in it; else what cannot be had."""
    path = binder.bind(parameter)
    bare = sql("regexp_replace({}::text, {}, {}, 'g')", path, literal(_STRINGS_OF_PATHS), literal('""'))
    # No path begins with a closing bracket.
    fails = sql("{} ~ {}", bare, literal(_FAILING_PATHS))
    return sql("CASE WHEN {} THEN (')' || {}::text)::jsonpath ELSE {} END", fails, path, path)


def _conditions(tried: list[Sql]) -> Iterator[Sql]:
    for some in range(0, len(tried), _AT_ONCE):
        yield sql("num_nulls({}) >= 0", joined(", ", tried[some : some + _AT_ONCE]))


def _may_fail(parameter: Parameter) -> bool:
    if parameter.rows:
        return False  # of each row that is inserted, and of no other
    bare = parameter.type.bare
    known = bare.kind is TypeKind.BASE and bare.name in _ALWAYS_READ
    return parameter.pattern is not None or not known
