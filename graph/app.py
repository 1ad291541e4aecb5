"""The composition root: the only place where the parts meet."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass, fields, replace
from functools import partial
from typing import TYPE_CHECKING, Final

from loguru import logger
from pydantic import SecretStr
from starlette.exceptions import HTTPException
from starlette.middleware.cors import CORSMiddleware

from domain.tables.secure import Policy
from graph.account_pages import account_page_routes
from graph.application import Application
from graph.authentication import Authenticator, never
from graph.documents import Documents
from graph.draining import Drain
from graph.execution import Executor
from graph.limits import Limits
from graph.middleware import Dispatch, RequestMiddleware
from graph.routes import health_routes, http_error, key_routes, playground_routes, unexpected_error
from graph.schema import Schemas, TableOptions
from graph.settings import Environment, Settings, TableNaming, load_settings, shown
from graph.tables.answering import TableAnswers
from graph.tables.explaining import OperationExplainer
from graph.tables.naming import CamelNaming, SnakeNaming
from graph.tables.types import list_arguments
from graph.transport.clients import Clients
from graph.transport.endpoint import GraphQLEndpoint
from graph.transport.files.routes import FILES, FileRoutes
from graph.use_cases import UseCases
from graph.wiring.access import access_use_cases
from graph.wiring.accounts import account_use_cases
from graph.wiring.administration import administration_use_cases
from graph.wiring.database import DatabasePlace, database_place, open_database, startup_errors
from graph.wiring.files import file_routes
from graph.wiring.first_superadmin import keep_superadmin, offer_set_up
from graph.wiring.jobs import job_worker
from graph.wiring.metadata import metadata_use_cases
from graph.wiring.openid import openid_use_cases
from graph.wiring.second_factor import second_factor_use_cases
from graph.wiring.services import Services, open_services
from graph.wiring.storage import storage_use_cases
from persistence.catalog import CatalogParser, CatalogReader
from persistence.catalog_changes import CatalogChanges
from persistence.enums import EnumReader
from persistence.explaining import PostgresExplainer
from persistence.instance import PostgresInstanceRepository
from persistence.jobs.waiting import fails_too_long, waits_too_long
from persistence.keys import GivenKeys, load_or_create
from persistence.metadata.source import PostgresMetadataSource
from persistence.migrations import at_head
from persistence.sql.options import RenderOptions
from persistence.statistics import PostgresStatisticsRepository
from persistence.tables import PostgresTables

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Generator, Mapping
    from contextlib import AbstractAsyncContextManager

    from fastapi import FastAPI

    from domain.limits import RateLimiter
    from graph.authentication import Authenticate, Ended
    from graph.routes import Check
    from graph.served import SchemaSource
    from graph.tables.naming import Naming
    from persistence.database import Database

GRAPHQL_PATH: Final = "/graphql"
EXPOSED_HEADERS: Final = (
    *("Retry-After", "X-Request-Id"),
    *("Accept-Ranges", "Content-Disposition", "Content-Length", "Content-Range", "ETag", "Last-Modified", "Location"),
    *("Tus-Resumable", "Tus-Version", "Tus-Extension", "Tus-Max-Size", "Tus-Checksum-Algorithm"),
    *("Upload-Offset", "Upload-Length", "Upload-Expires", "Upload-Metadata"),
)
"""Response headers that pages of other origins may read: of any answer, of files, and of tus."""


def create_app(settings: Settings | None = None, *, offers_set_up: bool = False) -> FastAPI:
    """Make the application; its lifespan opens what it needs and closes it.

    Args:
        settings: the settings of the process; absent: read from the environment, for servers that take a factory.
        offers_set_up: whether the start makes the link of a set-up, for whoever prints it; earlier ones end then.

    Raises:
        StartupError: the keys cannot be read or kept.
    """
    settings = with_keys(settings or load_settings())
    drain = Drain()

    @asynccontextmanager
    async def lifespan(app: Application) -> AsyncGenerator[dict[str, object]]:
        async with AsyncExitStack() as stack:
            place = await stack.enter_async_context(database_place(settings))
            database = await stack.enter_async_context(open_database(settings, place))
            app.state.place = await _with_superadmin(settings, database, place, offers_set_up=offers_set_up)
            app.state.checks = readiness(settings, database)
            with startup_errors(settings):
                services = await stack.enter_async_context(open_services(settings, database))
            app.state.signing_keys = services.keys
            faces = await stack.enter_async_context(open_faces(settings, services))
            app.endpoint, app.files = faces.endpoint, faces.files
            drain.add(faces.endpoint)
            drain.add(faces.files)
            if settings.jobs_worker:
                worker = job_worker(settings, database, file_events=services.file_events)
                drain.add(worker)
                await stack.enter_async_context(worker.beside())
            # The server finds the drain in the state of the lifespan: it begins it on SIGTERM.
            yield {"drain": drain}

    return assemble(settings, drain, lifespan)


def assemble(
    settings: Settings,
    drain: Drain,
    lifespan: Callable[[Application], AbstractAsyncContextManager[Mapping[str, object]]],
) -> FastAPI:
    """Put routes and middleware around what `lifespan` sets in the application's state.

    Args:
        settings: the settings of the process.
        drain: refuses requests once it has begun.
        lifespan: sets `endpoint`, `checks` and `place` in `app.state`.
    """
    app = Application(title="selfgraph", openapi_url=None, docs_url=None, redoc_url=None, lifespan=lifespan)
    app.router.redirect_slashes = False
    app.router.routes.extend(
        [*health_routes(), *key_routes(), *account_page_routes(), *(playground_routes() if settings.playground else [])]
    )
    app.add_exception_handler(HTTPException, http_error)
    app.add_exception_handler(Exception, unexpected_error)
    _put_middleware_in_front(app, settings, drain)
    return app


def make_schemas(settings: Settings, database: Database) -> Schemas:
    """The holder of the schema; it serves no table before its first reload."""
    reader = CatalogReader(database, settings.exposed_schemas)
    metadata = PostgresMetadataSource(database)
    return Schemas(
        reader,
        CatalogChanges(database, reader, metadata, poll_interval=settings.catalog_poll_interval),
        CatalogParser(),
        TableOptions(
            naming_of(settings),
            settings.exposed_schemas[0],
            settings.stringify_numeric_types,
            settings.tables_first,
        ),
        metadata=metadata,
        enums=EnumReader(database),
    )


def naming_of(settings: Settings) -> Naming:
    """How the names of tables are spelled."""
    return SnakeNaming() if settings.table_naming is TableNaming.SNAKE else CamelNaming()


@dataclass(frozen=True, slots=True)
class Faces:
    """What serves requests past FastAPI: the endpoint, and what is below `/files/`."""

    endpoint: GraphQLEndpoint
    files: FileRoutes


@asynccontextmanager
async def open_faces(settings: Settings, services: Services) -> AsyncGenerator[Faces]:
    """Wire the endpoint and the files; the schema follows the database until the block is left.

    Raises:
        StartupError: the catalog cannot be read.
    """
    database = services.database
    schemas = make_schemas(settings, database)
    with startup_errors(settings):
        await schemas.reload()
    statements = PostgresExplainer(database)
    tables = TableAnswers(
        PostgresTables(
            database,
            RenderOptions(settings.stringify_numeric_types, settings.max_answer_bytes or None),
            shared_read_cost=settings.shared_read_cost,
        ),
        Policy(max_rows=settings.max_rows, max_cost=settings.max_query_cost),
        list_arguments(naming_of(settings)),
        statements,
    )
    documents = Documents(limits_of(settings), introspection=settings.introspection)
    use_cases = UseCases(
        instances=PostgresInstanceRepository(database),
        statistics=PostgresStatisticsRepository(database),
        schemas=schemas,
        explainer=OperationExplainer(schemas, documents, tables, statements),
        accounts=account_use_cases(services),
        second_factor=second_factor_use_cases(services),
        openid=openid_use_cases(services),
        access=access_use_cases(services),
        administration=administration_use_cases(services),
        metadata=metadata_use_cases(settings, database, services.transactions, schemas.reload, naming_of(settings)),
        storage=storage_use_cases(services, lambda: schemas.model),
    )
    authenticate = Authenticator(services.states, services.tokens, services.keys, services.external)
    following = [
        asyncio.create_task(schemas.follow()),
        asyncio.create_task(schemas.follow_values(settings.catalog_poll_interval)),
    ]
    try:
        endpoint = make_endpoint(
            settings,
            schemas,
            tables=tables,
            use_cases=use_cases,
            authenticate=authenticate,
            ended=services.states.ended,
            limiter=services.limiter,
        )
        yield Faces(endpoint, file_routes(services, use_cases.storage, authenticate))
    finally:
        for each in following:
            each.cancel()
        await asyncio.wait(following)
        await use_cases.storage.uploads.give_up.settled()


def with_keys(settings: Settings) -> Settings:
    """The settings with the keys that they lack, which are made and kept in `DATA_DIR/keys.env` on the first start.

    Raises:
        StartupError: the keys cannot be read or kept.
    """
    given = GivenKeys(shown(settings.secret_key), shown(settings.service_key), shown(settings.anon_key))
    with startup_errors(settings):
        keys = load_or_create(settings.data_dir, given)
    return settings.model_copy(
        update={
            "secret_key": SecretStr(keys.secret),
            "service_key": SecretStr(keys.service),
            "anon_key": SecretStr(keys.anon),
        }
    )


def limits_of(settings: Settings) -> Limits:
    """The limits that the settings say."""
    return Limits(**{each.name: getattr(settings, each.name) for each in fields(Limits)})


def make_endpoint(
    settings: Settings,
    schemas: SchemaSource,
    *,
    tables: TableAnswers | None = None,
    use_cases: UseCases | None = None,
    authenticate: Authenticate,
    ended: Ended = never,
    limiter: RateLimiter | None = None,
) -> GraphQLEndpoint:
    """The endpoint that answers by `schemas`, within the limits that the settings say."""
    limits = limits_of(settings)
    return GraphQLEndpoint(
        executor=Executor(
            schemas,
            limits,
            tables=tables,
            root_value=use_cases,
            introspection=settings.introspection,
            limiter=limiter,
            debug_permissions=_debugs_permissions(settings),
        ),
        authenticate=authenticate,
        ended=ended,
        limits=limits,
        allowed_origins=settings.cors_origins,
        clients=Clients(settings.trusted_proxies),
    )


def _debugs_permissions(settings: Settings) -> bool:
    if settings.debug_permissions and settings.environment is Environment.PRODUCTION:
        logger.warning("DEBUG_PERMISSIONS=true: errors tell every caller of tables and columns that it may not see")
    return settings.debug_permissions


def _put_middleware_in_front(app: Application, settings: Settings, drain: Drain) -> None:
    app.put_in_front(partial(Dispatch, application=app, path=GRAPHQL_PATH, files=FILES))
    if settings.cors_origins:
        app.put_in_front(
            partial(
                CORSMiddleware,
                allow_origins=settings.cors_origins,
                allow_credentials=settings.cors_credentials,
                allow_methods=["GET", "POST", "HEAD", "PUT", "PATCH", "DELETE"],
                allow_headers=["*"],
                expose_headers=EXPOSED_HEADERS,
            )
        )
    app.put_in_front(partial(RequestMiddleware, drain=drain, logs=settings.log_level not in {"WARNING", "ERROR"}))


def readiness(settings: Settings, database: Database) -> dict[str, Check]:
    """What `/readyz` asks: each check answers False or raises where it fails; a word is told and fails nothing."""

    async def reachable() -> bool:
        async with database.acquire() as connection:
            return bool(await connection.fetchval("SELECT true"))

    async def migrated() -> bool:
        return await at_head(database)

    async def jobs_done() -> bool | str:
        if await waits_too_long(database, settings.jobs_stuck_after):
            return False
        # Told, and no reason to take this server from the others: they have the same mail server.
        return "delayed" if await fails_too_long(database, settings.jobs_stuck_after) else True

    return {"database": reachable, "migrations": migrated, "jobs": jobs_done}


async def _with_superadmin(
    settings: Settings, database: Database, place: DatabasePlace, *, offers_set_up: bool
) -> DatabasePlace:
    with startup_errors(settings):
        await keep_superadmin(settings, database)
        return replace(place, set_up=await offer_set_up(settings, database) if offers_set_up else None)


@contextmanager
def held_database(settings: Settings) -> Generator[DatabasePlace]:
    """The migrated database, for a parent that does not use it itself: its children find it ready, and it stays.

    Raises:
        StartupError: there is none, or it cannot be migrated.
    """

    async def migrate(place: DatabasePlace) -> DatabasePlace:
        async with open_database(settings, place) as database:
            return await _with_superadmin(settings, database, place, offers_set_up=True)

    with asyncio.Runner() as runner:
        stack = AsyncExitStack()
        try:
            place = runner.run(stack.enter_async_context(database_place(settings)))
            yield runner.run(migrate(place))
        finally:
            runner.run(stack.aclose())
