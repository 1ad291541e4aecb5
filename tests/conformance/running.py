"""Runs the cases of a folder against a real server that acts as whom their headers say."""

from __future__ import annotations

from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import asyncpg

from domain.tables.hasura.tracked import only_tracked
from persistence.catalog import CatalogReader, parse_catalog
from persistence.metadata.work import PostgresOpenMetadata
from persistence.transactions import Transactions
from tests.conformance.cases import GRAPHQL
from tests.conformance.comparing import difference
from tests.conformance.setups import Setup, prepare
from tests.graph.tables.serving import new_database, serving

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from tests.conformance.cases import Case, Folder
    from tests.graph.tables.serving import Served

SCHEMAS = ("public", "hge_tests")
SETTINGS: dict[str, Any] = {
    "table_naming": "snake",
    "stringify_numeric_types": True,
    "exposed_schemas": ",".join(SCHEMAS),
    "tables_first": True,
    "max_aliases": 1000,
}
ENDPOINTS = {GRAPHQL, "/v1alpha1/graphql"}
METADATA = "/v1/metadata"


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a case went; `wrong` is None where it passed."""

    case: Case
    wrong: str | None


async def run(folder: Folder, server: str) -> list[Outcome]:
    """Every case of a folder, the files each on the tables as the setup has left them."""
    outcomes: list[Outcome] = []
    async with _opened(folder, server) as (setup, served):
        for file in folder.files:
            await setup.restore()
            await setup.run(folder.values)
            outcomes += [Outcome(case, await _run(case, setup, served)) for case in folder.cases(file)]
    return outcomes


@asynccontextmanager
async def _opened(folder: Folder, server: str) -> AsyncGenerator[tuple[Setup, Served]]:
    async with new_database(server) as url:
        connection: asyncpg.Connection[Any] = await asyncpg.connect(url)
        try:
            await prepare(connection)
            setup = Setup(connection)
            await setup.run(folder.setup)
            await setup.save()
            async with serving(url, **SETTINGS) as served:
                await apply(setup, served)
                yield setup, served
        finally:
            await connection.close()


async def apply(setup: Setup, served: Served) -> None:
    """Serve what the setup's calls say, and nothing that they do not track."""
    catalog = parse_catalog(await CatalogReader(served.database, SCHEMAS).read())
    metadata = only_tracked(setup.metadata.imported().metadata, catalog)
    async with PostgresOpenMetadata(Transactions(served.database))() as work:
        stored = await work.metadata.lock()
        for role in setup.metadata.roles - stored.roles:
            await work.roles.add(role, None)
        await work.metadata.save(stored.metadata, metadata)
    await served.data("mutation { reloadCatalog { version } }")


async def _run(case: Case, setup: Setup, served: Served) -> str | None:
    if case.url == METADATA:
        setup.metadata.call(case.request["type"], case.request["args"])
        await apply(setup, served)
        return None
    if case.url not in ENDPOINTS:
        return f"Nothing answers at {case.url}." if case.url else "No request is given."
    # Hasura's admin secret acts as `admin` where no header names another role.
    named = any(name.lower() == "x-hasura-role" for name in case.headers)
    headers = case.headers if named else {**case.headers, "X-Hasura-Role": "admin"}
    response = await served.http.post("/graphql", json=case.request, headers=headers)
    return difference(case, response.json())
