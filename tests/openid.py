"""An OpenID provider on the loopback, over real HTTP, with faults to order."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import secrets
import socket
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, quote, urlencode, urlsplit

import uvicorn
from starlette.applications import Starlette
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from tests.persistence.credentials.issuer import RSA_KEY, jwk_of, signed

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from starlette.requests import Request

CLIENT_ID = "our client"
CLIENT_SECRET = "a secret: with % and +"
REDIRECT_URI = "https://app.example/signed-in"
STOP_SECONDS = 30


def at_hash_of(access_token: str) -> str:
    half = hashlib.sha256(access_token.encode()).digest()[:16]
    return base64.urlsafe_b64encode(half).rstrip(b"=").decode()


@dataclass
class Grant:
    """What a code was given for."""

    parameters: dict[str, str]
    user: dict[str, Any]


@dataclass
class OpenIdServer:
    """Signs `user` in at once. Everything it says can be made wrong.

    Attributes:
        user: what it knows of its user: `sub` and more.
        claims: members of the id token that are other than they should be; None leaves one out.
        told_in_token: what of `user` the id token holds; the rest is told as user info.
        metadata: members of its metadata that are other than they should be; None leaves one out.
        sign: makes the id token.
        keys: what it publishes.
        answers: answers of paths that are out of order.
        iss: what it calls itself when it sends the browser back; None: nothing.
    """

    port: int
    user: dict[str, Any] = field(default_factory=dict[str, Any])
    claims: dict[str, Any] = field(default_factory=dict[str, Any])
    told_in_token: frozenset[str] = frozenset({"sub", "email", "email_verified", "name"})
    metadata: dict[str, Any] = field(default_factory=dict[str, Any])
    sign: Callable[[dict[str, Any]], str] = signed
    keys: list[dict[str, Any]] = field(default_factory=lambda: [jwk_of(RSA_KEY, "one")])
    answers: dict[str, Response] = field(default_factory=dict[str, Response])
    iss: str | None = None
    requests: list[str] = field(default_factory=list[str])
    released: threading.Event = field(default_factory=threading.Event)
    slow: set[str] = field(default_factory=set[str])
    client_secret: str | None = CLIENT_SECRET
    grants: dict[str, Grant] = field(default_factory=dict[str, Grant])
    tokens: dict[str, dict[str, Any]] = field(default_factory=dict[str, dict[str, Any]])

    def __post_init__(self) -> None:
        self.iss = self.issuer
        self.user = {"sub": "subject-1", "email": "ann@example.com", "email_verified": True, "name": "Ann"}

    @property
    def issuer(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def setting(self, **others: Any) -> dict[str, Any]:
        """Its entry in OPENID_PROVIDERS."""
        given = {"name": "local", "issuer": self.issuer, "client_id": CLIENT_ID, "client_secret": self.client_secret}
        return {name: value for name, value in (given | others).items() if value is not None}

    async def answer(self, request: Request) -> Response:
        path = request.url.path
        self.requests.append(f"{request.method} {path}")
        if path in self.slow:
            await asyncio.to_thread(self.released.wait, STOP_SECONDS)
        if path in self.answers:
            return self.answers[path]
        if path == "/token":
            return self._token(request, await request.body())
        pages: dict[str, Callable[[], Response]] = {
            "/.well-known/openid-configuration": lambda: JSONResponse(self._metadata()),
            "/authorize": lambda: self._authorize(dict(request.query_params)),
            "/keys": lambda: JSONResponse({"keys": self.keys}),
            "/userinfo": lambda: self._user_info(request),
        }
        return pages[path]() if path in pages else Response(status_code=404)

    def _metadata(self) -> dict[str, Any]:
        said = {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
            "userinfo_endpoint": f"{self.issuer}/userinfo",
            "authorization_response_iss_parameter_supported": True,
            **self.metadata,
        }
        return {name: value for name, value in said.items() if value is not None}

    def _authorize(self, parameters: dict[str, str]) -> Response:
        wanted = {"response_type": "code", "client_id": CLIENT_ID, "code_challenge_method": "S256"}
        if not wanted.items() <= parameters.items() or "openid" not in parameters.get("scope", "").split():
            return Response("not what was agreed", status_code=400)
        code = secrets.token_urlsafe()
        self.grants[code] = Grant(parameters, dict(self.user))
        back = {"code": code, "state": parameters["state"]} | ({"iss": self.iss} if self.iss else {})
        return RedirectResponse(f"{parameters['redirect_uri']}?{urlencode(back)}", status_code=302)

    def _token(self, request: Request, body: bytes) -> Response:
        form = {name: values[0] for name, values in parse_qs(body.decode()).items()}
        if not self._knows(request, form):
            return JSONResponse({"error": "invalid_client"}, status_code=401)
        grant = self.grants.pop(form.get("code", ""), None)
        challenge = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        shown = {
            "redirect_uri": form.get("redirect_uri"),
            "code_challenge": base64.urlsafe_b64encode(challenge).rstrip(b"=").decode(),
        }
        if grant is None or form.get("grant_type") != "authorization_code":
            return JSONResponse({"error": "invalid_grant"}, status_code=400)
        if not shown.items() <= grant.parameters.items():
            return JSONResponse({"error": "invalid_grant"}, status_code=400)
        access_token = secrets.token_urlsafe()
        self.tokens[access_token] = grant.user
        id_token = self.sign(self._claims(grant, access_token))
        return JSONResponse({"access_token": access_token, "token_type": "Bearer", "id_token": id_token})

    def _knows(self, request: Request, form: dict[str, str]) -> bool:
        methods = self.metadata.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
        if self.client_secret is None:
            return form.get("client_id") == CLIENT_ID
        if methods == ["client_secret_post"]:
            return (form.get("client_id"), form.get("client_secret")) == (CLIENT_ID, self.client_secret)
        pair = f"{quote(CLIENT_ID, safe='')}:{quote(self.client_secret, safe='')}".encode()
        return request.headers.get("authorization") == f"Basic {base64.b64encode(pair).decode()}"

    def _claims(self, grant: Grant, access_token: str) -> dict[str, Any]:
        now = int(time.time())
        told = {name: value for name, value in grant.user.items() if name in self.told_in_token}
        right = {
            "iss": self.issuer,
            "aud": CLIENT_ID,
            "iat": now,
            "exp": now + 300,
            "nonce": grant.parameters.get("nonce"),
            "at_hash": at_hash_of(access_token),
        }
        return {name: value for name, value in (told | right | self.claims).items() if value is not None}

    def _user_info(self, request: Request) -> Response:
        user = self.tokens.get(request.headers.get("authorization", "").removeprefix("Bearer "))
        return JSONResponse(user) if user else Response(status_code=401)


@contextmanager
def openid_server() -> Generator[OpenIdServer]:
    """A provider that serves until the block is left."""
    listening = socket.create_server(("127.0.0.1", 0))  # whoever connects waits until the server accepts
    provider = OpenIdServer(listening.getsockname()[1])
    app = Starlette(routes=[Route("/{path:path}", provider.answer, methods=["GET", "POST"])])
    server = uvicorn.Server(uvicorn.Config(app, lifespan="off", ws="none", log_level="critical"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    try:
        yield provider
    finally:
        provider.released.set()
        server.should_exit = True
        thread.join(STOP_SECONDS)
        listening.close()
        assert not thread.is_alive()


def returned_by(location: str) -> dict[str, str]:
    """The parameters of a redirect."""
    return {name: values[0] for name, values in parse_qs(urlsplit(location).query).items()}
