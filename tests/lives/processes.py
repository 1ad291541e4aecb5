"""Servers of one or several processes, devices and websockets on each of them, and tokens as they would issue them."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from domain.accounts.tokens import SigningAlgorithm
from persistence.credentials.tokens import JwtAccessTokens, TokenOptions
from persistence.database import Database, DatabaseOptions
from persistence.signing_keys import SigningKeyRing, SigningKeyStore
from tests.graph.commands.process import running
from tests.lives.people import PATIENCE, Server, worker_of

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Generator, Mapping
    from pathlib import Path
    from uuid import UUID

    from websockets.asyncio.client import ClientConnection

    from tests.lives.people import Device
    from tests.mail import Mailbox

AT_ONCE = 8
SECRET = "secret-key-of-the-tests-0123456789-abcdef"


@contextmanager
def serving(folder: Path, url: str, mailbox: Mailbox, *arguments: str, **settings: str) -> Generator[Server]:
    """Run `selfgraph serve` with these arguments and settings."""
    environment: dict[str, Any] = {
        "DATABASE_URL": url,
        "SECRET_KEY": SECRET,
        "TRUSTED_PROXIES": "127.0.0.1",
        **mailbox.settings,
        **settings,
    }
    with running("serve", "--port", "0", *arguments, folder=folder, **environment) as process:
        yield Server(process.line("GraphQL"), url, SECRET)


@dataclass
class Everywhere:
    """A device, and a websocket, for each of the two processes of a server."""

    devices: dict[str, Device]
    sockets: dict[str, ClientConnection]

    @property
    def pairs(self) -> list[tuple[Device, ClientConnection]]:
        """What is connected to the same process."""
        return [(device, self.sockets[worker]) for worker, device in self.devices.items()]


@asynccontextmanager
async def everywhere(
    server: Server, payload: Mapping[str, Any] | None = None, *, processes: int = 2
) -> AsyncGenerator[Everywhere]:
    """Connect anew until every process has taken a device and, where a payload is given, a websocket."""
    async with AsyncExitStack() as stack, asyncio.timeout(PATIENCE):
        devices: dict[str, Device] = {}
        while len(devices) < processes:
            several = [await stack.enter_async_context(server.device()) for _ in range(AT_ONCE)]
            await asyncio.gather(*(device.respond("{ __typename }") for device in several))
            devices |= {device.workers[0]: device for device in several}
        sockets: dict[str, ClientConnection] = {}
        while payload is not None and len(sockets) < processes:
            socket = await stack.enter_async_context(server.socket(payload))
            assert socket.response is not None
            sockets[worker_of(socket.response.headers)] = socket
        yield Everywhere(devices, sockets)


async def until_refused(device: Device, query: str, **headers: str) -> tuple[str, str | None]:
    """Ask until it is refused; code and reason of the refusal. Every answer comes from the device's own process."""
    async with asyncio.timeout(PATIENCE):
        while True:
            answer = (await device.respond(query, None, **headers)).json()
            assert len(set(device.workers)) == 1
            if "errors" in answer:
                extensions = answer["errors"][0]["extensions"]
                return extensions["code"], extensions.get("reason")


async def short_token(server: Server, user_id: UUID, session_id: UUID, seconds: int) -> str:
    """An access token of a session that is good for so long, which is less than settings allow."""
    database = await Database.connect(DatabaseOptions(server.database_url))
    try:
        store = SigningKeyStore(database, server.secret, timedelta(minutes=15))
        keys = SigningKeyRing(store, SigningAlgorithm.HS256)
        await keys.reload()
        tokens = JwtAccessTokens(keys, TokenOptions())
        lifetime = timedelta(seconds=seconds)
        return tokens.issue(user_id=user_id, session_id=session_id, role="user", lifetime=lifetime).text
    finally:
        await database.close()
