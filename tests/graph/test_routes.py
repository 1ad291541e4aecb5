"""What is served beside GraphQL."""

from __future__ import annotations

import asyncio
import gzip
import re
from contextlib import asynccontextmanager
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from fastapi import FastAPI

import graph.routes
from graph.app import assemble
from graph.draining import Drain
from graph.routes import key_routes
from graph.settings import load_settings

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from graph.routes import Check

STATIC = Path(graph.routes.__file__).parent / "static"


async def passes() -> bool:
    return True


async def fails() -> bool:
    return False


async def breaks() -> bool:
    raise OSError("connection to 10.0.0.1 refused")


async def hangs() -> bool:
    await asyncio.Event().wait()
    return True


@asynccontextmanager
async def served(checks: dict[str, Check] | None = None, **given: Any) -> AsyncGenerator[httpx.AsyncClient]:
    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncGenerator[dict[str, object]]:
        yield {}

    app = assemble(load_settings(**given), Drain(), lifespan)
    app.state.checks = checks or {}
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://server") as client:
        yield client


async def test_health_says_that_the_process_runs() -> None:
    async with served({"database": breaks}) as client:
        response = await client.get("/healthz")
    assert (response.status_code, response.json()) == (200, {"status": "ok"})


async def test_ready_when_every_check_passes() -> None:
    async with served({"database": passes, "migrations": passes}) as client:
        response = await client.get("/readyz")
    assert response.status_code == 200
    assert response.json() == {"status": "ready", "checks": {"database": "ok", "migrations": "ok"}}


@pytest.mark.parametrize("check", [fails, breaks])
async def test_not_ready_when_a_check_fails_and_it_does_not_say_why(check: Check) -> None:
    async with served({"database": passes, "migrations": check}) as client:
        response = await client.get("/readyz")
    assert response.status_code == 503
    assert response.json() == {"status": "unavailable", "checks": {"database": "ok", "migrations": "failed"}}


async def test_a_check_that_hangs_has_failed_after_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(graph.routes, "_CHECK_SECONDS", 0.01)
    async with served({"database": hangs}) as client:
        response = await client.get("/readyz")
    assert (response.status_code, response.json()["checks"]) == (503, {"database": "failed"})


async def test_a_check_may_have_something_to_tell_without_failing() -> None:
    async def delayed() -> str:
        return "delayed"

    async with served({"jobs": delayed}) as client:
        response = await client.get("/readyz")
    assert response.status_code == 200
    assert response.json() == {"status": "ready", "checks": {"jobs": "delayed"}}


async def test_the_version_is_the_packages() -> None:
    async with served() as client:
        assert (await client.get("/version")).json() == {"version": version("selfgraph")}


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/version", "/"])
async def test_head_is_answered_without_a_body(path: str) -> None:
    async with served() as client:
        response = await client.head(path)
    assert (response.status_code, response.content) == (200, b"")


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/version"])
async def test_health_is_never_stored(path: str) -> None:
    async with served() as client:
        assert (await client.get(path)).headers["cache-control"] == "no-store"


@pytest.mark.parametrize("path", ["/nothing", "/docs", "/openapi.json", "/graphql/", "/healthz/", "/static/", "/%00"])
async def test_another_path_is_not_found_in_json(path: str) -> None:
    async with served() as client:
        response = await client.get(path)
    assert response.status_code == 404
    assert response.json() == {"errors": [{"message": "Not Found.", "extensions": {"code": "NOT_FOUND"}}]}


async def test_another_method_is_refused_in_json_and_told_which_are_allowed() -> None:
    async with served() as client:
        response = await client.post("/healthz")
    assert response.status_code == 405
    assert response.json()["errors"][0]["extensions"]["code"] == "METHOD_NOT_ALLOWED"
    assert sorted(response.headers["allow"].split(", ")) == ["GET", "HEAD"]


async def test_the_page_may_not_be_framed_sniffed_or_run_foreign_code() -> None:
    async with served() as client:
        headers = (await client.get("/")).headers
    assert headers["content-type"] == "text/html; charset=utf-8"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    policy = headers["content-security-policy"]
    assert "frame-ancestors 'none'" in policy
    assert "default-src 'none'" in policy
    assert "script-src 'self';" in policy
    assert "unsafe-eval" not in policy


async def test_every_file_that_the_page_names_is_served_for_ever() -> None:
    async with served() as client:
        names = re.findall(r"/static/[\w.-]+", (await client.get("/")).text)
        responses = [await client.get(name) for name in names]
    assert len(names) == 2
    assert {response.headers["content-type"].partition(";")[0] for response in responses} == {
        "text/css",
        "text/javascript",
    }
    for response in responses:
        assert response.status_code == 200
        assert response.headers["cache-control"] == "public, max-age=31536000, immutable"
        assert response.headers["content-encoding"] == "gzip"


async def test_a_client_without_gzip_gets_the_plain_file() -> None:
    stored = next(STATIC.glob("main-*.js.gz"))
    async with served() as client:
        response = await client.get(f"/static/{stored.stem}", headers={"Accept-Encoding": "identity"})
    assert "content-encoding" not in response.headers
    assert response.content == gzip.decompress(stored.read_bytes())


@pytest.mark.parametrize("name", ["index.html", "..%2Froutes.py", "%2E%2E%2Froutes.py", "nothing.js", ".", "a%2Fb"])
async def test_nothing_else_of_the_folder_is_served(name: str) -> None:
    async with served() as client:
        assert (await client.get(f"/static/{name}")).status_code == 404


async def test_without_the_playground_there_is_no_page_and_no_file() -> None:
    stored = next(STATIC.glob("main-*.js.gz"))
    async with served(playground=False) as client:
        assert (await client.get("/")).status_code == 404
        assert (await client.get(f"/static/{stored.stem}")).status_code == 404


def test_the_files_name_no_other_host_to_load_from() -> None:
    page = (STATIC / "index.html").read_text(encoding="utf-8")
    assert "http" not in page


def test_the_bundle_is_not_too_large() -> None:
    assert sum(file.stat().st_size for file in STATIC.iterdir()) < 6_000_000


def test_the_licences_of_what_is_bundled_are_beside_it() -> None:
    notices = (STATIC / "LICENSES.txt").read_text(encoding="utf-8")
    for package in ("graphiql", "react", "graphql", "monaco-editor", "graphql-ws"):
        assert re.search(rf"^{package} [0-9.]+ \(MIT\)$", notices, re.MULTILINE)


def test_the_lock_of_the_bundle_names_no_private_registry() -> None:
    lock = (STATIC.parent / "playground" / "package-lock.json").read_text(encoding="utf-8")
    assert set(re.findall(r'"resolved": "(https?://[^/]+/)', lock)) <= {"https://registry.npmjs.org/"}
    assert lock.count('"integrity"') > 50


class Published:
    def jwks(self) -> dict[str, Any]:
        return {"keys": [{"kty": "OKP", "kid": "one"}]}


async def test_the_public_keys_are_served_and_may_be_kept_for_a_while() -> None:
    app = FastAPI(routes=[*key_routes()])
    app.state.signing_keys = Published()
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://server") as client:
        answer = await client.get("/.well-known/jwks.json")

    assert answer.json() == {"keys": [{"kty": "OKP", "kid": "one"}]}
    assert answer.headers["content-type"] == "application/jwk-set+json"
    assert answer.headers["cache-control"] == "public, max-age=300"
