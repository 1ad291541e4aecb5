"""Boolean expressions of permissions, in the one spelling of the dialect.

`$eq` is `_eq`, a bare value is `{_eq: value}`, `_ne` is `_neq`, and the table of `_exists` has its schema.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from domain.document import Node
from domain.tables.hasura.names import qualified
from domain.tables.hasura.values import RuleNotTakenError, read_value, read_values

if TYPE_CHECKING:
    from domain.document import Json

_LISTS: Final = frozenset({"_and", "_or"})
_OPERATORS: Final = frozenset(
    f"_{word}"
    for word in (
        *("eq", "neq", "in", "nin", "gt", "lt", "gte", "lte", "is_null", "cast"),
        *("ceq", "cneq", "cgt", "clt", "cgte", "clte"),
        *("like", "nlike", "ilike", "nilike", "similar", "nsimilar", "regex", "iregex", "nregex", "niregex"),
        *("contains", "contained_in", "has_key", "has_keys_any", "has_keys_all"),
        *("ancestor", "ancestor_any", "descendant", "descendant_any"),
        *("matches", "matches_any", "matches_fulltext"),
    )
)
_OF_COLUMNS: Final = frozenset({"_ceq", "_cneq", "_cgt", "_clt", "_cgte", "_clte"})
_OF_LISTS: Final = frozenset({"_in", "_nin", "_has_keys_any", "_has_keys_all"})
_RENAMED: Final = {"_ne": "_neq", "_cne": "_cneq"}
_SPATIAL: Final = "_st_"


def read_rule(node: Node) -> dict[str, Json]:
    """A boolean expression over the columns of a table.

    Raises:
        RuleNotTakenError: it has an operator that there is not, or says a thing in two spellings.
        DocumentError: it is none.
    """
    return {name: _member(name, each) for name, each in _members(node).items()}


def _members(node: Node) -> dict[str, Node]:
    """The members of an object by their names in the one spelling."""
    found: dict[str, Node] = {}
    for name, value in node.json_object().items():
        spelled = f"_{name[1:]}" if name.startswith("$") else name
        spelled = _RENAMED.get(spelled, spelled)
        each = Node(value, (*node.path, name))
        if spelled in found:
            raise RuleNotTakenError(f"{spelled} is said twice, in two spellings.", each.path)
        found[spelled] = each
    return found


def _member(name: str, node: Node) -> Json:
    if name in _LISTS:
        return [read_rule(each) for each in node.items()]
    if name == "_not":
        return read_rule(node)
    if name == "_exists":
        return _exists(node)
    if not isinstance(node.value, dict):
        return {"_eq": read_value(node)}
    names = _members(node)
    if names and all(each in _OPERATORS or each.startswith(_SPATIAL) for each in names):
        return _comparisons(node)
    return read_rule(node)


def _comparisons(node: Node) -> dict[str, Json]:
    return {name: _comparison(name, each) for name, each in _members(node).items()}


def _comparison(name: str, node: Node) -> Json:
    if name.startswith(_SPATIAL):
        raise RuleNotTakenError(f"There is no {name}: PostGIS has no operators here.", node.path)
    if name == "_cast":
        # `{String: {$like: ...}}`: comparisons by type.
        return dict(node.each(_comparisons))
    if name in _OF_COLUMNS:
        return node.json()
    return read_values(node) if name in _OF_LISTS else read_value(node)


def _exists(node: Node) -> Json:
    members = _members(node)
    if members.keys() != {"_table", "_where"}:
        node.refuse("_table and _where are expected.")
    table = qualified(members["_table"])
    return {"_table": {"schema": table.schema, "name": table.name}, "_where": read_rule(members["_where"])}
