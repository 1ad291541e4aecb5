"""Compiles an operation once for each shape of its variables and keeps the result."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, TypeAlias, cast

from graphql import (
    DocumentNode,
    FieldNode,
    OperationDefinitionNode,
    Undefined,
    type_from_ast,  # pyright: ignore[reportUnknownVariableType] - upstream's types are bare
)

from domain.bounded import BoundedCache
from domain.errors import InvalidInputError, InvalidValueError
from domain.tables.connections import MAX_PAGE
from domain.tables.secure import secure
from graph.reduced import with_selections
from graph.tables.bindings import BoundRoot, binding_of
from graph.tables.coercion import VariableCoercer
from graph.tables.literals import default_value
from graph.tables.lower import Lowering
from graph.tables.selection import Selector
from graph.tables.shapes import Constants

if TYPE_CHECKING:
    from collections.abc import Container, Mapping, Sequence

    from graphql import GraphQLObjectType, GraphQLSchema

    from domain.bounded import Budget
    from domain.tables.secure import Policy
    from domain.tables.statement import Statement, Tables
    from graph.tables.bindings import ListArguments
    from graph.tables.json_paths import GivenJsonPath
    from graph.tables.lower_connections import GivenCursor
    from graph.tables.shapes import LeafValue, Shape
    from graph.tables.survey import Survey

SHAPES_PER_OPERATION: Final = 100
CHARACTERS_PER_OPERATION: Final = 200_000
"""Of SQL; bounds the memory of all that one operation is compiled to."""
CHARACTERS: Final = 4_000_000
"""Of SQL, for all operations of the process together; each costs about 18 bytes with what belongs to it."""


Nulls: TypeAlias = "frozenset[int]"
"""The values of cursors that are NULL, on which a statement depends."""
_NO_NULLS: Final[Nulls] = frozenset()


@dataclass(frozen=True, slots=True)
class Compiled:
    """An operation compiled for one shape of its variables.

    Attributes:
        statement: answers the root fields that belong to tables; None if none of them does.
        constants: the values that the document gives, numbered after the variables' leaves.
        counts: the values that must not be negative.
        pages: those of them that are sizes of pages.
        cursors: the values that are cursors.
        json_paths: the values that are paths into JSON.
        paths: where in the request each value stands.
        keys: the response keys of all root fields in order.
        rest: a document of the root fields that do not belong to tables; None if all do.
        max_cost: more than this the statement may not cost; None: whatever it costs.
    """

    statement: Statement | None
    constants: tuple[LeafValue, ...]
    counts: frozenset[int]
    paths: Mapping[int, tuple[str | int, ...]]
    keys: tuple[str, ...]
    rest: DocumentNode | None
    pages: frozenset[int] = frozenset()
    cursors: tuple[GivenCursor, ...] = ()
    json_paths: tuple[GivenJsonPath, ...] = ()
    max_cost: float | None = None


CompiledCache: TypeAlias = BoundedCache[tuple["Shape", ...], Compiled]
"""What one operation is compiled to, by the shapes of its variables."""


def compiled_cache(budget: Budget | None = None) -> CompiledCache:
    """One that is empty; `budget` is what it shares with those of other operations."""
    return BoundedCache(max_entries=SHAPES_PER_OPERATION, max_weight=CHARACTERS_PER_OPERATION, budget=budget)


class TableOperation:
    """One query operation of a checked document that may ask for tables."""

    def __init__(
        self,
        schema: GraphQLSchema,
        document: DocumentNode,
        operation: OperationDefinitionNode,
        arguments: ListArguments,
        policy: Policy,
        *,
        compiled: CompiledCache | None = None,
        survey: Survey | None = None,
    ) -> None:
        """`compiled` is what the operation was compiled to before; `survey` is told what it is compiled to now."""
        self._document = document
        self._operation = operation
        self._arguments = arguments
        self._policy = policy
        self._root = cast("GraphQLObjectType", schema.query_type)
        self._coercer = VariableCoercer(variables_of(schema, operation))
        self._compiled = compiled_cache() if compiled is None else compiled
        self._survey = survey

    def compile(self, given: Mapping[str, Any], tables: Tables) -> tuple[Compiled, list[LeafValue]]:
        """The compiled operation for these variables, and the values of this call.

        Raises:
            InvalidInputError: for a variable or an argument that is not valid.
        """
        shapes, leaves = self._coercer.coerce(given)
        compiled = self._found(shapes, _NO_NULLS, len(leaves), tables)
        values = [*leaves, *compiled.constants]
        if compiled.cursors:
            nulls = _NO_NULLS.union(*(cursor.read(values) for cursor in compiled.cursors))
            compiled = self._found(shapes, nulls, len(leaves), tables) if nulls else compiled
        for path in compiled.json_paths:
            path.read(values)
        for source in compiled.counts:
            if cast("str", values[source]).startswith("-"):
                raise InvalidInputError("A number of rows cannot be negative.", compiled.paths[source])
        for source in compiled.pages:
            if int(cast("str", values[source])) > MAX_PAGE:
                raise InvalidInputError(f"A page has {MAX_PAGE} rows at most.", compiled.paths[source])
        return compiled, values

    def _found(self, shapes: tuple[Shape, ...], nulls: Nulls, first: int, tables: Tables) -> Compiled:
        # No shape is a set, so that neither kind of key is ever taken for the other.
        key: tuple[Shape, ...] = (*shapes, nulls) if nulls else shapes
        compiled = self._compiled.find(key)
        if compiled is None:
            compiled = self._compile(shapes, nulls, first, tables)
            weight = len(compiled.statement.text) if compiled.statement else 1
            self._compiled.add(key, compiled, weight=weight)
        return compiled

    def _compile(self, shapes: Sequence[Shape], nulls: Nulls, first: int, tables: Tables) -> Compiled:
        constants = Constants(first)
        selector = Selector(self._document, self._coercer.trees(shapes), constants)
        roots = selector.roots(self._operation.selection_set, self._root)
        bound = {key: nodes for key, nodes in roots.items() if _is_bound(nodes[0], self._root)}
        lowering = Lowering(self._arguments, constants, nulls)
        plan = lowering.plan([selector.field(key, nodes, self._root) for key, nodes in bound.items()])
        if self._survey is not None:
            self._survey.plan(plan)
        return Compiled(
            statement=tables.render(secure(plan, self._policy)) if bound else None,
            constants=tuple(constants.values),
            counts=frozenset(lowering.counts),
            pages=frozenset(lowering.pages),
            cursors=tuple(lowering.cursors),
            json_paths=tuple(lowering.json_paths),
            paths=lowering.paths,
            keys=tuple(roots),
            rest=without(self._document, self._operation, bound, roots) if len(bound) < len(roots) else None,
            max_cost=self._policy.max_cost,
        )


def without(
    document: DocumentNode,
    operation: OperationDefinitionNode,
    bound: Container[str],
    roots: Mapping[str, Sequence[FieldNode]],
) -> DocumentNode:
    """The document with nothing in it but this operation, less the root fields that are bound to tables.

    Fragments and variables that only those need are left out: their values were read, and graphql-core is stricter.
    """
    nodes = (node for key, several in roots.items() if key not in bound for node in several)
    return with_selections(document, operation, nodes)


def located(error: InvalidValueError, compiled: Compiled) -> InvalidInputError:
    """The error about a bound value, with the place of the value in the request."""
    return InvalidInputError(error.message, compiled.paths.get(error.source, ()))


def _is_bound(node: FieldNode, root: GraphQLObjectType) -> bool:
    field = root.fields.get(node.name.value)
    return field is not None and isinstance(binding_of(field), BoundRoot)


def variables_of(schema: GraphQLSchema, operation: OperationDefinitionNode) -> list[tuple[str, Any, Any]]:
    """Name, type and default of the operation's variables."""
    return [
        (
            definition.variable.name.value,
            type_from_ast(schema, definition.type),
            default_value(definition.default_value) if definition.default_value else Undefined,
        )
        for definition in operation.variable_definitions or ()
    ]
