"""The pages behind the links that people get: setting the server up, confirming an address, setting a password."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from starlette.responses import FileResponse
from starlette.routing import Route

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from starlette.requests import Request
    from starlette.responses import Response

_FOLDER: Final = Path(__file__).parent / "pages"
_PAGES: Final = {"/setup": "setup.html", "/account/verify": "verify.html", "/account/reset": "reset.html"}
_ASSETS: Final = ("pages.css", "calls.js", "setup.js", "verify.js", "reset.js")
# Nothing inline, nothing from elsewhere, and a form that only a script of ours can send: the token stays in the page.
_HEADERS: Final = {
    "cache-control": "no-cache",
    "content-security-policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src data:; connect-src 'self'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "cross-origin-opener-policy": "same-origin",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
}


def account_page_routes() -> list[Route]:
    """`/setup`, `/account/verify` and `/account/reset`, all of them from files beside this one."""
    pages = [Route(path, _file(name)) for path, name in _PAGES.items()]
    return pages + [Route(f"/account/assets/{name}", _file(name)) for name in _ASSETS]


def _file(name: str) -> Callable[[Request], Awaitable[Response]]:
    async def respond(_: Request) -> Response:
        return FileResponse(_FOLDER / name, headers=_HEADERS)

    return respond
