"""Mutations of a role whose rights are made by hand, run on real tables."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import orjson
from graphql import OperationDefinitionNode, parse, validate

from domain.errors import SelfgraphError
from domain.tables.model import build_model
from domain.tables.plan import EVERYTHING
from domain.tables.rights import NOTHING, TableRights, Unrestricted
from domain.tables.secure import Policy
from domain.tables.statement import Values, WriteFailedError
from graph.role_schema import basis_of, build_schema, static_schema
from graph.schema import TableOptions
from graph.tables.naming import CamelNaming
from graph.tables.types import list_arguments
from graph.tables.write_compiler import WriteOperation
from persistence.catalog import CatalogReader, parse_catalog
from persistence.tables import PostgresTables

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from domain.tables.catalog import Catalog, Function, Table, TableName
    from domain.tables.functions import ComputedField
    from domain.tables.relationships import Relationship
    from persistence.database import Database


@dataclass(frozen=True)
class GivenRights:
    """Rights by the names of tables."""

    tables: Mapping[str, TableRights] = field(default_factory=dict[str, TableRights])

    def of(self, table: Table) -> TableRights:
        return self.tables.get(table.name.name, NOTHING)

    def partly_shown(self, table: TableName) -> Collection[str]:
        select = self.tables.get(table.name, NOTHING).select
        return [name for name, rows in select.columns.items() if rows != EVERYTHING] if select else ()

    def may_call(self, function: Function) -> bool:
        raise NotImplementedError(function)

    def may_compute(self, field: ComputedField) -> bool:
        raise NotImplementedError(field)


class Ruled:
    """Runs mutations under rights; the schema is everybody's, so that it keeps nothing from being asked."""

    def __init__(self, database: Database, catalog: Catalog) -> None:
        self.catalog = catalog
        self._tables = PostgresTables(database)
        static = static_schema()
        basis = basis_of(static, build_model(catalog), TableOptions(CamelNaming(), "public"))
        self._schema = build_schema(static, basis, Unrestricted())

    @classmethod
    async def of(cls, database: Database) -> Ruled:
        return cls(database, parse_catalog(await CatalogReader(database, ["public"]).read()))

    def table(self, name: str) -> Table:
        return next(table for table in self.catalog.tables if table.name.name == name)

    def way(self, table: str, name: str) -> Relationship:
        return build_model(self.catalog).relationships[self.table(table).name][name]

    async def write(
        self,
        rights: GivenRights,
        query: str,
        variables: Mapping[str, Any] | None = None,
        session: Mapping[str, str] | None = None,
    ) -> dict[str, Any]:
        """The data of the answer.

        Raises:
            SelfgraphError: what the caller would be told.
        """
        document = parse(query)
        assert not validate(self._schema, document)
        node = next(each for each in document.definitions if isinstance(each, OperationDefinitionNode))
        operation = WriteOperation(self._schema, document, node, list_arguments(CamelNaming()), Policy(1000, rights))
        compiled, values = operation.compile(variables or {}, self._tables)
        try:
            answers = await self._tables.write(compiled.roots, Values(values, session or {}))
            await asyncio.sleep(0)  # asyncpg tells of a statement in the next turn of the loop
        except WriteFailedError as failure:
            raise failure.error from failure
        finally:
            await asyncio.sleep(0)  # what was sent is told when the loop turns
        return {root.key: orjson.loads(answer) for root, answer in zip(compiled.roots, answers, strict=True)}

    async def refusal(
        self,
        rights: GivenRights,
        query: str,
        variables: Mapping[str, Any] | None = None,
        session: Mapping[str, str] | None = None,
    ) -> SelfgraphError:
        """What a mutation is refused with."""
        try:
            answer = await self.write(rights, query, variables, session)
        except SelfgraphError as error:
            return error
        raise AssertionError(answer)
