"""Root fields and types that are made when they are first mentioned.

A schema of 2000 tables has a hundred thousand types, of which the documents of an application mention a few. Who walks
through a whole schema, as introspection does, gets one that is made for it.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from typing import TYPE_CHECKING

from graphql import GraphQLInputObjectType, GraphQLInterfaceType, GraphQLObjectType

from graph.tables.wrapping import bare, type_of

if TYPE_CHECKING:
    from collections.abc import Callable, ItemsView, Iterable, Iterator, ValuesView

    from graphql import GraphQLField, GraphQLNamedType

    from graph.tables.holders import Holders, Owner
    from graph.tables.types import TableTypes


class RootFields(Mapping[str, "GraphQLField"]):
    """The fields of a root type: the platform's, and those of each table made when one of them is asked for."""

    def __init__(
        self,
        own: Mapping[str, GraphQLField],
        owners: Mapping[str, Owner],
        make: Callable[[Owner], dict[str, GraphQLField]],
    ) -> None:
        """`own` are the platform's, `owners` says whose any other is, and `make` makes all those of an owner."""
        self._own = own
        self._owners = owners
        self._make = make
        self._made: dict[Owner, dict[str, GraphQLField]] = {}

    def __getitem__(self, name: str) -> GraphQLField:
        own = self._own.get(name)
        return self.of(self._owners[name])[name] if own is None else own

    def source(self, name: str) -> object:
        """The field itself if it is the platform's, else its owner; `...` where there is no such field."""
        own = self._own.get(name)
        return self._owners.get(name, ...) if own is None else own

    def __iter__(self) -> Iterator[str]:
        yield from self._own
        for owner in dict.fromkeys(self._owners.values()):
            yield from self.of(owner)

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def of(self, owner: Owner) -> dict[str, GraphQLField]:
        """All fields of a table, or of the functions if `owner` is None."""
        made = self._made.get(owner)
        if made is None:
            made = self._made[owner] = self._make(owner)
        return made


class TypesByName(Mapping[str, "GraphQLNamedType"]):
    """The types of a schema by name, each found by a walk from the root fields of the table that it belongs to.

    So a type is there exactly if the role's fields lead to it, as in a whole schema.
    """

    def __init__(
        self,
        own: Mapping[str, GraphQLNamedType],
        holders: Holders,
        types: TableTypes,
        roots: Iterable[RootFields],
        whole: Callable[[], Mapping[str, GraphQLNamedType]],
    ) -> None:
        """`own` are the types that are there already; `whole` gives all of them, for who asks for all."""
        self._found = dict(own)
        self._holders = holders
        self._types = types
        self._roots = tuple(roots)
        self._whole = whole
        self._walks: dict[Owner, Iterator[GraphQLNamedType]] = {}

    def __getitem__(self, name: str) -> GraphQLNamedType:
        found = self._found.get(name)
        return self._search(name) if found is None else found

    def __iter__(self) -> Iterator[str]:
        return iter(self._whole())

    def __len__(self) -> int:
        return len(self._whole())

    def values(self) -> ValuesView[GraphQLNamedType]:
        """All types, made anew."""
        return self._whole().values()

    def items(self) -> ItemsView[str, GraphQLNamedType]:
        """All types by name, made anew."""
        return self._whole().items()

    def _search(self, name: str) -> GraphQLNamedType:
        for owner in self._holders.holders_of(name):
            walk = self._walks.get(owner)
            if walk is None:
                walk = self._walks[owner] = self._walk(owner)
            for type_ in walk:
                self._found.setdefault(type_.name, type_)
                if type_.name == name:
                    return type_
            if name in self._found:
                return self._found[name]
        raise KeyError(name)

    def _walk(self, owner: Owner) -> Iterator[GraphQLNamedType]:
        """The types that belong to a table and those next to them, from the root fields on."""
        queue: deque[GraphQLNamedType] = deque()
        seen: set[str] = set()
        for start in self._starts(owner):
            queue.append(start)
            while queue:
                type_ = queue.popleft()
                if type_.name in seen:
                    continue
                seen.add(type_.name)
                yield type_
                if self._holders.owner_of(type_.name) in {owner, None}:
                    queue.extend(_next(type_))

    def _starts(self, owner: Owner) -> Iterator[GraphQLNamedType]:
        for fields in self._roots:
            for field in fields.of(owner).values():
                for argument in field.args.values():
                    yield bare(type_of(argument))
                yield bare(type_of(field))
        if owner is not None:
            yield from self._types.reached_from_others(owner)


def _next(type_: GraphQLNamedType) -> Iterator[GraphQLNamedType]:
    match type_:
        case GraphQLObjectType() | GraphQLInterfaceType():
            for field in type_.fields.values():
                yield bare(type_of(field))
                for argument in field.args.values():
                    yield bare(type_of(argument))
        case GraphQLInputObjectType():
            for given in type_.fields.values():
                yield bare(type_of(given))
        case _:
            return


def with_fields(root: GraphQLObjectType, fields: RootFields) -> GraphQLObjectType:
    """The root type with fields that are made on demand.

    graphql-core computes a type's fields on first access and keeps them under that name, where these stand instead.
    """
    type_ = GraphQLObjectType(root.name, {}, description=root.description)
    vars(type_)["fields"] = fields
    return type_
