"""Tokens and their keys over the application as a whole."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import httpx
import jwt
import pytest

from domain.accounts.tokens import SigningAlgorithm
from graph.app import create_app
from graph.settings import load_settings
from graph.wiring.credentials import signing_key_store, token_options
from persistence.credentials.tokens import JwtAccessTokens
from persistence.database import Database, DatabaseOptions
from tests.persistence.credentials.issuer import RSA_KEY, Issuer, claims_of, jwk_of, signed

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from fastapi import FastAPI

KEY = "service-key-of-the-tests-0123456789"
ISSUER = "https://issuer.example/"
ASKING = {"query": "{ system { version } }"}


def settings_of(database: str, **given: Any) -> Any:
    return load_settings(database_url=database, service_key=KEY, anon_key=f"anon-{KEY}", secret_key=KEY, **given)


@asynccontextmanager
async def opened(database: str, **given: Any) -> AsyncGenerator[tuple[FastAPI, httpx.AsyncClient]]:
    app = create_app(settings_of(database, **given))
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://server") as client,
    ):
        yield app, client


async def asked(client: httpx.AsyncClient, token: str) -> dict[str, Any]:
    response = await client.post("/graphql", json=ASKING, headers={"authorization": f"Bearer {token}"})
    answer = response.json()
    told: dict[str, Any] = answer["errors"][0]["extensions"] if "errors" in answer else answer["data"]
    return told


@asynccontextmanager
async def trusting(database: str, **given: Any) -> AsyncGenerator[httpx.AsyncClient]:
    async with Issuer() as issuer:
        issuer.publish(jwk_of(RSA_KEY, "one"))
        external = {
            "external_jwt_issuer": ISSUER,
            "external_jwt_audience": "web",
            "external_jwt_jwks_url": issuer.url,
            "external_jwt_claims": {"role": "role"},
        }
        async with opened(database, **external, **given) as (_, client):
            yield client


async def test_a_token_of_another_issuer_names_the_caller_but_no_administrator(migrated_database: str) -> None:
    async with trusting(migrated_database) as client:
        forbidden = await asked(client, signed(claims_of(ISSUER, "web", role="superadmin")))
        foreign = await asked(client, signed(claims_of(ISSUER, "another", role="superadmin")))
        expired = await asked(client, signed(claims_of(ISSUER, "web", exp=1)))

    assert forbidden["code"] == "FORBIDDEN"
    assert (foreign["code"], foreign["reason"]) == ("UNAUTHENTICATED", "INVALID")
    assert (expired["code"], expired["reason"]) == ("UNAUTHENTICATED", "EXPIRED")


async def test_an_issuer_that_is_trusted_with_roles_names_administrators(migrated_database: str) -> None:
    async with trusting(migrated_database, external_jwt_trust_roles=True) as client:
        answer = await asked(client, signed(claims_of(ISSUER, "web", role="superadmin")))

    assert answer["system"]["version"]


async def test_without_a_trusted_issuer_its_tokens_are_invalid(migrated_database: str) -> None:
    async with opened(migrated_database) as (_, client):
        refused = await asked(client, signed(claims_of(ISSUER, "web", role="superadmin")))

    assert (refused["code"], refused["reason"]) == ("UNAUTHENTICATED", "INVALID")


@pytest.mark.parametrize(("algorithm", "published"), [("HS256", 0), ("ES256", 1)])
async def test_public_keys_are_published(migrated_database: str, algorithm: str, published: int) -> None:
    async with opened(migrated_database, jwt_algorithm=algorithm) as (_, client):
        response = await client.get("/.well-known/jwks.json")

    assert response.status_code == 200
    assert len(response.json()["keys"]) == published
    assert all("d" not in key for key in response.json()["keys"])


async def test_a_running_server_takes_a_rotated_key_and_still_verifies_the_old_one(migrated_database: str) -> None:
    async with opened(migrated_database, jwt_algorithm="ES256", jwt_issuer="https://api.example") as (app, client):
        settings = settings_of(migrated_database, jwt_algorithm="ES256", jwt_issuer="https://api.example")
        ring = app.state.signing_keys
        old = JwtAccessTokens(ring, token_options(settings)).issue(user_id=uuid4(), session_id=uuid4(), role="user")
        heard, reload = asyncio.Event(), ring.reload

        async def reload_and_tell() -> None:
            await reload()
            heard.set()

        ring.reload = reload_and_tell
        database = await Database.connect(DatabaseOptions(migrated_database))
        kid = await signing_key_store(settings, database).rotate(SigningAlgorithm.ES256)
        await database.close()
        while ring.current.active.kid != kid:
            await heard.wait()
            heard.clear()
        keys = (await client.get("/.well-known/jwks.json")).json()["keys"]
        refused = await asked(client, old.text)

    assert [key["kid"] for key in keys] == [kid, jwt.get_unverified_header(old.text)["kid"]]
    assert refused["reason"] == "REVOKED"  # the signature is good: it is the session that does not exist
    verified = jwt.decode(old.text, jwt.PyJWK(keys[1]), ["ES256"], audience="selfgraph", issuer="https://api.example")
    assert verified["role"] == "user"
