"""The application as a whole, over a real database."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import asyncpg
import httpx
import pytest
from loguru import logger

from graph.app import create_app
from graph.settings import load_settings
from graph.startup import StartupError

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator
    from pathlib import Path

    from fastapi import FastAPI

    from persistence.embedded import EmbeddedServer

KEY = "service-key-of-the-tests-0123456789"
ORIGIN = "https://app.example"
ASKING = {"query": "{ system { version } }"}
ASKING_DATABASE = {"query": "{ system { initialized } }"}


@asynccontextmanager
async def opened(database: str, **given: Any) -> AsyncGenerator[tuple[FastAPI, httpx.AsyncClient]]:
    settings = load_settings(database_url=database, service_key=KEY, anon_key=f"anon-{KEY}", secret_key=KEY, **given)
    app = create_app(settings)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://server") as client,
    ):
        yield app, client


async def test_a_query_with_the_service_key_is_answered(migrated_database: str) -> None:
    async with opened(migrated_database) as (_, client):
        response = await client.post("/graphql", json=ASKING, headers={"apikey": KEY})
    assert response.json()["data"]["system"]["version"]


@pytest.mark.parametrize("headers", [{"apikey": "another"}, {"Authorization": f"Bearer {KEY}x"}])
async def test_a_query_with_another_key_is_refused(migrated_database: str, headers: dict[str, str]) -> None:
    async with opened(migrated_database) as (_, client):
        response = await client.post("/graphql", json=ASKING, headers=headers)
    assert response.status_code == 401
    assert response.json()["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"


@pytest.mark.parametrize("headers", [{}, {"apikey": ""}, {"apikey": f"anon-{KEY}"}])
async def test_a_stranger_is_told_to_sign_in(migrated_database: str, headers: dict[str, str]) -> None:
    async with opened(migrated_database) as (_, client):
        response = await client.post("/graphql", json=ASKING, headers=headers)
    assert response.json()["data"] is None
    assert response.json()["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"


async def test_it_is_ready_once_it_is_open(migrated_database: str) -> None:
    async with opened(migrated_database) as (_, client):
        response = await client.get("/readyz")
    assert response.json() == {"status": "ready", "checks": {"database": "ok", "migrations": "ok", "jobs": "ok"}}


async def test_it_is_not_ready_when_a_migration_is_missing(migrated_database: str) -> None:
    async with opened(migrated_database) as (_, client):
        connection = await asyncpg.connect(migrated_database)
        await connection.execute("DELETE FROM selfgraph.alembic_version")
        await connection.close()
        response = await client.get("/readyz")
    assert response.status_code == 503
    assert response.json() == {
        "status": "unavailable",
        "checks": {"database": "ok", "migrations": "failed", "jobs": "ok"},
    }


async def test_it_is_unavailable_while_the_database_is_away_and_recovers(
    migrated_database: str, embedded_server: EmbeddedServer
) -> None:
    name = urlsplit(migrated_database).path[1:]
    async with opened(migrated_database, database_pool_timeout=1) as (_, client):
        administrator = await asyncpg.connect(embedded_server.url)
        await administrator.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
        await administrator.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1", name)
        away = await client.get("/readyz")
        refused = await client.post("/graphql", json=ASKING_DATABASE, headers={"apikey": KEY})
        alive = await client.get("/healthz")
        await administrator.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")
        await administrator.close()
        back = await client.get("/readyz")
    assert (away.status_code, away.json()["status"]) == (503, "unavailable")
    assert away.json()["checks"]["database"] == "failed"
    assert refused.json()["errors"][0]["extensions"]["code"] == "UNAVAILABLE"
    assert alive.status_code == 200
    assert back.json()["status"] == "ready"


async def test_a_masked_error_has_the_id_of_its_response(migrated_database: str) -> None:
    async with opened(migrated_database) as (app, client):
        app.state.checks = None
        response = await client.get("/readyz")
    assert response.status_code == 500
    assert response.json()["errors"][0]["extensions"]["requestId"] == response.headers["x-request-id"]


async def test_the_id_of_a_response_is_the_one_that_was_sent(migrated_database: str) -> None:
    async with opened(migrated_database) as (_, client):
        response = await client.post("/graphql", json=ASKING, headers={"apikey": KEY, "X-Request-Id": "mine-1"})
    assert response.headers.get_list("x-request-id") == ["mine-1"]


async def test_the_access_line_names_the_operation(migrated_database: str) -> None:
    lines: list[str] = []
    sink = logger.add(lines.append, format="{message} {extra}")
    async with opened(migrated_database) as (_, client):
        asking = {"query": "query Version { system { version } }", "operationName": "Version"}
        await client.post("/graphql", json=asking, headers={"apikey": KEY})
    logger.remove(sink)
    assert any(line.startswith("request") and "'operation': 'Version'" in line for line in lines)


async def test_keys_that_cannot_be_kept_keep_it_from_starting(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("no folder")
    with pytest.raises(StartupError, match="file"):
        create_app(load_settings(data_dir=file))


async def preflight(client: httpx.AsyncClient, origin: str) -> httpx.Response:
    asked = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "apikey,content-type"}
    return await client.options("/graphql", headers={"Origin": origin, **asked})


async def test_a_listed_origin_may_call(migrated_database: str) -> None:
    async with opened(migrated_database, cors_origins=ORIGIN) as (_, client):
        allowed = await preflight(client, ORIGIN)
        response = await client.post("/graphql", json=ASKING, headers={"apikey": KEY, "Origin": ORIGIN})
    assert allowed.status_code == 200
    assert allowed.headers["access-control-allow-origin"] == ORIGIN
    assert "apikey" in allowed.headers["access-control-allow-headers"]
    assert "access-control-allow-credentials" not in allowed.headers
    assert response.headers["access-control-allow-origin"] == ORIGIN
    exposed = response.headers["access-control-expose-headers"].split(", ")
    assert {"Retry-After", "X-Request-Id", "ETag", "Content-Range", "Location", "Upload-Offset"} <= set(exposed)


async def test_a_listed_origin_may_upload(migrated_database: str) -> None:
    async with opened(migrated_database, cors_origins=ORIGIN) as (_, client):
        for method in ("PUT", "PATCH", "HEAD", "DELETE"):
            asked = {"Access-Control-Request-Method": method, "Access-Control-Request-Headers": "tus-resumable"}
            allowed = await client.options("/files/tus/x", headers={"Origin": ORIGIN, **asked})
            assert method in allowed.headers["access-control-allow-methods"]
        told = await client.options("/files/tus", headers={"Origin": ORIGIN})
    assert told.headers["tus-version"] == "1.0.0"
    assert "Tus-Version" in told.headers["access-control-expose-headers"]


@pytest.mark.parametrize("origin", ["https://evil.example", f"{ORIGIN}.evil.example", "http://app.example", "null"])
async def test_another_origin_may_not(migrated_database: str, origin: str) -> None:
    async with opened(migrated_database, cors_origins=ORIGIN) as (_, client):
        refused = await preflight(client, origin)
        response = await client.post("/graphql", json=ASKING, headers={"apikey": KEY, "Origin": origin})
    assert refused.status_code == 400
    assert "access-control-allow-origin" not in refused.headers
    assert "access-control-allow-origin" not in response.headers


async def test_a_listed_origin_may_send_credentials_where_that_is_set(migrated_database: str) -> None:
    async with opened(migrated_database, cors_origins=ORIGIN, cors_credentials=True) as (_, client):
        allowed = await preflight(client, ORIGIN)
    assert allowed.headers["access-control-allow-credentials"] == "true"
    assert allowed.headers["access-control-allow-origin"] == ORIGIN


async def test_without_origins_no_page_of_another_one_may_call(migrated_database: str) -> None:
    async with opened(migrated_database) as (_, client):
        response = await client.post("/graphql", json=ASKING, headers={"apikey": KEY, "Origin": ORIGIN})
    assert response.status_code == 200
    assert not [name for name in response.headers if name.startswith("access-control")]
