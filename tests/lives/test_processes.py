"""What takes a right from somebody acts on every process of a server, on websockets too."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

from tests.graph.commands.process import KEY
from tests.lives.people import ME, PASSWORD, bearer, closed, hear, say
from tests.lives.processes import everywhere, short_token, until_refused

if TYPE_CHECKING:
    from tests.lives.people import Device, Server

LOGOUT = "mutation { logout }"
CREATE_KEY = "mutation ($input: CreateApiKeyInput!) { createApiKey(input: $input) { secret key { id } } }"
REVOKE_KEY = "mutation ($id: ID!) { revokeApiKey(id: $id) { id } }"
SET_ACTIVE = "mutation ($id: ID!, $active: Boolean!) { setUserActive(id: $id, active: $active) { active } }"
SET_ROLE = "mutation ($id: ID!, $role: String!) { setUserRoles(id: $id, role: $role) { role } }"
IMPERSONATE = "mutation ($id: ID!) { impersonate(userId: $id) { accessToken refreshToken } }"
DELETE = "mutation ($password: String!) { deleteMe(password: $password) }"
COUNT = "{ usersCount }"
SYSTEM = "{ __typename }"
REVOKED = ("UNAUTHENTICATED", "REVOKED")
OPERATOR = {"apikey": KEY}


async def newcomer(server: Server) -> dict[str, Any]:
    """Somebody who has just signed up."""
    async with server.device() as device:
        await device.register(f"{uuid4().hex}@example.com")
        names = ("access_token", "refresh_token", "user_id", "session_id")
        return {name: getattr(device, name) for name in names}


def sign_in(device: Device, session: dict[str, Any]) -> None:
    for name, value in session.items():
        setattr(device, name, value)


async def test_a_logout_acts_on_both(two_workers: Server) -> None:
    somebody = await newcomer(two_workers)
    async with everywhere(two_workers, bearer(somebody["access_token"])) as both:
        (here, here_socket), (there, there_socket) = both.pairs
        for device in (here, there):
            sign_in(device, somebody)
            assert (await device.data(ME))["id"] == somebody["user_id"]

        assert await here.data(LOGOUT) is True

        assert await here.refusal(ME) == REVOKED  # at once
        assert await until_refused(there, ME) == REVOKED
        assert [await closed(here_socket), await closed(there_socket)] == [4403, 4403]


async def test_a_revoked_key_is_useless_on_both(two_workers: Server) -> None:
    async with two_workers.device() as operator:
        new = {"name": uuid4().hex, "role": "admin"}
        key = await operator.data(CREATE_KEY, {"input": new}, **OPERATOR)
    async with everywhere(two_workers, {"apikey": key["secret"]}) as both:
        (here, here_socket), (there, there_socket) = both.pairs
        for device in (here, there):
            assert await device.data("{ roles { name } }", apikey=key["secret"])

        await here.data(REVOKE_KEY, {"id": key["key"]["id"]}, **OPERATOR)

        refused = ("UNAUTHENTICATED", "INVALID")
        assert await here.refusal(SYSTEM, apikey=key["secret"]) == refused
        assert await until_refused(there, SYSTEM, apikey=key["secret"]) == refused
        assert [await closed(here_socket), await closed(there_socket)] == [4403, 4403]


async def test_websockets_of_both_close_when_the_token_expires_unless_it_is_renewed(two_workers: Server) -> None:
    somebody = await newcomer(two_workers)
    good = bearer(somebody["access_token"])
    async with everywhere(two_workers, good) as renewed, everywhere(two_workers, good) as left:
        ids = UUID(somebody["user_id"]), UUID(somebody["session_id"])
        soon_over = bearer(await short_token(two_workers, *ids, seconds=3))
        for socket in (*renewed.sockets.values(), *left.sockets.values()):
            await say(socket, {"type": "ping", "payload": soon_over})
        for socket in renewed.sockets.values():
            await say(socket, {"type": "ping", "payload": good})

        assert [await closed(socket) for socket in left.sockets.values()] == [4401, 4401]

        for socket in renewed.sockets.values():
            assert [(await hear(socket))["type"] for _ in range(2)] == ["pong", "pong"]
            await say(socket, {"type": "subscribe", "id": "1", "payload": {"query": ME}})
            assert (await hear(socket))["payload"]["data"]["me"]["id"] == somebody["user_id"]


async def test_a_deactivated_user_is_out_on_both(two_workers: Server) -> None:
    somebody = await newcomer(two_workers)
    async with everywhere(two_workers, bearer(somebody["access_token"])) as both:
        (here, here_socket), (there, there_socket) = both.pairs
        for device in (here, there):
            sign_in(device, somebody)
            assert (await device.data(ME))["id"] == somebody["user_id"]

        await here.data(SET_ACTIVE, {"id": somebody["user_id"], "active": False}, **OPERATOR)

        assert await here.refusal(ME) == REVOKED
        assert await until_refused(there, ME) == REVOKED
        assert [await closed(here_socket), await closed(there_socket)] == [4403, 4403]
        for device in (here, there):
            assert await device.refresh_refusal() == ("UNAUTHENTICATED", "DEACTIVATED")


async def test_a_role_that_was_taken_away_is_gone_on_both(two_workers: Server) -> None:
    somebody = await newcomer(two_workers)
    async with two_workers.device() as operator:
        await operator.data(SET_ROLE, {"id": somebody["user_id"], "role": "admin"}, **OPERATOR)
    async with everywhere(two_workers, bearer(somebody["access_token"])) as both:
        (here, here_socket), (there, there_socket) = both.pairs
        for device in (here, there):
            sign_in(device, somebody)
            assert await device.data(COUNT) > 0

        await here.data(SET_ROLE, {"id": somebody["user_id"], "role": "user"}, **OPERATOR)

        assert await here.refusal(COUNT) == ("FORBIDDEN", None)
        assert await until_refused(there, COUNT) == ("FORBIDDEN", None)
        assert [await closed(here_socket), await closed(there_socket)] == [4403, 4403]
        for device in (here, there):  # the token says `admin` still, and is good
            assert (await device.data(ME))["role"] == "user"


async def test_an_impersonation_ends_on_both_with_the_admin_who_began_it(two_workers: Server) -> None:
    admin, somebody = await newcomer(two_workers), await newcomer(two_workers)
    async with two_workers.device() as operator:
        await operator.data(SET_ROLE, {"id": admin["user_id"], "role": "admin"}, **OPERATOR)
        sign_in(operator, admin)
        acting = await operator.data(IMPERSONATE, {"id": somebody["user_id"]})
    assert acting["refreshToken"] is None
    async with everywhere(two_workers, bearer(acting["accessToken"])) as both:
        (here, here_socket), (there, there_socket) = both.pairs
        for device in (here, there):
            device.access_token = acting["accessToken"]
            assert (await device.data(ME))["id"] == somebody["user_id"]
            assert await device.refusal(DELETE, {"password": PASSWORD}) == ("FORBIDDEN", None)

        await here.data(SET_ROLE, {"id": admin["user_id"], "role": "user"}, **OPERATOR)

        assert await here.refusal(ME) == REVOKED
        assert await until_refused(there, ME) == REVOKED
        assert [await closed(here_socket), await closed(there_socket)] == [4403, 4403]
