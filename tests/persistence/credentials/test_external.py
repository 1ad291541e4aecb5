from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from unittest.mock import Mock

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from domain.accounts.tokens import ExpiredTokenError, ExternalAlgorithm, InvalidTokenError
from persistence.credentials.external import ExternalOptions, JwksExternalTokens
from persistence.credentials.key_sets import PublishedKey, RemoteKeySet
from tests.persistence.credentials.issuer import OTHER_RSA_KEY, RSA_KEY, Issuer, claims_of, jwk_of, signed

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from tests.persistence.credentials.issuer import Private

ISSUER = "https://issuer.example/"
AUDIENCE = "https://api.example"
EC_KEY = ec.generate_private_key(ec.SECP256R1())
EC_384_KEY = ec.generate_private_key(ec.SECP384R1())
ED_KEY = ed25519.Ed25519PrivateKey.generate()


@asynccontextmanager
async def trusting(keys: list[dict[str, Any]] | None = None, **options: Any) -> AsyncGenerator[JwksExternalTokens]:
    async with Issuer() as issuer:
        issuer.publish(*(keys if keys is not None else [jwk_of(RSA_KEY, "one", alg="RS256")]))
        published = RemoteKeySet(issuer.url)
        given = {"issuer": ISSUER, "audiences": (AUDIENCE,), **options}
        yield JwksExternalTokens(ExternalOptions(**given), published)
        await published.close()


def claims(**others: Any) -> dict[str, Any]:
    return claims_of(ISSUER, others.pop("aud", AUDIENCE), **others)


async def test_a_token_of_auth0() -> None:
    namespace = "https://app.example"
    token = signed(
        claims(
            sub="auth0|65f0c1",
            aud=[AUDIENCE, "https://tenant.auth0.com/userinfo"],
            azp="client",
            scope="openid profile",
            **{f"{namespace}/roles": ["editor", "admin"], f"{namespace}/company": 7},
        ),
        typ="at+jwt",
    )
    mapping = {"roles": f"'{namespace}/roles'", "x-company-id": f"'{namespace}/company'"}
    async with trusting(claims=mapping) as tokens:
        assert tokens.issued(token)
        verified = await tokens.verify(token)

    assert verified.subject == "auth0|65f0c1"
    assert verified.role == "user"
    assert verified.roles == {"user", "editor"}
    assert verified.variables == {"x-user-id": "auth0|65f0c1", "x-company-id": "7"}


async def test_a_token_of_firebase() -> None:
    issuer = "https://securetoken.google.com/project"
    token = signed(
        claims_of(
            issuer,
            "project",
            sub="firebase-uid",
            user_id="firebase-uid",
            auth_time=int(time.time()),
            email="ada@example.com",
            email_verified=True,
            firebase={"sign_in_provider": "password", "identities": {"email": ["ada@example.com"]}},
            **{"https://hasura.io/jwt/claims": {"x-hasura-default-role": "author", "x-hasura-org-ids": ["1", "2"]}},
        )
    )
    mapping = {
        "role": '"https://hasura.io/jwt/claims"."x-hasura-default-role"',
        "x-org-ids": '"https://hasura.io/jwt/claims"."x-hasura-org-ids"',
        "x-provider": "firebase.sign_in_provider",
    }
    async with trusting(issuer=issuer, audiences=("project",), claims=mapping) as tokens:
        verified = await tokens.verify(token)

    assert verified.role == "author"
    assert verified.roles == {"author"}
    assert verified.variables == {
        "x-user-id": "firebase-uid",
        "x-email": "ada@example.com",
        "x-org-ids": '{"1","2"}',
        "x-provider": "password",
    }


@pytest.mark.parametrize("kind", ["id", "access"])
async def test_a_token_of_cognito(kind: str) -> None:
    issuer = "https://cognito-idp.eu-central-1.amazonaws.com/pool"
    named: dict[str, Any] = {"aud": "app-client"} if kind == "id" else {"aud": None, "client_id": "app-client"}
    token = signed(
        claims_of(
            issuer, named.pop("aud"), sub="3f2b", token_use=kind, **named, **{"cognito:groups": ["editors", "admin"]}
        )
    )
    async with trusting(issuer=issuer, audiences=("app-client",), claims={"roles": "cognito:groups"}) as tokens:
        verified = await tokens.verify(token)

    assert verified.subject == "3f2b"
    assert verified.roles == {"user", "editors"}


@pytest.mark.parametrize(
    ("key", "algorithm"),
    [(RSA_KEY, "RS512"), (RSA_KEY, "PS256"), (EC_KEY, "ES256"), (EC_384_KEY, "ES384"), (ED_KEY, "EdDSA")],
    ids=["RS512", "PS256", "ES256", "ES384", "EdDSA"],
)
async def test_every_configured_algorithm_verifies(key: Private, algorithm: str) -> None:
    async with trusting([jwk_of(key, "one")], algorithms=tuple(ExternalAlgorithm)) as tokens:
        verified = await tokens.verify(signed(claims(), key, algorithm=algorithm))

    assert verified.subject == "subject"


@pytest.mark.parametrize("names", [{"role": "role"}, {"roles": "role"}, {"role": "role", "roles": "roles"}], ids=str)
@pytest.mark.parametrize("wanted", ["admin", "superadmin"])
async def test_no_claim_makes_an_administrator(names: dict[str, str], wanted: str) -> None:
    token = signed(claims(role=wanted, roles=[wanted, "admin", "superadmin", "editor"]))
    async with trusting(claims=names) as tokens:
        verified = await tokens.verify(token)

    assert verified.role == "user"
    assert not verified.roles & {"admin", "superadmin"}


async def test_an_issuer_that_is_trusted_with_roles_may_name_administrators() -> None:
    async with trusting(claims={"role": "role"}, trust_roles=True) as tokens:
        verified = await tokens.verify(signed(claims(role="superadmin")))

    assert verified.role == "superadmin"
    assert verified.roles == {"superadmin"}


@pytest.mark.parametrize("role", [None, 5, {}, [], "", "x" * 64])
async def test_a_token_that_names_no_role_gets_the_default_one(role: Any) -> None:
    async with trusting(claims={"role": "role"}, default_role="visitor") as tokens:
        verified = await tokens.verify(signed(claims(role=role)))

    assert verified.role == "visitor"
    assert verified.roles == {"visitor"}


@pytest.mark.parametrize("verified", [False, "false"])
async def test_an_address_that_is_not_verified_is_no_session_variable(verified: Any) -> None:
    token = signed(claims(email="victim@example.com", email_verified=verified))
    async with trusting() as tokens:
        assert (await tokens.verify(token)).variables == {"x-user-id": "subject"}


async def test_email_may_stand_elsewhere() -> None:
    async with trusting(claims={"email": "contact.mail", "x-user-id": "uid"}) as tokens:
        verified = await tokens.verify(signed(claims(contact={"mail": "ada@example.com"}, uid=12)))

    assert verified.variables == {"x-user-id": "12", "x-email": "ada@example.com"}


async def test_an_expired_token_says_so() -> None:
    async with trusting() as tokens:
        with pytest.raises(ExpiredTokenError):
            await tokens.verify(signed(claims(exp=int(time.time()) - 60)))


@pytest.mark.parametrize(
    "changes",
    [
        {"aud": "https://other.example"},
        {"aud": ["https://other.example"]},
        {"aud": []},
        {"aud": None},
        {"aud": None, "client_id": "other"},
        {"aud": {"https://api.example": 1}},
        {"iss": "https://attacker.example/"},
        {"iss": [ISSUER]},
        {"iss": None},
        {"sub": None},
        {"sub": ""},
        {"sub": "x" * 256},
        {"exp": None},
        {"exp": 10**30},
        {"exp": "never"},
        {"iat": 4_000_000_000, "exp": 4_000_003_600},
        {"nbf": 4_000_000_000, "exp": 4_000_003_600},
    ],
    ids=str,
)
async def test_claims_of_any_other_form_are_refused(changes: dict[str, Any]) -> None:
    given = {**claims(), **changes}
    async with trusting() as tokens:
        with pytest.raises(InvalidTokenError):
            await tokens.verify(signed({name: value for name, value in given.items() if value is not None}))


@pytest.mark.parametrize(
    "headers",
    [
        {"crit": ["exp"], "exp": 1},
        {"crit": ["b64"], "b64": True},
        {"typ": "dpop+jwt"},
        {"typ": "logout+jwt"},
        {"kid": "two"},
        {"kid": ""},
    ],
    ids=str,
)
async def test_headers_of_any_other_form_are_refused(headers: dict[str, Any]) -> None:
    async with trusting() as tokens:
        with pytest.raises(InvalidTokenError):
            await tokens.verify(signed(claims(), **headers))


async def test_keys_and_addresses_in_the_header_are_not_looked_at() -> None:
    async with Issuer() as attacker, trusting() as tokens:
        attacker.publish(jwk_of(OTHER_RSA_KEY, "one"))
        forged = signed(claims(), OTHER_RSA_KEY, jku=attacker.url, x5u=attacker.url, jwk=jwk_of(OTHER_RSA_KEY, "one"))
        with pytest.raises(InvalidTokenError):
            await tokens.verify(forged)

        assert attacker.requests == []


def encoded(part: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=")


@pytest.mark.parametrize("algorithm", ["none", "HS256", "HS512", "RS384", "ES256", "", 5, ["RS256"], None], ids=str)
async def test_an_algorithm_that_was_not_configured_is_refused(algorithm: Any) -> None:
    pem = RSA_KEY.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    text = f"{encoded({'alg': algorithm, 'kid': 'one', 'typ': 'JWT'})}.{encoded(claims())}"
    digest = hmac.new(pem, text.encode(), hashlib.sha256).digest()
    async with trusting() as tokens:
        for signature in ("", base64.urlsafe_b64encode(digest).decode().rstrip("=")):
            with pytest.raises(InvalidTokenError):
                await tokens.verify(f"{text}.{signature}")


@pytest.mark.parametrize("algorithm", ["RS384", "RS512", "PS256"])
async def test_a_good_signature_by_an_algorithm_that_was_not_configured_is_refused(algorithm: str) -> None:
    async with trusting([jwk_of(RSA_KEY, "one")]) as tokens:
        with pytest.raises(InvalidTokenError):
            await tokens.verify(signed(claims(), algorithm=algorithm))


async def test_a_key_is_used_for_the_algorithm_that_it_was_published_for() -> None:
    keys = [jwk_of(RSA_KEY, "one", alg="RS256"), jwk_of(EC_KEY, "two")]
    async with trusting(keys, algorithms=(ExternalAlgorithm.RS256, ExternalAlgorithm.RS512)) as tokens:
        with pytest.raises(InvalidTokenError):
            await tokens.verify(signed(claims(), algorithm="RS512"))
        with pytest.raises(InvalidTokenError):
            await tokens.verify(signed(claims(), kid="two"))


async def test_a_key_that_is_too_short_is_refused() -> None:
    short = rsa.generate_private_key(65_537, 1024)  # noqa: S505 - that is the point
    async with trusting([jwk_of(short, "one")]) as tokens:
        with pytest.warns(jwt.InsecureKeyLengthWarning):
            token = signed(claims(), short)
        with pytest.raises(InvalidTokenError):
            await tokens.verify(token)


@pytest.mark.parametrize(
    "token", ["", "a.b.c", "e30.e30.", "\ud800", "é", "bnVsbA.bnVsbA.", "W10.W10.W10", "x" * 100_000]
)
async def test_what_is_no_token_is_refused(token: str) -> None:
    async with trusting() as tokens:
        assert not tokens.issued(token)
        with pytest.raises(InvalidTokenError):
            await tokens.verify(token)


async def test_whose_token_it_is_shows_without_a_request() -> None:
    async with Issuer() as issuer:
        keys = RemoteKeySet(issuer.url)
        tokens = JwksExternalTokens(ExternalOptions(ISSUER, (AUDIENCE,)), keys)

        assert tokens.issued(signed(claims(exp=1)))
        assert not tokens.issued(signed(claims_of("selfgraph", AUDIENCE)))
        assert not tokens.issued(signed({"iss": [ISSUER]}))
        await keys.close()
    assert issuer.requests == []


class Published:
    """A key set that a test changes."""

    def __init__(self) -> None:
        self.key: PublishedKey | None = PublishedKey(jwk_of(RSA_KEY, "one", alg="RS256"))

    async def find(self, kid: str) -> PublishedKey | None:
        return self.key if kid == "one" else None


async def test_a_token_is_verified_once_while_its_key_is_published(monkeypatch: pytest.MonkeyPatch) -> None:
    published = Published()
    tokens = JwksExternalTokens(ExternalOptions(issuer=ISSUER, audiences=(AUDIENCE,)), published)
    token = signed(claims())
    first = await tokens.verify(token)
    with monkeypatch.context() as broken:
        broken.setattr(jwt, "decode", None)
        assert tokens.issued(token)
        assert await tokens.verify(token) == first
    published.key = None
    with pytest.raises(InvalidTokenError):
        await tokens.verify(token)
    published.key = PublishedKey(jwk_of(OTHER_RSA_KEY, "one", alg="RS256"))
    with pytest.raises(InvalidTokenError):
        await tokens.verify(token)


async def test_a_remembered_token_expires(monkeypatch: pytest.MonkeyPatch) -> None:
    tokens = JwksExternalTokens(ExternalOptions(issuer=ISSUER, audiences=(AUDIENCE,)), Published())
    token = signed(claims())
    expires_at = (await tokens.verify(token)).expires_at
    monkeypatch.setattr(
        "persistence.credentials.external.datetime", Mock(now=lambda _: expires_at + timedelta(seconds=10))
    )
    with pytest.raises(ExpiredTokenError):
        await tokens.verify(token)
