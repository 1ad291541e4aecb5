"""What attackers try first, against a real server: forged tokens, borrowed roles, answers that tell too much."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import json
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import asyncpg
import jwt
import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tests.graph.commands.process import KEY
from tests.lives.people import LOGIN, ME, PASSWORD, PATIENCE, REGISTER, bearer

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Mapping

    import httpx

    from tests.lives.conftest import Start
    from tests.lives.people import Device, Server

OPERATOR = {"apikey": KEY}
INVALID = ("UNAUTHENTICATED", "INVALID")
LAYOUTS = [(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo), (Encoding.DER, PublicFormat.SubjectPublicKeyInfo)]


@pytest.fixture
async def ann(two_workers: Server) -> AsyncGenerator[Device]:
    """Somebody who has just signed up."""
    async with two_workers.device() as device:
        await device.register(f"{uuid4().hex}@example.com")
        yield device


def signed(parts: tuple[Mapping[str, Any], Mapping[str, Any]], signature: bytes = b"") -> str:
    """A token as nobody would issue it."""
    texts = [base64.urlsafe_b64encode(json.dumps(part).encode()) for part in parts]
    return b".".join(text.rstrip(b"=") for text in (*texts, base64.urlsafe_b64encode(signature))).decode()


FORGERIES: list[tuple[str, Callable[[dict[str, Any], dict[str, Any], bytes], str]]] = [
    ("no algorithm", lambda header, claims, _: signed(({**header, "alg": "none"}, claims))),
    (
        "no algorithm, with the signature",
        lambda header, claims, kept: signed(({**header, "alg": "nOnE"}, claims), kept),
    ),
    ("another user", lambda header, claims, kept: signed((header, {**claims, "sub": str(uuid4())}), kept)),
    ("another role", lambda header, claims, kept: signed((header, {**claims, "role": "superadmin"}), kept)),
    ("a later end", lambda header, claims, kept: signed((header, {**claims, "exp": claims["exp"] + 3600}), kept)),
    ("a key of one's own", lambda header, claims, _: jwt.encode(claims, "x" * 64, "HS256", header)),
    ("an empty key id", lambda header, claims, _: jwt.encode(claims, "x" * 64, "HS256", {**header, "kid": ""})),
    ("no signature", lambda header, claims, _: signed((header, claims))),
]


@pytest.mark.parametrize("forge", [forge for _, forge in FORGERIES], ids=[name for name, _ in FORGERIES])
async def test_a_forged_token_opens_nothing(
    two_workers: Server, ann: Device, forge: Callable[[dict[str, Any], dict[str, Any], bytes], str]
) -> None:
    header = jwt.get_unverified_header(ann.access_token)
    claims = jwt.decode(ann.access_token, options={"verify_signature": False})
    _, _, signature = ann.access_token.rpartition(".")
    forged = forge(header, claims, base64.urlsafe_b64decode(signature + "=="))
    assert (await ann.data(ME))["id"] == ann.user_id

    assert await ann.refusal(ME, authorization=f"Bearer {forged}") == INVALID
    assert await two_workers.socket_refusal(bearer(forged)) == 4403


async def test_a_published_key_signs_nothing(start: Start) -> None:
    server = start(JWT_ALGORITHM="RS256")
    async with server.device() as ann:
        await ann.register("ann@example.com")
        assert (await ann.data(ME))["id"] == ann.user_id
        header = jwt.get_unverified_header(ann.access_token)
        claims = jwt.decode(ann.access_token, options={"verify_signature": False})
        (published,) = (await ann.http.get("/.well-known/jwks.json")).json()["keys"]
        public = jwt.PyJWK(published).key
        secrets = [public.public_bytes(*layout) for layout in LAYOUTS]
        secrets += [json.dumps(published).encode(), published["n"].encode(), b""]

        for secret in secrets:
            forged = by_hmac({**header, "alg": "HS256"}, claims, secret)
            assert await ann.refusal(ME, authorization=f"Bearer {forged}") == INVALID


async def test_a_token_is_good_for_its_own_audience_and_issuer_only(start: Start) -> None:
    one = start(JWT_AUDIENCE="one", JWT_ISSUER="first")
    others = [start(JWT_AUDIENCE="two", JWT_ISSUER="first"), start(JWT_AUDIENCE="one", JWT_ISSUER="second")]
    async with one.device() as ann:
        await ann.register("ann@example.com")
        assert (await ann.data(ME))["id"] == ann.user_id
        for other in others:  # on the same database, with the same keys
            async with other.device() as elsewhere:
                assert await elsewhere.refusal(ME, authorization=f"Bearer {ann.access_token}") == INVALID


def by_hmac(header: Mapping[str, Any], claims: Mapping[str, Any], secret: bytes) -> str:
    """A token signed with any bytes: PyJWT refuses to sign with a public key, an attacker does not."""
    unsigned = signed((header, claims)).removesuffix(".")
    signature = hmac.digest(secret, unsigned.encode(), hashlib.sha256)
    return f"{unsigned}.{base64.urlsafe_b64encode(signature).rstrip(b'=').decode()}"


@pytest.mark.parametrize(
    "headers",
    [
        {"x-role": "superadmin"},
        {"x-role": "admin"},
        {"x-hasura-role": "superadmin"},
        {"X-ROLE": "SuperAdmin"},
        {"x-role": "anonymous, superadmin"},
    ],
    ids=str,
)
async def test_a_user_borrows_no_role(two_workers: Server, ann: Device, headers: dict[str, str]) -> None:
    assert await ann.refusal("{ usersCount }", None, **headers) == ("FORBIDDEN", None)
    assert await two_workers.socket_refusal({**bearer(ann.access_token), **headers}) == 4403


@pytest.mark.parametrize("name", ["x-user-id", "x-hasura-user-id"])
async def test_a_user_borrows_no_identity(two_workers: Server, ann: Device, name: str) -> None:
    async with two_workers.device() as bob:
        await bob.register(f"{uuid4().hex}@example.com")
        me = await ann.respond(ME, None, **{name: bob.user_id})
    assert me.json()["data"]["me"]["id"] == ann.user_id


async def test_the_public_key_has_no_role_but_its_own(start: Start) -> None:
    anon_key = "anon-key-of-the-tests-0123456789-abcdefgh"
    async with start(ANON_KEY=anon_key).device() as stranger:
        for headers in ({"x-role": "superadmin"}, {"x-role": "user"}, {"x-hasura-role": "admin"}):
            assert await stranger.refusal("{ usersCount }", None, apikey=anon_key, **headers) == ("FORBIDDEN", None)
        for query in ("{ usersCount }", ME):
            assert await stranger.refusal(query, None, apikey=anon_key) == ("UNAUTHENTICATED", None)


async def test_tables_are_not_served_to_strangers_and_users(two_workers: Server, ann: Device) -> None:
    connection = await asyncpg.connect(two_workers.database_url)
    try:
        await connection.execute(
            "CREATE TABLE payroll (id int PRIMARY KEY, salary int); INSERT INTO payroll VALUES (1, 9)"
        )
    finally:
        await connection.close()
    query = "{ payroll { salary } }"
    async with two_workers.device() as device, asyncio.timeout(PATIENCE):
        while "errors" in (await device.respond(query, None, **OPERATOR)).json():
            pass  # the schema follows the database in a moment
        assert await device.refusal(query) == ("GRAPHQL_VALIDATION_FAILED", None)
        ann.http, own = device.http, ann.http  # the process that has the table by now
        assert await ann.refusal(query) == ("GRAPHQL_VALIDATION_FAILED", None)
        ann.http = own
        answer = await device.respond('{ __type(name: "payroll") { name } }')
        assert answer.json() == {"data": {"__type": None}}


async def test_strangers_do_not_learn_who_has_an_account(start: Start) -> None:
    server = start(EMAIL_VERIFICATION="required")
    async with server.device("stranger", "192.0.2.9") as stranger:
        known, unknown = "ann@example.com", "bob@example.com"
        await stranger.data(REGISTER, {"input": {"email": known, "password": PASSWORD}})
        for query, variables in ASKED:
            answers = [
                await stranger.respond(query, json.loads(json.dumps(variables).replace("EMAIL", email)))
                for email in (known, unknown)
            ]
            assert answers[0].status_code == answers[1].status_code
            assert told(answers[0]) == told(answers[1])


ASKED: list[tuple[str, dict[str, Any]]] = [
    (LOGIN, {"identifier": "EMAIL", "password": "not the password"}),
    ("mutation ($email: String!) { requestPasswordReset(email: $email) }", {"email": "EMAIL"}),
    ("mutation ($email: String!) { resendVerification(email: $email) }", {"email": "EMAIL"}),
    (REGISTER, {"input": {"email": "EMAIL", "password": "short"}}),
    (REGISTER, {"input": {"email": "EMAIL", "password": "another good password"}}),  # last: it makes the unknown known
]


def told(response: httpx.Response) -> tuple[bytes, dict[str, str]]:
    """The bytes and headers of an answer, without its id and its time."""
    headers = {name: value for name, value in response.headers.items() if name not in {"x-request-id", "date"}}
    request_id = response.headers["x-request-id"].encode()
    return response.content.replace(request_id, b""), headers
