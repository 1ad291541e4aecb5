"""People of every rung, signed in, and what they may do to each other."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tests.graph.accounts.serving import PASSWORD
from tests.graph.tables.serving import KEY

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.graph.accounts.serving import Accounts

SERVICE = {"apikey": KEY}
CREATE = "mutation($input: CreateUserInput!) { createUser(input: $input) { id email role roles active claims } }"
ACTIVE = "mutation($id: ID!, $active: Boolean!) { setUserActive(id: $id, active: $active) { id active } }"
ROLES = "mutation($id: ID!, $role: String, $roles: [String!]) { setUserRoles(id: $id, role: $role, roles: $roles) { role roles } }"
DELETE = "mutation($ids: [ID!]!) { deleteUsers(ids: $ids) { id ok code message } }"
UPDATE = "mutation($id: ID!, $input: UpdateUserInput!) { updateUser(id: $id, input: $input) { id email name username phone bio emailVerifiedAt claims } }"
IMPERSONATE = "mutation($id: ID!) { impersonate(userId: $id) { accessToken refreshToken expiresAt user { id } } }"
ME = "{ me { id email role } }"


@dataclass(frozen=True)
class Person:
    """Somebody who is signed in."""

    id: str
    email: str
    token: str = field(repr=False)


@dataclass
class People:
    """A served installation; the service key makes people, and they call by their own tokens."""

    accounts: Accounts
    count: int = 0

    async def make(self, role: str = "user", **given: Any) -> Person:
        """Somebody new of this rung, signed in."""
        self.count += 1
        email = given.pop("email", f"{role}{self.count}@x.test")
        user = await self.create(email=email, password=PASSWORD, role=role, **given)
        session = await self.accounts.login(email)
        return Person(user["id"], email, session["accessToken"])

    async def create(self, **given: Any) -> dict[str, Any]:
        """A user made by the service key."""
        user: dict[str, Any] = await self.accounts.data(CREATE, {"input": given}, headers=SERVICE)
        return user

    async def data(self, person: Person | None, query: str, variables: Mapping[str, Any] | None = None) -> Any:
        """The one field of an answer to a person, or to the service key."""
        return await self.accounts.data(query, variables, **_credentials(person))

    async def refusal(
        self, person: Person | None, query: str, variables: Mapping[str, Any] | None = None
    ) -> dict[str, Any]:
        """Why a person, or the service key, is refused."""
        return await self.accounts.refusal(query, variables, **_credentials(person))

    async def code(self, person: Person | None, query: str, variables: Mapping[str, Any] | None = None) -> str | None:
        """The code of the refusal, or None."""
        answer = await self.accounts.respond(query, variables, **_credentials(person))
        return answer["errors"][0]["extensions"]["code"] if answer.get("errors") else None

    async def everything(self) -> list[tuple[object, ...]]:
        """What is stored of everybody and their sessions, but for the times of use."""
        query = """
            SELECT u.id, u.email, u.username, u.name, u.phone, u.bio, u.role, u.active, u.claims::text, u.password_hash,
                u.email_verified_at,
                ARRAY(SELECT role FROM selfgraph.user_roles r WHERE r.user_id = u.id ORDER BY 1),
                ARRAY(SELECT (s.id, s.ended_at)::text FROM selfgraph.sessions s WHERE s.user_id = u.id ORDER BY 1)
            FROM selfgraph.users u ORDER BY u.id
        """
        async with self.accounts.database.acquire() as connection:
            return [tuple(row) for row in await connection.fetch(query)]

    async def actions(self) -> list[str]:
        """What the trail holds, in order."""
        async with self.accounts.database.acquire() as connection:
            rows = await connection.fetch("SELECT action FROM selfgraph.audit_events ORDER BY at, id")
        return [row["action"] for row in rows]


def _credentials(person: Person | None) -> dict[str, Any]:
    return {"headers": SERVICE} if person is None else {"token": person.token}
