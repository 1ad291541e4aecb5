"""Compiles a mutation once for each shape of its variables and keeps the result."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias, cast

from domain.bounded import BoundedCache
from domain.errors import InvalidInputError, InvalidValueError
from domain.tables.plan import ConstantOutput
from domain.tables.secure_writes import secure_writes
from domain.tables.writes import AffectedRows, OneRow, Response, WriteRoot
from graph.tables.bindings import BoundRoot, BoundWrite, binding_of
from graph.tables.coercion import VariableCoercer
from graph.tables.compiler import CHARACTERS_PER_OPERATION, SHAPES_PER_OPERATION, variables_of, without
from graph.tables.lower_inserts import gather, only_text
from graph.tables.lower_writes import WriteLowering
from graph.tables.selection import Selector
from graph.tables.shapes import Constants

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from graphql import DocumentNode, FieldNode, GraphQLObjectType, GraphQLSchema, OperationDefinitionNode

    from domain.bounded import Budget
    from domain.tables.secure import Policy
    from domain.tables.statement import Tables, Value, WriteRootStatements
    from domain.tables.writes import WritePlan
    from graph.tables.bindings import ListArguments
    from graph.tables.json_paths import GivenJsonPath
    from graph.tables.lower_inserts import Gathered
    from graph.tables.row_places import RowPlace
    from graph.tables.shapes import LeafValue, Shape
    from graph.tables.survey import Survey


@dataclass(frozen=True, slots=True)
class CompiledWrites:
    """A mutation compiled for one shape of its variables.

    Attributes:
        roots: the statements of each root field that changes a table, in order; none if no root field does.
        reads: whether anything of a row is answered.
        constants: the values that the document gives, numbered after the variables' leaves.
        copied: the values that are lists of one other value, which is a text, and the place of that.
        gathered: the other values that are made of others.
        counts: the values that must not be negative.
        json_paths: the values that are paths into JSON.
        paths: where in the request each value stands.
        row_places: the same for values that are lists with one for each row.
        keys: the response keys of all root fields in order.
        rest: a document of `__typename` where the mutation asks for it.
    """

    roots: tuple[WriteRootStatements, ...]
    reads: bool
    constants: tuple[LeafValue, ...]
    copied: tuple[tuple[int, int], ...]
    gathered: Mapping[int, Gathered]
    counts: frozenset[int]
    json_paths: tuple[GivenJsonPath, ...]
    paths: Mapping[int, tuple[str | int, ...]]
    row_places: Mapping[int, RowPlace]
    keys: tuple[str, ...]
    rest: DocumentNode | None

    @property
    def weight(self) -> int:
        """The characters of its SQL."""
        statements = [statement for root in self.roots for statement in root.statements]
        return 1 + sum(len(text) for statement in statements for text in statement.texts)

    def located(self, error: InvalidValueError, values: Sequence[Value]) -> InvalidInputError:
        """The error about a bound value, with the place of the value in the request."""
        place = self.row_places.get(error.source)
        if place is None:
            return InvalidInputError(error.message, self.paths.get(error.source, ()))
        return InvalidInputError(error.message, place.of(error.row or 0, values))


CompiledWritesCache: TypeAlias = BoundedCache[tuple["Shape", ...], CompiledWrites]
"""What one mutation is compiled to, by the shapes of its variables."""


def compiled_writes_cache(budget: Budget | None = None) -> CompiledWritesCache:
    """One that is empty; `budget` is what it shares with those of other operations."""
    return BoundedCache(max_entries=SHAPES_PER_OPERATION, max_weight=CHARACTERS_PER_OPERATION, budget=budget)


class WriteOperation:
    """One mutation of a checked document that may change tables."""

    def __init__(
        self,
        schema: GraphQLSchema,
        document: DocumentNode,
        operation: OperationDefinitionNode,
        arguments: ListArguments,
        policy: Policy,
        *,
        compiled: CompiledWritesCache | None = None,
        survey: Survey | None = None,
    ) -> None:
        """`compiled` is what the mutation was compiled to before; `survey` is told what it is compiled to now."""
        self._document = document
        self._operation = operation
        self._arguments = arguments
        self._policy = policy
        self._root = cast("GraphQLObjectType", schema.mutation_type)
        self._coercer = VariableCoercer(variables_of(schema, operation))
        self._compiled = compiled_writes_cache() if compiled is None else compiled
        self._survey = survey
        self.is_bound = len(self._compiled) > 0 or self._asks_for_tables()

    def compile(self, given: Mapping[str, Any], tables: Tables) -> tuple[CompiledWrites, list[LeafValue]]:
        """The compiled mutation for these variables, and the values of this call.

        Raises:
            InvalidInputError: for a variable or an argument that is not valid, and for a mutation that does something
                else besides.
        """
        shapes, leaves = self._coercer.coerce(given)
        compiled = self._compiled.find(shapes)
        if compiled is None:
            compiled = self._compile(shapes, len(leaves), tables)
            self._compiled.add(shapes, compiled, weight=compiled.weight)
        values = [*leaves, *compiled.constants]
        for source, text in compiled.copied:
            values[source] = [cast("str", values[text])]
        for source, cells in compiled.gathered.items():
            values[source] = gather(cells, values)
        for path in compiled.json_paths:
            path.read(values)
        for source in compiled.counts:
            if cast("str", values[source]).startswith("-"):
                raise InvalidInputError("A number of rows cannot be negative.", compiled.paths[source])
        return compiled, values

    def _compile(self, shapes: Sequence[Shape], first: int, tables: Tables) -> CompiledWrites:
        constants = Constants(first)
        selector = Selector(self._document, self._coercer.trees(shapes), constants)
        roots = selector.roots(self._operation.selection_set, self._root)
        bound = {key: nodes for key, nodes in roots.items() if self._is_bound(nodes[0])}
        others = [nodes[0] for key, nodes in roots.items() if key not in bound]
        if bound and any(node.name.value in self._root.fields for node in others):
            raise InvalidInputError("Changes of tables are one transaction; send other mutations in another operation.")
        lowering = WriteLowering(self._arguments, constants, self._policy.rights)
        plan = lowering.writes([selector.field(key, nodes, self._root) for key, nodes in bound.items()])
        if self._survey is not None:
            self._survey.plan(plan)
        copied = {source: text for source, cells in lowering.gathered.items() if (text := only_text(cells)) is not None}
        return CompiledWrites(
            roots=tables.render_writes(secure_writes(plan, self._policy)),
            reads=_reads(plan),
            constants=tuple(constants.values),
            copied=tuple(copied.items()),
            gathered={source: cells for source, cells in lowering.gathered.items() if source not in copied},
            counts=frozenset(lowering.counts),
            json_paths=tuple(lowering.json_paths),
            paths=lowering.paths,
            row_places=lowering.row_places,
            keys=tuple(roots),
            rest=without(self._document, self._operation, bound, roots) if others else None,
        )

    def _is_bound(self, node: FieldNode) -> bool:
        field = self._root.fields.get(node.name.value)
        return field is not None and isinstance(binding_of(field), BoundWrite | BoundRoot)

    def _asks_for_tables(self) -> bool:
        """Whether any root field may change a table, whatever the variables."""
        finder = Selector(self._document, {}, Constants(0), every=True)
        roots = finder.roots(self._operation.selection_set, self._root)
        return any(self._is_bound(nodes[0]) for nodes in roots.values())


def _reads(plan: WritePlan) -> bool:
    return any(
        any(_shows_rows(write.answer) for write in root.writes) if isinstance(root, WriteRoot) else True
        for root in plan.roots
    )


def _shows_rows(answer: Response | OneRow) -> bool:
    if isinstance(answer, OneRow):
        return not all(isinstance(output, ConstantOutput) for output in answer.rows.output)
    return not all(isinstance(member, AffectedRows | ConstantOutput) for member in answer.members)
