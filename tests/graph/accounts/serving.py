"""The real endpoint as strangers and signed-in users call it, with the mails that it has enqueued."""

from __future__ import annotations

import json
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import httpx
from sqlalchemy import event
from starlette.applications import Starlette
from starlette.routing import Route

from graph.app import open_faces
from graph.wiring.database import database_options
from graph.wiring.services import open_services
from persistence.catalog_query import CATALOG_QUERY, FINGERPRINT_QUERY
from persistence.credentials.encryption import Cipher
from persistence.database import Database
from persistence.mail.options import MAIL_PURPOSE
from persistence.mail.sealing import unseal
from persistence.metadata.reading import METADATA_QUERY, VERSION_QUERY
from tests.graph.tables.serving import settings_for

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Mapping

    from domain.mail import Mail
    from domain.storage.events import FileEventSubscribers

PASSWORD = "correct horse battery"
OTHER_PASSWORD = "a staple of another colour"
EMAIL = "ann@example.com"

SIGNED_IN = "accessToken refreshToken expiresAt sessionId user { id email }"
REGISTER = f"""
mutation ($input: RegisterInput!) {{
  register(input: $input) {{
    __typename
    ... on SignedUp {{ verificationRequired session {{ {SIGNED_IN} }} }}
    ... on WeakPassword {{ reasons }}
  }}
}}
"""
LOGIN = f"""
mutation ($identifier: String!, $password: String!, $label: String) {{
  login(identifier: $identifier, password: $password, label: $label) {{ __typename ... on SignedIn {{ {SIGNED_IN} }} }}
}}
"""
REFRESH = f"mutation ($token: String!) {{ refreshSession(refreshToken: $token) {{ {SIGNED_IN} }} }}"
ME = "{ me { id email username name bio phone role roles active emailVerifiedAt claims lastSeenAt } }"
RESET = """
mutation ($token: String!, $password: String!) {
  resetPassword(token: $token, newPassword: $password) {
    __typename ... on PasswordChanged { endedSessions } ... on WeakPassword { reasons }
  }
}
"""


@dataclass
class Accounts:
    """A served installation; `statements` holds what the last call has sent to the database."""

    database: Database
    http: httpx.AsyncClient
    cipher: Cipher
    file_events: FileEventSubscribers
    statements: list[str] = field(default_factory=list[str])

    async def respond(
        self,
        query: str,
        variables: Mapping[str, Any] | None = None,
        *,
        token: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> dict[str, Any]:
        """The whole answer to a call with an access token or without."""
        sent = dict(headers or {}) | ({"Authorization": f"Bearer {token}"} if token else {})
        self.statements.clear()
        body = json.dumps({"query": query, "variables": variables or {}})  # in ASCII: half of a pair is let through
        response = await self.http.post("/graphql", content=body, headers={"Content-Type": "application/json", **sent})
        answer: dict[str, Any] = response.json()
        return answer

    async def batch(self, operations: list[dict[str, Any]], *, token: str) -> list[dict[str, Any]]:
        """The answers to several operations in one request."""
        response = await self.http.post("/graphql", json=operations, headers={"Authorization": f"Bearer {token}"})
        answers: list[dict[str, Any]] = response.json()
        return answers

    async def data(self, query: str, variables: Mapping[str, Any] | None = None, **given: Any) -> Any:
        """The one field of an answer without errors."""
        answer = await self.respond(query, variables, **given)
        assert "errors" not in answer, answer
        (value,) = answer["data"].values()
        return value

    async def refusal(self, query: str, variables: Mapping[str, Any] | None = None, **given: Any) -> dict[str, Any]:
        """The extensions of the only error of an answer, and its message."""
        answer = await self.respond(query, variables, **given)
        assert len(answer.get("errors", ())) == 1, answer
        error = answer["errors"][0]
        return {"message": error["message"], **error["extensions"]}

    async def register(self, email: str = EMAIL, password: str = PASSWORD, **given: Any) -> dict[str, Any]:
        """The result of a registration."""
        result: dict[str, Any] = await self.data(REGISTER, {"input": {"email": email, "password": password, **given}})
        return result

    async def sign_up(self, email: str = EMAIL, password: str = PASSWORD, **given: Any) -> dict[str, Any]:
        """The session of a new account."""
        session: dict[str, Any] = (await self.register(email, password, **given))["session"]
        return session

    async def login(self, identifier: str = EMAIL, password: str = PASSWORD, **given: Any) -> dict[str, Any]:
        """The result of a login with the right password."""
        result: dict[str, Any] = await self.data(LOGIN, {"identifier": identifier, "password": password, **given})
        return result

    async def login_refusal(self, identifier: str = EMAIL, password: str = PASSWORD) -> dict[str, Any]:
        """The error of a login."""
        return await self.refusal(LOGIN, {"identifier": identifier, "password": password})

    async def refresh(self, refresh_token: str) -> dict[str, Any]:
        """The session that a refresh token gives."""
        result: dict[str, Any] = await self.data(REFRESH, {"token": refresh_token})
        return result

    async def refresh_refusal(self, refresh_token: str) -> str:
        """Why a refresh token gives none."""
        error = await self.refusal(REFRESH, {"token": refresh_token})
        assert error["code"] == "UNAUTHENTICATED"
        reason: str = error["reason"]
        return reason

    async def mails(self) -> list[Mail]:
        """The mails that were enqueued, the first first."""
        query = (
            "SELECT args->>'mail' AS mail FROM selfgraph.procrastinate_jobs WHERE task_name = 'send_mail' ORDER BY id"
        )
        async with self.database.acquire() as connection:
            rows = await connection.fetch(query)
        return [unseal(row["mail"], self.cipher) for row in rows]

    async def last_token(self) -> str:
        """The token of the last mail."""
        return (await self.mails())[-1].values["token"]

    async def execute(self, statement: str, *values: object) -> None:
        """Change what is stored."""
        async with self.database.acquire() as connection:
            await connection.execute(statement, *values)

    async def value(self, query: str, *values: object) -> Any:
        """What is stored."""
        async with self.database.acquire() as connection:
            return await connection.fetchval(query, *values)


@asynccontextmanager
async def serving_accounts(url: str, **given: Any) -> AsyncGenerator[Accounts]:
    """Serve a database with all migrations; `given` are settings."""
    settings = settings_for(url, **{"password_hashing_threads": 2, **given})
    database = await Database.connect(database_options(settings, url))
    try:
        async with open_services(settings, database) as services, open_faces(settings, services) as faces:
            app = Starlette(routes=[Route("/graphql", faces.endpoint)])
            transport = httpx.ASGITransport(app=app)
            async with httpx.AsyncClient(transport=transport, base_url="http://test", timeout=60) as http:
                accounts = Accounts(database, http, Cipher(services.secret, MAIL_PURPOSE), services.file_events)
                _listen(database, accounts.statements)
                yield accounts
    finally:
        await database.close()


def _listen(database: Database, statements: list[str]) -> None:
    """Note what both pools send: not the begin and end of transactions, nor whether a part of one is kept."""

    def hear(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        statements.append("SAVEPOINT" if "SAVEPOINT" in statement else statement)

    event.listen(database.engine.sync_engine, "before_cursor_execute", hear)
    pool: Any = database
    fetch_row = pool.fetch_row

    async def fetch_and_note(statement: str, *arguments: Any) -> Any:
        if statement not in {CATALOG_QUERY, FINGERPRINT_QUERY, METADATA_QUERY, VERSION_QUERY}:
            statements.append(statement)
        return await fetch_row(statement, *arguments)

    pool.fetch_row = fetch_and_note
