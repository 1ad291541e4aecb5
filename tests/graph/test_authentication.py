"""Who a request's credentials make of its caller, over the real stores."""

from __future__ import annotations

from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import asyncpg
import pytest

from domain.actor import Actor
from domain.errors import ForbiddenError, UnauthenticatedError
from domain.identifiers import digest, new_id
from graph.authentication import Authenticator
from graph.wiring.database import database_options
from graph.wiring.services import Services, open_services
from persistence.database import Database
from tests.graph.tables.serving import KEY, settings_for

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator
    from uuid import UUID

ANON_KEY = "a" * 32


@dataclass
class World:
    """One database with its services, and an operator who changes rows behind their back."""

    services: Services
    operator: asyncpg.Connection
    authenticate: Authenticator

    async def user(self, *, role: str = "user", roles: tuple[str, ...] = (), claims: str = "{}") -> UUID:
        user_id = new_id()
        await self.operator.execute(
            "INSERT INTO selfgraph.users (id, email, role, claims) VALUES ($1, $2, $3, $4)",
            user_id, f"{user_id}@example.com", role, claims,
        )  # fmt: skip
        for name in roles:
            await self.operator.execute(
                "INSERT INTO selfgraph.user_roles (user_id, role) VALUES ($1, $2)", user_id, name
            )
        return user_id

    async def role(self, name: str, *inherits: str) -> None:
        await self.operator.execute("INSERT INTO selfgraph.roles (name) VALUES ($1)", name)
        for each in inherits:
            await self.operator.execute(
                "INSERT INTO selfgraph.role_inheritance (role, inherits) VALUES ($1, $2)", name, each
            )

    async def session(self, user_id: UUID, **given: Any) -> UUID:
        session_id = new_id()
        await self.operator.execute(
            """INSERT INTO selfgraph.sessions (id, user_id, user_agent, ip, expires_at, impersonator_id)
            VALUES ($1, $2, '', '', $3, $4)""",
            session_id, user_id, given.get("expires_at", datetime.now(UTC) + timedelta(days=1)), given.get("impersonator"),
        )  # fmt: skip
        return session_id

    async def token(self, user_id: UUID, **given: Any) -> dict[str, str]:
        """The header of a user who has just signed in."""
        session_id = await self.session(user_id, **given)
        issued = self.services.tokens.issue(user_id=user_id, session_id=session_id, role="user")
        return {"authorization": f"Bearer {issued.text}"}

    async def key(self, role: str, *, scopes: list[str] | None = None, **given: Any) -> str:
        text = f"sg_{new_id()}"
        await self.operator.execute(
            """INSERT INTO selfgraph.api_keys (id, name, prefix, key_hash, role, scopes, expires_at, revoked_at)
            VALUES ($1, $2, '', $3, $4, $5, $6, $7)""",
            new_id(), text, digest(text), role, scopes, given.get("expires_at"), given.get("revoked_at"),
        )  # fmt: skip
        return text


@asynccontextmanager
async def worlds(url: str) -> AsyncGenerator[World]:
    settings = settings_for(url)
    database = await Database.connect(database_options(settings, url))
    try:
        operator = await asyncpg.connect(url)
        async with open_services(settings, database) as services:
            authenticate = Authenticator(services.states, services.tokens, services.keys)
            yield World(services, operator, authenticate)
        await operator.close()
    finally:
        await database.close()


@pytest.fixture
async def world(migrated_database: str) -> AsyncGenerator[World]:
    async with worlds(migrated_database) as opened:
        yield opened


async def named(world: World, credentials: dict[str, str]) -> Actor:
    """Who the caller is, whether that has to be waited for or not."""
    actor = world.authenticate(credentials)
    return actor if isinstance(actor, Actor) else await actor


async def heard(world: World) -> None:
    """Wait until the process has heard of what the operator has done."""
    async with world.services.transactions.begin(revoking=True):
        pass


async def refusal(world: World, credentials: dict[str, str]) -> str | None:
    with pytest.raises(UnauthenticatedError) as caught:
        await named(world, credentials)
    return caught.value.reason


@pytest.mark.parametrize("credentials", [{}, {"apikey": ""}, {"authorization": ""}, {"x-role": "anonymous"}])
async def test_who_shows_nothing_is_anonymous(world: World, credentials: dict[str, str]) -> None:
    actor = await named(world, credentials)
    assert (actor.role, dict(actor.session), actor.user_id) == ("anonymous", {"x-role": "anonymous"}, None)


async def test_the_public_key_makes_an_anonymous_caller(world: World) -> None:
    assert (await named(world, {"apikey": ANON_KEY})).role == "anonymous"


@pytest.mark.parametrize("header", ["apikey", "x-api-key", "authorization"])
async def test_the_service_key_makes_the_superadmin(world: World, header: str) -> None:
    value = f"Bearer {KEY}" if header == "authorization" else KEY
    assert (await named(world, {header: value})).is_superadmin


@pytest.mark.parametrize(
    "credentials",
    [
        {"apikey": "k"},
        {"apikey": "é"},
        {"apikey": "\ud800"},
        {"apikey": "k" * 10_000},
        {"authorization": "Basic YTpi"},
        {"authorization": "Bearer"},
        {"authorization": "Bearer a.b.c"},
        {"authorization": f"Bearer {KEY}x"},
    ],
)
async def test_other_credentials_are_refused(world: World, credentials: dict[str, str]) -> None:
    assert await refusal(world, credentials) == "INVALID"


async def test_a_user_acts_in_the_own_role_with_the_session_variables(world: World) -> None:
    user_id = await world.user(role="admin", claims='{"org-id": 7, "team": "red", "sites": [1, 2]}')
    actor = await named(world, await world.token(user_id))
    assert (actor.role, actor.user_id) == ("admin", user_id)
    assert dict(actor.session) == {
        "x-user-id": str(user_id),
        "x-role": "admin",
        "x-email": f"{user_id}@example.com",
        "x-org-id": "7",
        "x-team": "red",
        "x-sites": "[1, 2]",
    }


@pytest.mark.parametrize("role", ["user", "editor", "writer"])
async def test_a_user_picks_one_of_the_own_roles(world: World, role: str) -> None:
    await world.role("writer")
    await world.role("editor", "writer")
    credentials = await world.token(await world.user(roles=("editor",)))
    actor = await named(world, {**credentials, "x-role": role})
    assert (actor.role, actor.session["x-role"]) == (role, role)


@pytest.mark.parametrize("header", ["x-role", "x-hasura-role"])
@pytest.mark.parametrize("role", ["superadmin", "admin", "SUPERADMIN", "editor", "nobody", "anonymous"])
async def test_a_role_that_is_not_the_users_own_is_forbidden(world: World, role: str, header: str) -> None:
    await world.role("editor")
    credentials = await world.token(await world.user())
    with pytest.raises(ForbiddenError):
        await named(world, {**credentials, header: role})


async def test_a_stranger_has_no_role_but_one(world: World) -> None:
    with pytest.raises(ForbiddenError):
        await named(world, {"x-role": "user"})


async def test_a_custom_claim_cannot_stand_for_the_user(world: World) -> None:
    user_id = await world.user(claims='{"user-id": "other", "role": "admin"}')
    actor = await named(world, await world.token(user_id))
    assert (actor.session["x-user-id"], actor.session["x-role"]) == (str(user_id), "user")


CHANGES = {
    "logout": "UPDATE selfgraph.sessions SET ended_at = now() WHERE user_id = $1",
    "session removed": "DELETE FROM selfgraph.sessions WHERE user_id = $1",
    "deactivation": "UPDATE selfgraph.users SET active = false WHERE id = $1",
    "deletion": "DELETE FROM selfgraph.users WHERE id = $1",
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
async def test_a_token_is_no_longer_good_as_soon_as_its_session_is_not(world: World, change: str) -> None:
    user_id = await world.user()
    credentials = await world.token(user_id)
    assert (await named(world, credentials)).user_id == user_id
    await world.operator.execute(change, user_id)
    await heard(world)
    assert await refusal(world, credentials) == "REVOKED"


async def test_a_change_of_role_acts_at_once(world: World) -> None:
    user_id = await world.user(role="admin")
    credentials = await world.token(user_id)
    assert (await named(world, credentials)).role == "admin"
    await world.operator.execute("UPDATE selfgraph.users SET role = 'user' WHERE id = $1", user_id)
    await heard(world)
    assert (await named(world, credentials)).role == "user"


async def test_a_change_of_inheritance_acts_at_once(world: World) -> None:
    await world.role("writer")
    await world.role("editor", "writer")
    credentials = {**await world.token(await world.user(roles=("editor",))), "x-role": "writer"}
    assert (await named(world, credentials)).role == "writer"
    await world.operator.execute("DELETE FROM selfgraph.role_inheritance")
    await heard(world)
    with pytest.raises(ForbiddenError):
        await named(world, credentials)


async def test_an_expired_session_is_refused(world: World) -> None:
    credentials = await world.token(await world.user(), expires_at=datetime.now(UTC) - timedelta(seconds=1))
    assert await refusal(world, credentials) == "REVOKED"


async def test_a_token_cannot_name_the_session_of_another_user(world: World) -> None:
    session_id = await world.session(await world.user())
    issued = world.services.tokens.issue(user_id=await world.user(), session_id=session_id, role="user")
    assert await refusal(world, {"authorization": f"Bearer {issued.text}"}) == "REVOKED"


async def test_an_impersonation_ends_when_its_admin_is_none_any_more(world: World) -> None:
    admin_id = await world.user(role="admin")
    credentials = await world.token(await world.user(), impersonator=admin_id)
    assert (await named(world, credentials)).impersonator_id == admin_id
    await world.operator.execute("UPDATE selfgraph.users SET role = 'user' WHERE id = $1", admin_id)
    await heard(world)
    assert await refusal(world, credentials) == "REVOKED"


async def test_a_key_acts_in_its_role_within_its_scopes(world: World) -> None:
    actor = await named(world, {"apikey": await world.key("admin", scopes=["users:read"])})
    assert (actor.role, actor.may("users:read"), actor.may("users:write")) == ("admin", True, False)


async def test_a_restricted_superadmin_key_cannot_act_as_somebody(world: World) -> None:
    key = await world.key("superadmin", scopes=["users:read"])
    actor = await named(world, {"apikey": key, "x-user-id": str(new_id())})
    assert (actor.role, actor.user_id, actor.scopes) == ("superadmin", None, frozenset({"users:read"}))


@pytest.mark.parametrize("moment", ["expires_at", "revoked_at"])
async def test_a_key_that_has_ended_is_refused(world: World, moment: str) -> None:
    past: dict[str, Any] = {moment: datetime.now(UTC) - timedelta(seconds=1)}
    key = await world.key("user", **past)
    assert await refusal(world, {"apikey": key}) == "INVALID"


async def test_a_revoked_key_is_refused_at_once(world: World) -> None:
    key = await world.key("user")
    await named(world, {"apikey": key})
    await world.operator.execute("UPDATE selfgraph.api_keys SET revoked_at = now() WHERE built_in IS NULL")
    await heard(world)
    assert await refusal(world, {"apikey": key}) == "INVALID"


async def test_a_key_notes_that_it_is_used(world: World) -> None:
    await named(world, {"apikey": await world.key("user")})
    assert await world.operator.fetchval(
        "SELECT used_at > now() - interval '1 minute' FROM selfgraph.api_keys WHERE built_in IS NULL"
    )


async def test_the_service_key_acts_as_any_role_and_user(world: World) -> None:
    user_id = new_id()
    actor = await named(
        world,
        {"apikey": KEY, "x-role": "editor", "x-user-id": str(user_id), "x-hasura-org-id": "7", "x-other": "ignored"},
    )
    assert (actor.role, actor.user_id) == ("editor", user_id)
    assert dict(actor.session) == {"x-role": "editor", "x-user-id": str(user_id), "x-org-id": "7"}


async def test_the_service_key_acts_as_a_trusted_backend_and_no_other_key_does(world: World) -> None:
    header = {"x-hasura-use-backend-only-permissions": "true"}
    actor = await named(world, {"apikey": KEY, "x-role": "editor", **header})
    assert actor.backend
    assert actor.session == {"x-role": "editor"}
    assert not (await named(world, {"apikey": KEY, "x-role": "editor"})).backend
    assert not (await named(world, {"apikey": KEY, "x-hasura-use-backend-only-permissions": "false"})).backend
    assert not (await named(world, header)).backend
    key = await world.key("admin")
    assert not (await named(world, {"apikey": key, **header})).backend


async def test_no_other_key_acts_as_a_user(world: World) -> None:
    key = await world.key("admin")
    actor = await named(world, {"apikey": key, "x-user-id": str(new_id()), "x-hasura-org-id": "7"})
    assert (actor.user_id, dict(actor.session)) == (None, {"x-role": "admin"})


async def test_a_token_of_a_key_made_elsewhere_a_moment_ago_is_good(world: World, migrated_database: str) -> None:
    user_id = await world.user()
    session_id = await world.session(user_id)
    async with worlds(migrated_database) as other:
        await other.operator.execute("DELETE FROM selfgraph.signing_keys")
        await other.services.keys.reload()
        issued = other.services.tokens.issue(user_id=user_id, session_id=session_id, role="user")
        actor = await named(world, {"authorization": f"Bearer {issued.text}"})
    assert actor.user_id == user_id


@pytest.mark.parametrize("role", ["admin", "superadmin", "user"])
async def test_an_actor_tells_whether_the_credential_is_an_administrators(world: World, role: str) -> None:
    token, key = await world.token(await world.user(role=role)), await world.key(role)
    for credentials in (token, {"apikey": key}):
        actor = await named(world, credentials | {"x-role": "user"})
        assert (actor.role, actor.administers) == ("user", role != "user")


async def test_the_service_key_administers_in_whatever_role(world: World) -> None:
    assert (await named(world, {"apikey": KEY, "x-role": "user"})).administers
    assert not (await named(world, {"apikey": ANON_KEY})).administers


async def test_who_is_impersonated_by_an_administrator_administers_nothing(world: World) -> None:
    admin = await world.user(role="superadmin")
    actor = await named(world, await world.token(await world.user(), impersonator=admin))
    assert actor.impersonator_id == admin
    assert not actor.administers


async def test_who_shows_the_same_again_is_known_again(world: World) -> None:
    by_token, by_key = await world.token(await world.user()), {"apikey": KEY, "x-hasura-user-id": str(new_id())}
    for credentials in (by_token, by_key):
        actor = await named(world, credentials)
        assert world.authenticate(dict(credentials)) is actor


async def test_who_is_known_still_has_to_say_the_same(world: World) -> None:
    await world.role("editor")
    token = await world.token(await world.user(roles=("editor",)))
    assert (await named(world, token)).role == "user"
    assert (await named(world, {**token, "x-role": "editor"})).role == "editor"

    for user_id in (new_id(), new_id()):
        said = {"apikey": KEY, "x-hasura-user-id": str(user_id)}
        assert (await named(world, said)).user_id == user_id
    assert (await named(world, {"apikey": KEY})).user_id is None


async def test_a_known_key_that_is_restricted_is_restricted_at_once(world: World) -> None:
    key = await world.key("user")
    assert (await named(world, {"apikey": key})).scopes is None
    await world.operator.execute("UPDATE selfgraph.api_keys SET scopes = '{}' WHERE name = $1", key)
    await heard(world)

    assert (await named(world, {"apikey": key})).scopes == frozenset()
