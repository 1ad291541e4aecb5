from __future__ import annotations

import base64
import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

import jwt
import pytest

from domain.accounts.tokens import ExpiredTokenError, InvalidTokenError, SigningAlgorithm, UnknownKeyError
from persistence.credentials.signing import KeySet, SigningKey, generate
from persistence.credentials.tokens import JwtAccessTokens, TokenOptions

if TYPE_CHECKING:
    from collections.abc import Mapping

USER, SESSION, ADMIN = uuid4(), uuid4(), uuid4()
ALGORITHMS = list(SigningAlgorithm)
KEYS = {algorithm: generate(algorithm) for algorithm in ALGORITHMS}


class Ring:
    """The keys in force, to be swapped by a test."""

    def __init__(self, *keys: SigningKey) -> None:
        self.current = KeySet.of(keys[0], keys)


class Clock:
    def __init__(self) -> None:
        self.ahead = timedelta(0)

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.ahead


class Workbench:
    """Tokens as the server makes them, and as an attacker would who knows what is public."""

    def __init__(self, *keys: SigningKey) -> None:
        self.ring = Ring(*(keys or (KEYS[SigningAlgorithm.HS256],)))
        self.clock = Clock()
        self.tokens = JwtAccessTokens(self.ring, TokenOptions(), clock=self.clock)

    @property
    def key(self) -> SigningKey:
        return self.ring.current.active

    def issue(self, **given: Any) -> str:
        return self.tokens.issue(user_id=USER, session_id=SESSION, role="user", **given).text

    def claims(self, **changes: Any) -> dict[str, Any]:
        claims = jwt.decode(self.issue(), options={"verify_signature": False})
        return {name: value for name, value in (claims | changes).items() if value is not None}

    def sign(self, claims: Mapping[str, Any], **headers: Any) -> str:
        given = {name: value for name, value in ({"kid": self.key.kid, "typ": "at+jwt"} | headers).items() if value}
        return jwt.encode(dict(claims), self.key.private, self.key.algorithm.value, given)


def encoded(part: Mapping[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=")


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_a_token_verifies_with_every_algorithm(algorithm: SigningAlgorithm) -> None:
    bench = Workbench(KEYS[algorithm])
    issued = bench.tokens.issue(user_id=USER, session_id=SESSION, role="editor", impersonator_id=ADMIN)
    claims = bench.tokens.verify(issued.text)

    assert jwt.get_unverified_header(issued.text) == {"alg": algorithm, "kid": bench.key.kid, "typ": "at+jwt"}
    assert (claims.user_id, claims.session_id, claims.role) == (USER, SESSION, "editor")
    assert claims.impersonator_id == ADMIN
    assert claims.expires_at == issued.expires_at


def test_a_token_holds_the_claims_of_the_standard_and_no_more() -> None:
    bench = Workbench()
    plain, acted = bench.claims(), jwt.decode(bench.issue(impersonator_id=ADMIN), options={"verify_signature": False})

    assert plain.keys() == {"sub", "sid", "iss", "aud", "typ", "iat", "exp", "jti", "role"}
    assert plain["exp"] - plain["iat"] == 15 * 60
    assert (plain["sub"], plain["sid"]) == (str(USER), str(SESSION))
    assert (plain["iss"], plain["aud"], plain["typ"]) == ("selfgraph", "selfgraph", "access")
    assert acted["act"] == {"sub": str(ADMIN)}
    assert acted["jti"] != plain["jti"]


def test_a_lifetime_may_be_shorter_but_not_longer_than_the_settings_say() -> None:
    bench = Workbench()
    now = datetime.now(UTC)

    short = bench.tokens.issue(user_id=USER, session_id=SESSION, role="user", lifetime=timedelta(minutes=1))
    none = bench.tokens.issue(user_id=USER, session_id=SESSION, role="user", lifetime=timedelta(0))
    long = bench.tokens.issue(user_id=USER, session_id=SESSION, role="user", lifetime=timedelta(days=1))
    assert none.expires_at <= datetime.now(UTC)
    assert short.expires_at <= now + timedelta(minutes=1)
    assert long.expires_at <= now + timedelta(minutes=15, seconds=1)


def test_an_expired_token_says_so() -> None:
    bench = Workbench()
    bench.clock.ahead = -timedelta(minutes=16)
    token = bench.issue()
    bench.clock.ahead = timedelta(0)

    with pytest.raises(ExpiredTokenError) as caught:
        bench.tokens.verify(token)
    assert caught.value.extensions() == {"reason": "EXPIRED"}


def test_an_expired_token_that_was_changed_does_not_say_so() -> None:
    bench = Workbench()
    bench.clock.ahead = -timedelta(minutes=16)
    header, claims, signature = bench.issue().split(".")
    bench.clock.ahead = timedelta(0)

    with pytest.raises(InvalidTokenError):
        bench.tokens.verify(f"{header}.{claims}.{signature[::-1]}")


def test_a_remembered_token_expires_too() -> None:
    bench = Workbench()
    token = bench.issue()
    assert bench.tokens.verify(token) is bench.tokens.verify(token)

    bench.clock.ahead = timedelta(minutes=15, seconds=11)
    with pytest.raises(ExpiredTokenError):
        bench.tokens.verify(token)


def test_a_remembered_token_ends_with_its_key() -> None:
    bench = Workbench()
    token = bench.issue()
    bench.tokens.verify(token)

    bench.ring.current = Ring(generate(SigningAlgorithm.HS256)).current
    with pytest.raises(UnknownKeyError):
        bench.tokens.verify(token)


def test_a_retired_key_verifies_until_its_time_has_come() -> None:
    old, new = KEYS[SigningAlgorithm.RS256], KEYS[SigningAlgorithm.ES256]
    bench = Workbench(old)
    token = bench.issue()
    until = datetime.now(UTC) + timedelta(minutes=16)
    bench.ring.current = Ring(new, SigningKey(old.kid, old.algorithm, old.private, until)).current

    assert bench.tokens.verify(token).user_id == USER
    assert jwt.get_unverified_header(bench.issue())["kid"] == new.kid
    bench.clock.ahead = timedelta(minutes=17)
    with pytest.raises(UnknownKeyError):
        bench.tokens.verify(token)


def test_every_failure_but_expiry_looks_the_same() -> None:
    assert str(InvalidTokenError()) == str(UnknownKeyError())
    assert InvalidTokenError().extensions() == UnknownKeyError().extensions() == {"reason": "INVALID"}
    assert InvalidTokenError().code == "UNAUTHENTICATED"


@pytest.mark.parametrize("algorithm", ALGORITHMS)
@pytest.mark.parametrize("none", ["none", "None", "NONE", "nOnE", ""])
def test_a_token_without_a_signature_is_refused(algorithm: SigningAlgorithm, none: str) -> None:
    bench = Workbench(KEYS[algorithm])
    header = encoded({"alg": none, "kid": bench.key.kid, "typ": "at+jwt"})

    for signature in ("", bench.issue().rpartition(".")[2]):
        with pytest.raises(InvalidTokenError):
            bench.tokens.verify(f"{header}.{encoded(bench.claims(role='superadmin'))}.{signature}")


@pytest.mark.parametrize("algorithm", [SigningAlgorithm.RS256, SigningAlgorithm.ES256, SigningAlgorithm.EDDSA])
def test_a_public_key_is_no_hmac_secret(algorithm: SigningAlgorithm) -> None:
    import hashlib  # noqa: PLC0415 - PyJWT will not make this token, so it is made by hand
    import hmac  # noqa: PLC0415

    bench = Workbench(KEYS[algorithm])
    pem = bench.key.public_pem()
    assert pem is not None
    signed = f"{encoded({'alg': 'HS256', 'kid': bench.key.kid, 'typ': 'at+jwt'})}.{encoded(bench.claims())}"

    for secret in (pem, pem.strip(), json.dumps(bench.key.jwk())):
        digest = hmac.new(secret.encode(), signed.encode(), hashlib.sha256).digest()
        with pytest.raises(InvalidTokenError):
            bench.tokens.verify(f"{signed}.{base64.urlsafe_b64encode(digest).decode().rstrip('=')}")


def test_a_key_works_with_its_own_algorithm_only() -> None:
    secret = KEYS[SigningAlgorithm.HS256]
    bench = Workbench(secret)
    assert isinstance(secret.private, bytes)
    for other in ("HS384", "HS512"):
        token = jwt.encode(bench.claims(), secret.private, other, {"kid": secret.kid, "typ": "at+jwt"})
        with pytest.raises(InvalidTokenError):
            bench.tokens.verify(token)

    rsa = KEYS[SigningAlgorithm.RS256]
    token = jwt.encode(bench.claims(), rsa.private, "PS256", {"kid": rsa.kid, "typ": "at+jwt"})
    with pytest.raises(InvalidTokenError):
        Workbench(rsa).tokens.verify(token)


def test_a_token_does_not_verify_under_the_kid_of_another_key() -> None:
    bench = Workbench(KEYS[SigningAlgorithm.HS256], KEYS[SigningAlgorithm.RS256])
    token = bench.sign(bench.claims(), kid=KEYS[SigningAlgorithm.RS256].kid)

    with pytest.raises(InvalidTokenError):
        bench.tokens.verify(token)


@pytest.mark.parametrize(
    "headers",
    [
        {"jku": "https://attacker.example/jwks.json"},
        {"jwk": {"kty": "oct", "k": "c2VjcmV0"}},
        {"x5u": "https://attacker.example/chain.pem"},
        {"x5c": ["MIIB"]},
        {"crit": ["exp"], "exp": 1},
        {"crit": ["b64"], "b64": True},
        {"zip": "DEF"},
        {"cty": "JWT"},
        {"typ": "JWT"},
        {"typ": ""},
        {"kid": ""},
        {"typ": "at+JWT "},
    ],
)
def test_a_header_of_any_other_form_is_refused_even_if_it_is_signed(headers: dict[str, Any]) -> None:
    bench = Workbench()

    with pytest.raises(InvalidTokenError):
        bench.tokens.verify(bench.sign(bench.claims(), **headers))


@pytest.mark.parametrize(
    "changes",
    [
        {"aud": "another product"},
        {"aud": ["selfgraph", "another product"]},
        {"aud": ["selfgraph"]},
        {"iss": "https://attacker.example"},
        {"typ": "refresh"},
        {"iat": 4_000_000_000},
        {"nbf": 4_000_000_000},
        {"sub": "not a uuid"},
        {"sub": 1},
        {"sid": ""},
        {"role": ["superadmin"]},
        {"jti": 1},
        {"exp": "soon"},
        {"exp": 1e400},
        {"exp": 10**30},
        {"act": "somebody"},
        {"act": {}},
        {"act": {"sub": 5}},
        *({name: None} for name in ("sub", "sid", "iss", "aud", "typ", "iat", "exp", "jti", "role")),
    ],
    ids=str,
)
def test_claims_of_any_other_form_are_refused_even_if_they_are_signed(changes: dict[str, Any]) -> None:
    bench = Workbench()

    with pytest.raises(InvalidTokenError):
        bench.tokens.verify(bench.sign(bench.claims(**changes)))


def test_clocks_may_be_some_seconds_apart() -> None:
    bench = Workbench()
    bench.clock.ahead = timedelta(seconds=5)
    token = bench.issue()
    bench.clock.ahead = timedelta(0)

    assert bench.tokens.verify(token).user_id == USER


@pytest.mark.parametrize(
    "token",
    [
        "",
        ".",
        "..",
        "...",
        "a.b.c",
        "é.é.é",
        "\ud800",
        "\0",
        "Bearer x",
        "e30.e30.",
        "bnVsbA.bnVsbA.bnVsbA",
        "W10.W10.W10",
    ],
)
def test_what_is_no_token_is_refused(token: str) -> None:
    with pytest.raises(InvalidTokenError):
        Workbench().tokens.verify(token)


def test_a_header_nested_deeply_is_refused() -> None:
    header = base64.urlsafe_b64encode(b"[" * 5_000).decode().rstrip("=")

    with pytest.raises(InvalidTokenError):
        Workbench().tokens.verify(f"{header}.e30.e30")


def test_an_oversized_token_is_refused_before_it_is_read() -> None:
    bench = Workbench()
    fits = bench.sign(bench.claims(padding="x" * 5_000))
    large = bench.sign(bench.claims(padding="x" * 6_000))

    assert len(fits) < 8192 < len(large)
    assert bench.tokens.verify(fits).user_id == USER
    with pytest.raises(InvalidTokenError):
        bench.tokens.verify(large)


def test_no_bit_of_a_token_can_be_changed() -> None:
    bench = Workbench(KEYS[SigningAlgorithm.EDDSA])
    header, claims, signature = bench.issue().split(".")
    payload = base64.urlsafe_b64decode(claims + "=" * (-len(claims) % 4))

    for place in range(len(payload)):
        changed = bytearray(payload)
        changed[place] ^= 1
        text = base64.urlsafe_b64encode(bytes(changed)).decode().rstrip("=")
        with pytest.raises(InvalidTokenError):
            bench.tokens.verify(f"{header}.{text}.{signature}")


def test_an_unknown_kid_tells_so_to_the_server_alone() -> None:
    bench = Workbench()
    with pytest.raises(UnknownKeyError):
        bench.tokens.verify(Workbench(generate(SigningAlgorithm.HS256)).issue())


def test_the_memory_of_verified_tokens_is_bounded() -> None:
    bench = Workbench()
    bench.tokens._verified._max_entries = 3
    for _ in range(10):
        bench.tokens.verify(bench.issue())

    assert len(bench.tokens._verified) == 3


def test_secrets_do_not_show() -> None:
    bench = Workbench()
    issued = bench.tokens.issue(user_id=UUID(int=1), session_id=UUID(int=2), role="user")

    assert issued.text not in repr(issued)
    assert repr(bench.key.private) not in repr(bench.ring.current)
