"""Boolean expressions of permissions, in the one spelling of the dialect.

`$eq` is `_eq`, a bare value is `{_eq: value}`, `_ne` is `_neq`, and the table of `_exists` has its schema.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from domain.document import DocumentError, Node
from domain.tables.hasura.names import qualified

if TYPE_CHECKING:
    from domain.document import Json

_LISTS: Final = frozenset({"_and", "_or"})
_OPERATORS: Final = frozenset(
    f"_{word}"
    for word in (
        *("eq", "ne", "neq", "in", "nin", "gt", "lt", "gte", "lte", "is_null", "cast"),
        *("ceq", "cne", "cneq", "cgt", "clt", "cgte", "clte"),
        *("like", "nlike", "ilike", "nilike", "similar", "nsimilar", "regex", "iregex", "nregex", "niregex"),
        *("contains", "contained_in", "has_key", "has_keys_any", "has_keys_all"),
        *("ancestor", "ancestor_any", "descendant", "descendant_any"),
        *("matches", "matches_any", "matches_fulltext"),
    )
)
_RENAMED: Final = {"_ne": "_neq", "_cne": "_cneq"}
_SPATIAL: Final = "_st_"


class RuleNotTakenError(DocumentError):
    """A rule asks for something that there is not."""


def read_rule(node: Node) -> dict[str, Json]:
    """A boolean expression over the columns of a table.

    Raises:
        RuleNotTakenError: it has an operator that there is not.
        DocumentError: it is none.
    """
    rule: dict[str, Json] = {}
    for name, value in node.json_object().items():
        each = Node(value, (*node.path, name))
        rule[_spelled(name)] = _member(_spelled(name), each)
    return rule


def _member(name: str, node: Node) -> Json:
    if name in _LISTS:
        return [read_rule(each) for each in node.items()]
    if name == "_not":
        return read_rule(node)
    if name == "_exists":
        return _exists(node)
    if not isinstance(node.value, dict):
        return {"_eq": node.json()}
    names = [_spelled(each) for each in node.json_object()]
    if names and all(each in _OPERATORS or each.startswith(_SPATIAL) for each in names):
        return _comparisons(node)
    return read_rule(node)


def _comparisons(node: Node) -> dict[str, Json]:
    found: dict[str, Json] = {}
    for name, value in node.json_object().items():
        spelled = _spelled(name)
        if spelled.startswith(_SPATIAL):
            where = Node(value, (*node.path, name))
            raise RuleNotTakenError(f"There is no {spelled}: PostGIS has no operators here.", where.path)
        found[_RENAMED.get(spelled, spelled)] = _cast(node, name) if spelled == "_cast" else value
    return found


def _cast(node: Node, name: str) -> Json:
    """`{String: {$like: ...}}`: comparisons by type."""
    casts = Node(node.json_object()[name], (*node.path, name))
    return dict(casts.each(_comparisons))


def _exists(node: Node) -> Json:
    members = {_spelled(name): each for name, each in node.members().items()}
    if members.keys() != {"_table", "_where"}:
        node.refuse("_table and _where are expected.")
    table = qualified(members["_table"])
    return {"_table": {"schema": table.schema, "name": table.name}, "_where": read_rule(members["_where"])}


def _spelled(name: str) -> str:
    return f"_{name[1:]}" if name.startswith("$") else name
