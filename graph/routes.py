"""What is served beside GraphQL: health, readiness, version, the GraphiQL page, JSON for every other path."""

from __future__ import annotations

import asyncio
import gzip
from http import HTTPStatus
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Final

from starlette.exceptions import HTTPException
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import Route

from graph.errors import INTERNAL, INTERNAL_MESSAGE

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from starlette.requests import Request

    from domain.accounts.tokens import SigningKeys

    Check = Callable[[], Awaitable[bool | str]]

_STATIC: Final = Path(__file__).parent / "static"
_CHECK_SECONDS: Final = 2.0
_CODES: Final = {404: "NOT_FOUND", 405: "METHOD_NOT_ALLOWED", 413: "PAYLOAD_TOO_LARGE"}
_UNSTORED: Final = {"cache-control": "no-store"}
# Short, so that a service that keeps the answer learns of a new key soon.
_KEY_HEADERS: Final = {"cache-control": "public, max-age=300", "x-content-type-options": "nosniff"}
_PAGE_HEADERS: Final = {
    "cache-control": "no-cache",
    "content-security-policy": (
        "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
        "font-src 'self' data:; connect-src 'self'; worker-src 'self'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
}


def health_routes() -> list[Route]:
    """`/healthz`, `/readyz` and `/version`; anyone may ask them."""
    return [Route("/healthz", _healthz), Route("/readyz", _readyz), Route("/version", _version)]


def playground_routes() -> list[Route]:
    """GraphiQL at `/`, all of it from files beside this one."""
    return [Route("/", _page), Route("/static/{name}", _asset)]


def key_routes() -> list[Route]:
    """`/.well-known/jwks.json`: the public keys of access tokens (RFC 7517), so that other services can verify them.

    The application's state holds `signing_keys`.
    """
    return [Route("/.well-known/jwks.json", _jwks)]


async def _healthz(_: Request) -> Response:
    return JSONResponse({"status": "ok"}, headers=_UNSTORED)


async def _readyz(request: Request) -> Response:
    checks: Mapping[str, Check] = request.app.state.checks
    results = await asyncio.gather(*(_result(check) for check in checks.values()))
    ready = "failed" not in results
    body = {"status": "ready" if ready else "unavailable", "checks": dict(zip(checks, results, strict=True))}
    return JSONResponse(body, status_code=200 if ready else 503, headers=_UNSTORED)


async def _result(check: Check) -> str:
    try:
        async with asyncio.timeout(_CHECK_SECONDS):
            found = await check()
    except Exception:  # noqa: BLE001 - whatever keeps a check from passing, the answer says only that it failed
        return "failed"
    return found if isinstance(found, str) else "ok" if found else "failed"


async def _version(_: Request) -> Response:
    return JSONResponse({"version": version("selfgraph")}, headers=_UNSTORED)


async def _jwks(request: Request) -> Response:
    keys: SigningKeys = request.app.state.signing_keys
    return JSONResponse(keys.jwks(), headers=_KEY_HEADERS, media_type="application/jwk-set+json")


async def _page(_: Request) -> Response:
    return FileResponse(_STATIC / "index.html", headers=_PAGE_HEADERS)


async def _asset(request: Request) -> Response:
    """A bundled file: stored compressed, named after its content, so that it may be kept for ever."""
    stored = _STATIC / f"{request.path_params['name']}.gz"
    if stored.parent != _STATIC or not stored.is_file():
        raise HTTPException(404)
    kind = "text/css" if stored.stem.endswith(".css") else "text/javascript"
    headers = {
        "cache-control": "public, max-age=31536000, immutable",
        "x-content-type-options": "nosniff",
        "vary": "accept-encoding",
    }
    if "gzip" in request.headers.get("accept-encoding", ""):
        return FileResponse(stored, media_type=kind, headers={**headers, "content-encoding": "gzip"})
    content = await asyncio.to_thread(lambda: gzip.decompress(stored.read_bytes()))
    return Response(content, media_type=kind, headers=headers)


async def http_error(_: Request, error: Exception) -> Response:
    """The JSON of a path or a method that is not served."""
    if not isinstance(error, HTTPException):
        raise error
    code = _CODES.get(error.status_code, "VALIDATION")
    body = {"errors": [{"message": f"{HTTPStatus(error.status_code).phrase}.", "extensions": {"code": code}}]}
    return JSONResponse(body, status_code=error.status_code, headers=error.headers)


async def unexpected_error(request: Request, _: Exception) -> Response:
    """The JSON of a failure that nobody expected; the middleware logs it."""
    extensions = {"code": INTERNAL, "requestId": request.state.request_id}
    return JSONResponse({"errors": [{"message": INTERNAL_MESSAGE, "extensions": extensions}]}, status_code=500)
