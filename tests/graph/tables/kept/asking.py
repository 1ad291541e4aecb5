"""Documents checked and compiled: by who has kept what was made of them before, and by who knows nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from domain.errors import SelfgraphError
from domain.tables.catalog import Catalog
from domain.tables.metadata import NO_METADATA, Metadata
from domain.tables.secure import Policy
from graph.documents import Documents
from graph.errors import DocumentError
from graph.limits import Limits
from graph.operations import OperationKind
from graph.schema import Schemas, TableOptions
from graph.tables.answering import TableAnswers
from graph.tables.naming import CamelNaming
from graph.tables.types import list_arguments
from persistence.sql.options import RenderOptions
from persistence.tables import PostgresTables

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Collection, Sequence

    from domain.tables.enums import EnumRows, EnumTable
    from graph.served import ServedSchema
    from tests.graph.tables.kept.worlds import World

NAMING = CamelNaming()


class Situation:
    """A world that can be replaced by another one: all that a schema is read from."""

    def __init__(self, world: World, *, tables_first: bool = False) -> None:
        self._number = 0
        self.world = world
        self.tables_first = tables_first
        options = TableOptions(NAMING, "public", tables_first=tables_first)
        self.schemas = Schemas(self, self, self._parse, options, metadata=_Said(self), enums=_Rows(self))

    async def becomes(self, world: World) -> None:
        self._number += 1
        self.world = world
        await self.schemas.reload()

    async def read(self, altered: Collection[int] | None = None) -> Sequence[str]:  # noqa: ARG002 - the port's
        return [str(self._number)]

    async def fingerprint(self) -> str:
        return str(self._number)

    async def listen(self) -> AsyncGenerator[None]:
        yield None

    def _parse(self, documents: Sequence[str]) -> Catalog:
        return Catalog(f"c{documents[0]}", self.world.catalog.tables, self.world.functions)


class _Said:
    def __init__(self, situation: Situation) -> None:
        self._situation = situation

    async def read(self) -> Metadata:
        return self._situation.world.said

    async def version(self) -> str:
        return f"m{await self._situation.fingerprint()}" if self._situation.world.said != NO_METADATA else ""


class _Rows:
    def __init__(self, situation: Situation) -> None:
        self._situation = situation

    async def read(self, tables: Sequence[EnumTable]) -> EnumRows:  # noqa: ARG002 - the port's
        return self._situation.world.rows


class Asking:
    """The way of an operation up to where its statements would run."""

    def __init__(self) -> None:
        self.documents = Documents(Limits(), introspection=True)
        tables = PostgresTables(None, RenderOptions())  # type: ignore[arg-type]
        self._answers = TableAnswers(tables, Policy(1000), list_arguments(NAMING))

    def ask(self, served: ServedSchema, query: str, variables: dict[str, Any]) -> object:
        """What would be run, all of it, or the error."""
        try:
            document = self.documents.check(query, served)
            if document.kind(None) is OperationKind.MUTATION:
                return self._answers.writes.compile(served, document, None, variables)
            return self._answers.compile(served, document, None, variables)
        except DocumentError as error:
            return [entry["message"] for entry in error.entries]
        except SelfgraphError as error:
            return type(error), str(error), error.extensions()
