"""An issuer of tokens on the loopback, over real HTTP."""

from __future__ import annotations

import asyncio
import json
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Self

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from jwt.algorithms import ECAlgorithm, OKPAlgorithm, RSAAlgorithm

if TYPE_CHECKING:
    from collections.abc import Mapping

Private = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey
RSA_KEY = rsa.generate_private_key(65_537, 2048)
OTHER_RSA_KEY = rsa.generate_private_key(65_537, 2048)
PLAIN_HEADERS = {"content-type": "application/json"}


def jwk_of(key: Private, kid: str, **members: Any) -> dict[str, Any]:
    public = key.public_key()
    if isinstance(public, rsa.RSAPublicKey):
        made = RSAAlgorithm.to_jwk(public, as_dict=True)
    elif isinstance(public, ec.EllipticCurvePublicKey):
        made = ECAlgorithm.to_jwk(public, as_dict=True)
    else:
        made = OKPAlgorithm.to_jwk(public, as_dict=True)
    return {**made, "kid": kid, "use": "sig", **members}


def signed(
    claims: Mapping[str, Any], key: Private = RSA_KEY, *, kid: str = "one", algorithm: str = "RS256", **headers: Any
) -> str:
    # One layer below `jwt.encode`, which refuses to make some of the claims that an attacker would.
    return jwt.PyJWS().encode(json.dumps(claims).encode(), key, algorithm, {"kid": kid, **headers})


def claims_of(issuer: str, audience: Any, **others: Any) -> dict[str, Any]:
    now = int(time.time())
    claims = {"iss": issuer, "aud": audience, "sub": "subject", "iat": now, "exp": now + 3600, **others}
    return {name: value for name, value in claims.items() if value is not None}


@dataclass
class Issuer:
    """Answers every request with `status`, `headers` and `body`, once `open` is set."""

    body: bytes = b""
    status: str = "200 OK"
    headers: dict[str, str] = field(default_factory=lambda: dict(PLAIN_HEADERS))
    requests: list[str] = field(default_factory=list)
    open: asyncio.Event = field(default_factory=asyncio.Event)
    arrived: asyncio.Event = field(default_factory=asyncio.Event)
    port: int = 0
    _server: asyncio.Server | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/jwks.json"

    def publish(self, *keys: Mapping[str, Any]) -> None:
        self.body = json.dumps({"keys": keys}).encode()

    async def __aenter__(self) -> Self:
        self.open.set()
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    async def start(self) -> None:
        self._server = await asyncio.start_server(self._answer, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        self.open.set()
        if self._server is not None:
            self._server.close()
            await self._server.wait_closed()
            self._server = None

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        request = await reader.readuntil(b"\r\n\r\n")
        self.requests.append(request.split(b"\r\n", 1)[0].decode())
        self.arrived.set()
        await self.open.wait()
        headers = {**self.headers, "content-length": str(len(self.body)), "connection": "close"}
        lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        writer.write(f"HTTP/1.1 {self.status}\r\n{lines}\r\n".encode() + self.body)
        try:
            await writer.drain()
            writer.close()
            await writer.wait_closed()
        except ConnectionError:
            return
