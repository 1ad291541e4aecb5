"""Stored rules: JSON in the dialect, over the names of the database, as predicates.

Columns and relationships are spelled as in the database; other letter cases and `camelCase` are understood where they
leave no doubt. Operators are spelled `_eq`, `$eq` or `_isNull` alike. `session_names` tells which texts are session
variables.

```json
{"_or": [{"owner_id": "X-Hasura-User-Id"},
         {"team": {"members": {"user_id": {"_eq": "X-User-Id"}, "since": {"_cgte": ["$", "made_at"]}}}},
         {"_exists": {"_table": "admins", "_where": {"id": "X-User-Id"}}}]}
```
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from domain.tables.catalog import Column, TableName
from domain.tables.functions import call_about, computed_column
from domain.tables.logic import conjunction, disjunction
from domain.tables.plan import EVERYTHING, Exists, Not
from domain.tables.rule_measures import MEASURES, read_measures
from domain.tables.rule_names import find, folded, folded_names
from domain.tables.rule_tests import read_tests, read_value_tests
from domain.tables.rule_values import InvalidRuleError, members

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from domain.tables.catalog import Table
    from domain.tables.functions import ComputedField
    from domain.tables.metadata import Json, Rule
    from domain.tables.model import Model
    from domain.tables.plan import Predicate
    from domain.tables.relationships import Relationship
    from domain.tables.rule_values import Path

__all__ = ["InvalidRuleError", "read_rule"]

MAX_DEPTH: Final = 24
"""How deeply the objects of a rule are nested; each level of relationships is a subquery."""
MAX_MEMBERS: Final = 2000
"""All members and items of a rule."""
_DEFAULT_SCHEMA: Final = "public"


def read_rule(rule: Rule | None, table: Table, model: Model) -> Predicate:
    """What a rule asks of a row of the table; nothing where there is none.

    Raises:
        InvalidRuleError: it does not fit the table, or is too large.
    """
    if rule is None:
        return EVERYTHING
    _refuse_large(rule)
    return RuleReader(model, table).predicate(dict(rule), table, ())


def _refuse_large(rule: object) -> None:
    count, level = 0, [rule]
    for _ in range(MAX_DEPTH):
        level = [inner for each in level for inner in _inner(each)]
        count += len(level)
        if count > MAX_MEMBERS:
            raise InvalidRuleError(f"A rule has at most {MAX_MEMBERS} members.")
    if level:
        raise InvalidRuleError(f"A rule is at most {MAX_DEPTH} levels deep.")


def _inner(value: object) -> Iterator[object]:
    match value:
        case dict():
            yield from value.values()  # pyright: ignore[reportUnknownVariableType] - JSON - of any kind
        case list():
            yield from value  # pyright: ignore[reportUnknownVariableType] - JSON
        case _:
            pass


class RuleReader:
    """Reads one rule about the rows of `root`."""

    def __init__(self, model: Model, root: Table) -> None:
        self.model = model
        self.root = root

    def predicate(self, rule: Json, table: Table, path: Path) -> Predicate:
        """What an object asks of a row of a table: all that its members do."""
        given = members(rule, path)
        return conjunction(self._member(name, value, table, (*path, name)) for name, value in given.items())

    def _member(self, name: str, value: Json, table: Table, path: Path) -> Predicate:
        match folded(name.lstrip("$_")) if name[:1] in {"$", "_"} else None:
            case "and":
                return conjunction(self._each(value, table, path))
            case "or":
                return disjunction(self._each(value, table, path))
            case "not":
                return Not(self.predicate(value, table, path))
            case "exists":
                return self._exists(value, table, path)
            case _:
                return self._of_table(name, value, table, path)

    def _each(self, value: Json, table: Table, path: Path) -> Iterator[Predicate]:
        for index, item in enumerate(value if isinstance(value, list) else [value]):
            yield self.predicate(item, table, (*path, index))

    def _of_table(self, name: str, value: Json, table: Table, path: Path) -> Predicate:
        found = find(name, table.by_name, self.ways(table))
        if isinstance(found, Column):
            return read_tests(found, value, table, self.root, path)
        if found is not None:
            target = self.model.catalog.by_name[found.target]
            return Exists(found, target, self.predicate(value, target, path))
        computed = self._computed(name, table)
        if computed is not None:
            return self._of_computed(computed, value, path)
        way = self._aggregated(name, table)
        if way is None:
            raise InvalidRuleError(f"The table {table.name} has no column or relationship {name!r}.", path)
        return read_measures(self, way, self.model.catalog.by_name[way.target], value, path)

    def ways(self, table: Table) -> Mapping[str, Relationship]:
        """The relationships of a table that lead to tables which are served."""
        ways, served = self.model.relationships.get(table.name, {}), self.model.catalog.by_name
        return {name: way for name, way in ways.items() if way.target in served}

    def _computed(self, name: str, table: Table) -> ComputedField | None:
        fields = {field.name: field for field in self.model.functions.computed.get(table.name, ())}
        return fields.get(name) or folded_names(fields).get(folded(name))

    def _of_computed(self, field: ComputedField, value: Json, path: Path) -> Predicate:
        """What is asked of a value that a function makes of the row, or of one of the rows that it returns."""
        if field.needs_arguments:
            raise InvalidRuleError(
                f"The computed field {field.name!r} has arguments, which a rule does not give.", path
            )
        if field.returns is None:
            return read_value_tests(computed_column(field), value, path)
        return Exists(None, field.returns, self.predicate(value, field.returns, path), call_about(field))

    def _aggregated(self, name: str, table: Table) -> Relationship | None:
        ways = {f"{name}{MEASURES}": way for name, way in self.ways(table).items() if way.many}
        return ways.get(name) or folded_names(ways).get(folded(name))

    def _exists(self, value: Json, table: Table, path: Path) -> Predicate:
        given = {folded(name.lstrip("$_")): (name, inner) for name, inner in members(value, path).items()}
        if set(given) != {"table", "where"}:
            raise InvalidRuleError("_exists has the members _table and _where.", path)
        (spelled, named), (where, rule) = given["table"], given["where"]
        target = self._table(named, table, (*path, spelled))
        return Exists(None, target, self.predicate(rule, target, (*path, where)))

    def _table(self, value: Json, table: Table, path: Path) -> Table:
        """The table of a name, with its schema or without; one of the same schema if the usual one has none."""
        served = self.model.catalog.by_name
        names = list(_table_names(value, table))
        found = next((served[name] for name in names if name in served), None)
        if found is None:
            raise InvalidRuleError("There is no such table.", path)
        return found


def _table_names(value: Json, table: Table) -> Iterator[TableName]:
    match value:
        case str():
            yield TableName(_DEFAULT_SCHEMA, value)
            yield TableName(table.name.schema, value)
        case {"schema": str(schema), "name": str(name), **rest} if not rest:
            yield TableName(schema, name)
        case {"name": str(name), **rest} if not rest:
            yield TableName(_DEFAULT_SCHEMA, name)
        case _:
            pass
