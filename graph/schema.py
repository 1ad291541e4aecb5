"""The schema that is served: the platform's own and the one generated from the catalog, swapped as one."""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol, cast

import strawberry
from graphql import GraphQLObjectType, GraphQLSchema, is_introspection_type
from loguru import logger
from strawberry.schema.config import StrawberryConfig

from domain.errors import SelfgraphError
from domain.roles import ADMINISTRATORS
from domain.tables.catalog import Catalog
from graph.execution import ServedSchema
from graph.mutations import Mutation
from graph.queries import Query
from graph.scalars import SCALARS, SHARED
from graph.subscriptions import Subscription
from graph.tables.names import Taken
from graph.tables.types import TableTypes
from graph.tables.write_answering import DESCRIBED

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable

    from graphql import GraphQLField, GraphQLScalarType

    from graph.tables.naming import Naming

QUIET_SECONDS: Final = 0.05
"""A script's commands come in a burst: this long a build waits for more of them."""
RENEWAL_SECONDS: Final = 2.0
"""The longest that a document which does not fit waits for a schema that is being built."""


class CatalogSource(Protocol):
    """Where catalogs come from."""

    async def read(self) -> str:
        """The catalog as a document."""
        ...

    async def fingerprint(self) -> str:
        """A short text that changes whenever the catalog may have changed; far cheaper than `read`."""
        ...


class CatalogChanges(Protocol):
    """What tells of changes of the catalog."""

    def listen(self) -> AsyncGenerator[None]:
        """Yields whenever the catalog may have changed; never ends by itself."""
        ...


@dataclass(frozen=True, slots=True)
class TableOptions:
    """How the generated schema is made; each field is the setting of the same name."""

    naming: Naming
    default_schema: str
    stringify_numeric_types: bool = False


class Schemas:
    """Holds the current schema and builds the next one beside the requests, in a thread."""

    def __init__(
        self, source: CatalogSource, listener: CatalogChanges, parse: Callable[[str], Catalog], options: TableOptions
    ) -> None:
        self._source = source
        self._listener = listener
        self._parse = parse
        self._options = options
        self._static = static_schema()
        self._catalog = Catalog(version="", tables=())
        self._platform = ServedSchema(self._static, "")
        self._served = self._platform
        self._fingerprint = ""
        self._building = asyncio.Lock()
        self._swapped = asyncio.Event()

    @property
    def catalog(self) -> Catalog:
        """The catalog that the current schema was made from."""
        return self._catalog

    @property
    def default_schema(self) -> str:
        """The schema whose tables are named without a prefix."""
        return self._options.default_schema

    def for_role(self, role: str) -> ServedSchema:
        """The schema of a role as it is now; tables are there for administrators only."""
        return self._served if role in ADMINISTRATORS else self._platform

    async def reload(self, *, after: float = 0) -> Catalog:
        """Read the catalog `after` some seconds and, if it is another one, build its schema and swap both in.

        Raises:
            SelfgraphError: the database cannot be read; the current schema stays.
        """
        async with self._building:
            await asyncio.sleep(after)
            await self._reload()
        return self._catalog

    async def follow(self) -> None:
        """Reload at every change until cancelled; a reload that fails is logged and tried again at the next one."""
        async with contextlib.aclosing(self._listener.listen()) as changes:
            async for _ in changes:
                try:
                    await self.reload(after=QUIET_SECONDS)
                except SelfgraphError as error:
                    logger.warning("The catalog could not be read: {}", error.message)
                except Exception:  # noqa: BLE001 - the old schema goes on being served
                    logger.exception("The catalog could not be turned into a schema.")

    async def renewed(self, version: str) -> bool:
        """Wait for a build that is under way; whether the schema is another one than `version` now.

        A change that nothing has told of yet, because it was made a moment ago or because nothing tells, is looked for.
        """
        with contextlib.suppress(TimeoutError, SelfgraphError):
            async with asyncio.timeout(RENEWAL_SECONDS), self._building:
                if self._served.version == version and await self._source.fingerprint() != self._fingerprint:
                    await self._reload()
        return self._served.version != version

    async def changes(self) -> AsyncGenerator[Catalog]:
        """The current catalog, then every later one; one that is replaced before it is read is left out."""
        while True:
            swapped = self._swapped
            yield self._catalog
            await swapped.wait()

    async def _reload(self) -> None:
        fingerprint = await self._source.fingerprint()  # first: a change in between is found again, never lost
        document = await self._source.read()
        catalog, schema = await asyncio.to_thread(self._build, document)
        if schema is not None:
            self._swap(catalog, schema)
        self._fingerprint = fingerprint

    def _build(self, document: str) -> tuple[Catalog, GraphQLSchema | None]:
        catalog = self._parse(document)
        if catalog.version == self._catalog.version:
            return catalog, None
        return catalog, build_schema(self._static, catalog, self._options)

    def _swap(self, catalog: Catalog, schema: GraphQLSchema) -> None:
        self._catalog = catalog
        self._served = ServedSchema(schema, catalog.version)
        self._swapped.set()
        self._swapped = asyncio.Event()
        logger.info("Serving {} tables and views.", len(catalog.tables))


def static_schema() -> GraphQLSchema:
    """The platform's own schema."""
    config = StrawberryConfig(enable_experimental_incremental_execution=True, scalar_map=SCALARS)
    schema = strawberry.Schema(Query, Mutation, Subscription, config=config)
    return schema._schema  # noqa: SLF001  # pyright: ignore[reportPrivateUsage] - Strawberry has no other way to it


def build_schema(static: GraphQLSchema, catalog: Catalog, options: TableOptions) -> GraphQLSchema:
    """The platform's schema with the tables of a catalog beside its query fields."""
    types = TableTypes(
        catalog,
        options.naming,
        taken_names(static),
        options.default_schema,
        leaves={type_: cast("GraphQLScalarType", static.type_map[name]) for type_, name in SHARED.items()},
        stringify_numeric_types=options.stringify_numeric_types,
        page_info=cast("GraphQLObjectType | None", static.type_map.get("PageInfo")),
    )
    query, mutation = static.query_type, static.mutation_type
    fields: dict[str, GraphQLField] = {**(query.fields if query else {}), **types.query_fields()}
    return GraphQLSchema(
        query=GraphQLObjectType("Query", fields, description=query.description if query else None),
        mutation=GraphQLObjectType(
            "Mutation",
            {**(mutation.fields if mutation else {}), **types.mutation_fields()},
            description=mutation.description if mutation else None,
        ),
        subscription=static.subscription_type,
        types=types.named_types(),
        directives=static.directives,
        extensions={**static.extensions, DESCRIBED: types.described()},
        description=static.description,
    )


def taken_names(static: GraphQLSchema) -> Taken:
    """The names that the platform's own schema has."""
    roots = (static.query_type, static.mutation_type, static.subscription_type)
    return Taken(
        fields=frozenset(name for root in roots if root for name in root.fields),
        types=frozenset(name for name, type_ in static.type_map.items() if not is_introspection_type(type_))
        | {"Int", "Float", "String", "Boolean", "ID"},
    )
