"""The real server as its own process, and the devices of the people who use it over real sockets."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import httpx
import orjson
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Mapping

    from websockets.asyncio.client import ClientConnection

PATIENCE = 60.0
PASSWORD = "correct horse battery"
OTHER_PASSWORD = "a staple of another colour"
THIRD_PASSWORD = "neither of the other two"

SIGNED_IN = "accessToken refreshToken expiresAt sessionId user { id email }"
REGISTER = f"""mutation ($input: RegisterInput!) {{
  register(input: $input) {{ __typename ... on SignedUp {{ verificationRequired session {{ {SIGNED_IN} }} }} }}
}}"""
LOGIN = f"""mutation ($identifier: String!, $password: String!, $label: String) {{
  login(identifier: $identifier, password: $password, label: $label) {{
    __typename ... on SignedIn {{ {SIGNED_IN} }} ... on SecondFactorRequired {{ challenge }}
  }}
}}"""
REFRESH = f"mutation ($token: String!) {{ refreshSession(refreshToken: $token) {{ {SIGNED_IN} }} }}"
FINISH = f"""mutation ($challenge: String!, $code: String!) {{
  confirmSecondFactor(challenge: $challenge, code: $code) {{ {SIGNED_IN} }}
}}"""
ME = "{ me { id email name role roles emailVerifiedAt } }"


@dataclass
class Device:
    """One browser or phone: its own connection, and the tokens that it was given."""

    http: httpx.AsyncClient
    access_token: str = ""
    refresh_token: str = ""
    session_id: str = ""
    user_id: str = ""
    workers: list[str] = field(default_factory=list[str])
    """Which process has answered each call, by what its request ids begin with."""

    async def respond(self, query: str, variables: Mapping[str, Any] | None = None, **headers: str) -> httpx.Response:
        """The answer to one operation, with the device's access token if it has one and shows nothing else.

        What gives a new token is asked without the old one, which would be refused before anything else is looked at.
        """
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if self.access_token and "apikey" not in sent and query not in {REGISTER, LOGIN, REFRESH, FINISH}:
            sent = {"authorization": f"Bearer {self.access_token}", **sent}
        body = {"query": query, "variables": variables or {}}
        response = await self.http.post("/graphql", json=body, headers=sent)
        self.workers.append(worker_of(response.headers))
        return response

    async def data(self, query: str, variables: Mapping[str, Any] | None = None, **headers: str) -> Any:
        """The one field of an answer without errors."""
        answer = (await self.respond(query, variables, **headers)).json()
        assert "errors" not in answer, answer
        (value,) = answer["data"].values()
        return value

    async def refusal(
        self, query: str, variables: Mapping[str, Any] | None = None, **headers: str
    ) -> tuple[str, str | None]:
        """Code and reason of the only error of an answer."""
        answer = (await self.respond(query, variables, **headers)).json()
        assert len(answer.get("errors", ())) == 1, answer
        extensions = answer["errors"][0]["extensions"]
        return extensions["code"], extensions.get("reason")

    async def register(self, email: str, password: str = PASSWORD, **given: Any) -> None:
        """Sign up, and be signed in."""
        result = await self.data(REGISTER, {"input": {"email": email, "password": password, **given}})
        assert result["__typename"] == "SignedUp", result
        self.keep(result["session"])

    async def login(self, identifier: str, password: str = PASSWORD, label: str | None = None) -> None:
        """Sign in by a password alone."""
        result = await self.data(LOGIN, {"identifier": identifier, "password": password, "label": label})
        assert result["__typename"] == "SignedIn", result
        self.keep(result)

    async def refresh(self) -> None:
        """Renew the session."""
        self.keep(await self.data(REFRESH, {"token": self.refresh_token}))

    async def refresh_refusal(self, token: str | None = None) -> tuple[str, str | None]:
        """Why a refresh token, the device's own one unless another is given, gives nothing."""
        return await self.refusal(REFRESH, {"token": token or self.refresh_token})

    def keep(self, session: Mapping[str, Any]) -> None:
        """Remember what a sign-in gave."""
        self.access_token, self.refresh_token = session["accessToken"], session["refreshToken"]
        self.session_id, self.user_id = session["sessionId"], session["user"]["id"]


@dataclass
class Server:
    """A running `selfgraph serve`, its database and its SECRET_KEY."""

    url: str
    database_url: str
    secret: str

    @asynccontextmanager
    async def device(self, name: str = "laptop", address: str = "192.0.2.1") -> AsyncGenerator[Device]:
        """A device that calls itself so and has this address, on one connection that stays open."""
        base = self.url.removesuffix("/graphql")
        headers = {"user-agent": name, "x-forwarded-for": address}
        limits = httpx.Limits(max_connections=1, max_keepalive_connections=1, keepalive_expiry=PATIENCE)
        async with httpx.AsyncClient(base_url=base, headers=headers, timeout=PATIENCE, limits=limits) as http:
            yield Device(http)

    @asynccontextmanager
    async def socket(self, payload: Mapping[str, Any]) -> AsyncGenerator[ClientConnection]:
        """A websocket by graphql-transport-ws whose `connection_init` was accepted."""
        async with self._connect() as socket:
            await say(socket, {"type": "connection_init", "payload": payload})
            assert (await hear(socket))["type"] == "connection_ack"
            yield socket

    async def socket_refusal(self, payload: Mapping[str, Any]) -> int:
        """The code with which such a `connection_init` closes its websocket."""
        async with self._connect() as socket:
            await say(socket, {"type": "connection_init", "payload": payload})
            return await closed(socket)

    def _connect(self) -> connect:
        protocols: list[Any] = ["graphql-transport-ws"]
        return connect(self.url.replace("http", "ws", 1), subprotocols=protocols, open_timeout=PATIENCE)


def worker_of(headers: Any) -> str:
    """What tells the process that answered: request ids begin with a text of its own."""
    worker, _, _ = str(headers["x-request-id"]).rpartition("-")
    return worker


def bearer(token: str) -> dict[str, str]:
    """The payload of `connection_init` for an access token."""
    return {"authorization": f"Bearer {token}"}


async def say(socket: ClientConnection, message: Any) -> None:
    """Send a message."""
    await socket.send(orjson.dumps(message).decode())


async def hear(socket: ClientConnection) -> Any:
    """The next message."""
    return orjson.loads(await asyncio.wait_for(socket.recv(), PATIENCE))


async def closed(socket: ClientConnection) -> int:
    """The code with which the server closes the socket, whatever comes before."""
    try:
        while True:
            await asyncio.wait_for(socket.recv(), PATIENCE)
    except ConnectionClosed as error:
        return error.rcvd.code if error.rcvd else 1006
