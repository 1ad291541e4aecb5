"""The schema that is served: the platform's own and the one generated from the catalog, swapped as one."""

from __future__ import annotations

import asyncio
import contextlib
import sys
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, ParamSpec, Protocol, TypeAlias, TypeVar

from loguru import logger

from domain.bounded import BoundedCache
from domain.errors import SelfgraphError
from domain.roles import ADMINISTRATORS
from domain.tables.catalog import Catalog
from domain.tables.enums import EnumRows, enum_tables
from domain.tables.metadata import NO_METADATA
from domain.tables.model import ModelBuilder
from domain.tables.rights import Unrestricted
from domain.tables.role_rights import RoleRights
from graph.role_schema import RoleSchema, basis_maker, static_schema
from graph.served import ServedSchema

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Collection, Sequence

    from domain.tables.enums import EnumTable
    from domain.tables.metadata import Metadata
    from domain.tables.model import Model
    from domain.tables.rights import Rights
    from graph.tables.basis import Basis
    from graph.tables.naming import Naming

QUIET_SECONDS: Final = 0.05
"""A script's commands come in a burst: this long a build waits for more of them."""
REST: Final = 2.0
"""How many times as long as a reload took requests are let be before the next one, where change follows on change."""
MAX_REST_SECONDS: Final = 0.5
"""The longest that a change waits for that."""
RENEWAL_SECONDS: Final = 2.0
"""The longest that a document which does not fit waits for a schema that is being built."""
SWITCH_SECONDS: Final = 0.0002
"""How long a build keeps a request waiting at a time."""
MAX_SCHEMAS: Final = 50
"""Schemas kept, one for each role; that of the role that has been quiet for longest is forgotten and made anew."""

_Given = ParamSpec("_Given")
_Made = TypeVar("_Made")

RightsOf: TypeAlias = "Callable[[Model, str, bool], Rights]"
"""Gives the rights of a role, or of a trusted backend that acts in it."""


class CatalogSource(Protocol):
    """Where catalogs come from."""

    async def read(self, altered: Collection[int] | None = None) -> Sequence[str]:
        """The catalog as documents; only tables of these OIDs are others than the last time, if they are given."""
        ...

    async def fingerprint(self) -> str:
        """A short text that changes whenever the catalog may have changed; far cheaper than `read`."""
        ...


class MetadataSource(Protocol):
    """Where it comes from what an installation says about its tables."""

    async def read(self) -> Metadata:
        """The metadata as they are now."""
        ...

    async def version(self) -> str:
        """A short text that changes whenever the metadata do; far cheaper than `read`."""
        ...


class NoMetadata:
    """Says nothing about any table."""

    async def read(self) -> Metadata:
        """Nothing."""
        return NO_METADATA

    async def version(self) -> str:
        """Always the same."""
        return NO_METADATA.version


class EnumSource(Protocol):
    """Where the values of tables that are enums come from."""

    async def read(self, tables: Sequence[EnumTable]) -> EnumRows:
        """The rows of the tables as they are now."""
        ...


class NoEnums:
    """Knows no rows."""

    async def read(self, tables: Sequence[EnumTable]) -> EnumRows:  # noqa: ARG002 - whatever they are
        """None."""
        return EnumRows()


class CatalogChanges(Protocol):
    """What tells of changes of the catalog and of the metadata."""

    def listen(self) -> AsyncGenerator[Collection[int] | None]:
        """Yields whenever something may have changed; never ends by itself.

        It tells the OIDs of the tables and indexes that the catalog has others of, or None if it may be anything.
        """
        ...


@dataclass(frozen=True, slots=True)
class TableOptions:
    """How the generated schema is made; each field is the setting of the same name."""

    naming: Naming
    default_schema: str
    stringify_numeric_types: bool = False
    tables_first: bool = False


def rights_of_role(model: Model, role: str, backend: bool) -> Rights:  # noqa: FBT001 - as `RightsOf`
    """What a role may do with the tables of a model: administrators everything, others what they are permitted."""
    return Unrestricted() if role in ADMINISTRATORS else RoleRights(model, role, backend=backend)


class Schemas:
    """Holds the schema of each role that has asked; what they are made of is read and swapped beside the requests."""

    def __init__(
        self,
        source: CatalogSource,
        listener: CatalogChanges,
        parse: Callable[[Sequence[str]], Catalog],
        options: TableOptions,
        *,
        metadata: MetadataSource | None = None,
        enums: EnumSource | None = None,
        rights_of: RightsOf = rights_of_role,
    ) -> None:
        self._source = source
        self._metadata = metadata or NoMetadata()
        self._enums = enums or NoEnums()
        self._enum_tables: tuple[EnumTable, ...] = ()
        self._rights_of = rights_of
        self._listener = listener
        self._parse = parse
        self._options = options
        self._static = static_schema(tables_first=options.tables_first)
        self._build_model, self._make_basis = ModelBuilder(), basis_maker(self._static, options)
        self._basis = self._make_basis(self._build_model(Catalog(version="", tables=())))
        self._served: BoundedCache[tuple[str, bool], ServedSchema] = _no_schemas()
        self._said = NO_METADATA
        self._metadata_version: str | None = None
        self._fingerprint: tuple[str, str] | None = None
        self._values = ""
        self._building = asyncio.Lock()
        self._rest_until = 0.0
        self._misses = False
        self._swapped = asyncio.Event()

    @property
    def model(self) -> Model:
        """What the current schemas were made from."""
        return self._basis.model

    @property
    def catalog(self) -> Catalog:
        """The catalog that the current schema was made from."""
        return self._basis.model.catalog

    @property
    def default_schema(self) -> str:
        """The schema whose tables are named without a prefix."""
        return self._options.default_schema

    def for_role(self, role: str, *, backend: bool = False) -> ServedSchema:
        """The schema of a role as it is now; `backend` says that a trusted backend acts in the role."""
        key = (role, backend)
        served = self._served.find(key)
        if served is None:
            model = self._basis.model
            rights = self._rights_of(model, role, backend)
            schema = RoleSchema(self._static, self._basis, rights)
            served = ServedSchema(schema, model.version, rights, role, backend, schema.aspects)
            self._served.add(key, served, weight=1)
        return served

    async def reload(self, *, after: float = 0, altered: Collection[int] | None = None) -> Catalog:
        """Read catalog and metadata `after` some seconds and, where they are others, swap in what they make.

        Args:
            after: how many seconds to wait first.
            altered: the OIDs of the tables and indexes that the catalog has others of; None if it may be anything.

        Raises:
            SelfgraphError: the database cannot be read; the current schemas stay.
        """
        async with self._building:
            await asyncio.sleep(after)
            begun = time.monotonic()
            # What was told before a reload that failed is not told again.
            altered, self._misses = None if self._misses else altered, True
            await self._reload(altered)
            ended, self._misses = time.monotonic(), False
            self._rest_until = ended + min(REST * (ended - begun), MAX_REST_SECONDS)
        return self.catalog

    async def follow(self) -> None:
        """Reload at every change until cancelled; a reload that fails is logged and tried again at the next one."""
        async with contextlib.aclosing(self._listener.listen()) as changes:
            async for altered in changes:
                try:
                    await self.reload(after=self._rest(), altered=altered)
                except SelfgraphError as error:
                    logger.warning("The catalog could not be read: {}", error.message)
                except Exception:  # noqa: BLE001 - the old schema goes on being served
                    logger.exception("The catalog could not be turned into a schema.")

    def _rest(self) -> float:
        """How many seconds to wait before the reload of a change that is told just now."""
        return max(QUIET_SECONDS, self._rest_until - time.monotonic())

    async def renewed(self, version: str) -> bool:
        """Wait for a build that is under way; whether schemas are of another version than `version` now.

        A change that nothing has told of yet, because it was made a moment ago or because nothing tells, is looked for.
        """
        with contextlib.suppress(TimeoutError, SelfgraphError):
            async with asyncio.timeout(RENEWAL_SECONDS), self._building:
                if self._basis.model.version == version:
                    await self._look()
        return self._basis.model.version != version

    async def changes(self) -> AsyncGenerator[Catalog]:
        """The current catalog, then every later one; one that is replaced before it is read is left out."""
        while True:
            swapped = self._swapped
            yield self.catalog
            await swapped.wait()

    async def follow_values(self, interval: float) -> None:
        """Look every `interval` seconds whether enums have other values, of which nothing tells, until cancelled."""
        while True:
            await asyncio.sleep(interval)
            try:
                if await self._has_other_values():
                    await self.reload()
            except SelfgraphError as error:
                logger.warning("The values of enums could not be read: {}", error.message)
            except Exception:  # noqa: BLE001 - the old schema goes on being served
                logger.exception("The values of enums could not be turned into a schema.")

    async def _look(self) -> None:
        """Reload if anything is not as it was at the last look.

        Who is told of a change reloads without a look, which takes the database a third of the time of a reload: the
        first look after it cannot tell, and reloads again.
        """
        fingerprint = await self._current_fingerprint()  # first: a change in between is found again, never lost
        if fingerprint != self._fingerprint or await self._has_other_values():
            await self._reload()
            self._fingerprint = fingerprint

    async def _reload(self, altered: Collection[int] | None = None) -> None:
        version = await self._metadata.version()  # first, for the same reason
        if version != self._metadata_version:
            self._said, self._metadata_version = await self._metadata.read(), version
        metadata = self._said
        catalog = await _beside(self._parse, await self._source.read(altered))
        tables = enum_tables(catalog, metadata)
        rows = await self._enums.read(tables) if tables else EnumRows()
        basis = await _beside(self._build, catalog, metadata, rows)
        if basis is not None:
            self._swap(basis)
        self._fingerprint, self._enum_tables, self._values = None, tables, rows.version

    async def _current_fingerprint(self) -> tuple[str, str]:
        return await self._source.fingerprint(), await self._metadata.version()

    async def _has_other_values(self) -> bool:
        return bool(self._enum_tables) and (await self._enums.read(self._enum_tables)).version != self._values

    def _build(self, catalog: Catalog, metadata: Metadata, rows: EnumRows) -> Basis | None:
        """What the schemas are made of now; None if that is what it was."""
        model = self._build_model(catalog, metadata, rows)
        if model.version == self._basis.model.version:
            return None
        _ = model.permissions  # put in order here, and not when the first request asks for one
        return self._make_basis(model)

    def _swap(self, basis: Basis) -> None:
        self._basis = basis
        self._served = _no_schemas()
        self._swapped.set()
        self._swapped = asyncio.Event()
        logger.info("Serving {} tables and views.", len(basis.model.catalog.tables))


async def _beside(function: Callable[_Given, _Made], *given: _Given.args, **named: _Given.kwargs) -> _Made:
    """The result of a function that takes long, run in a thread that lets the requests go first.

    Python has a thread wait 5 ms before it may interrupt another; a request waits several times, for each answer of
    PostgreSQL among others.
    """
    with _QUICK_SWITCHES:
        return await asyncio.to_thread(function, *given, **named)


class _QuickSwitches:
    """Has threads let each other go on sooner while anybody is inside; the last one to leave puts it back."""

    def __init__(self) -> None:
        self._inside = 0
        self._usual = 0.0

    def __enter__(self) -> None:
        if not self._inside:
            self._usual = sys.getswitchinterval()
            sys.setswitchinterval(SWITCH_SECONDS)
        self._inside += 1

    def __exit__(self, *_: object) -> None:
        self._inside -= 1
        if not self._inside:
            sys.setswitchinterval(self._usual)


_QUICK_SWITCHES: Final = _QuickSwitches()


def _no_schemas() -> BoundedCache[tuple[str, bool], ServedSchema]:
    return BoundedCache(max_entries=MAX_SCHEMAS, max_weight=MAX_SCHEMAS)
