"""A provider over HTTP: what is believed of what it says, and what is not."""

from __future__ import annotations

import base64
import hmac
import json
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from starlette.responses import JSONResponse, RedirectResponse, Response

from domain.accounts.errors import OpenIdRefusedError
from domain.accounts.openid import ProviderClaims, Secrets
from domain.accounts.tokens import ExternalAlgorithm
from domain.errors import UnavailableError
from persistence.credentials.key_sets import RemoteKeySet
from persistence.openid.options import ProviderOptions
from persistence.openid.provider import HttpOpenIdProvider
from persistence.outgoing import MOST_BYTES
from tests.openid import CLIENT_ID, CLIENT_SECRET, REDIRECT_URI, OpenIdServer, openid_server, returned_by
from tests.persistence.credentials.issuer import OTHER_RSA_KEY, RSA_KEY, jwk_of, signed

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Generator

SECRETS = Secrets(nonce="a nonce", code_verifier="v" * 43)
METADATA = "/.well-known/openid-configuration"


@pytest.fixture
def server() -> Generator[OpenIdServer]:
    with openid_server() as served:
        yield served


def options_of(server: OpenIdServer, **others: Any) -> ProviderOptions:
    return replace(ProviderOptions(server.issuer, CLIENT_ID, CLIENT_SECRET), **others)


@pytest.fixture
async def provider(server: OpenIdServer) -> AsyncGenerator[HttpOpenIdProvider]:
    made = HttpOpenIdProvider(options_of(server))
    yield made
    await made.close()


async def sign_in(provider: HttpOpenIdProvider, secrets: Secrets = SECRETS, **changed: str | None) -> ProviderClaims:
    """Go to the provider as a browser does, and come back."""
    url = await provider.authorization_url(redirect_uri=REDIRECT_URI, state="a state", secrets=SECRETS)
    async with httpx.AsyncClient() as browser:
        back = returned_by((await browser.get(url)).headers["location"])
    assert back["state"] == "a state"
    given: dict[str, Any] = {"code": back["code"], "iss": back.get("iss"), "redirect_uri": REDIRECT_URI, **changed}
    return await provider.claims(**given, secrets=secrets)


async def test_the_claims_of_a_user_are_read(server: OpenIdServer, provider: HttpOpenIdProvider) -> None:
    assert await sign_in(provider) == ProviderClaims(server.issuer, "subject-1", "ann@example.com", True, "Ann")


async def test_what_the_id_token_lacks_is_asked_for(server: OpenIdServer, provider: HttpOpenIdProvider) -> None:
    server.told_in_token = frozenset({"sub"})

    assert (await sign_in(provider)).email == "ann@example.com"
    assert "GET /userinfo" in server.requests


async def test_user_info_about_somebody_else_are_refused(server: OpenIdServer, provider: HttpOpenIdProvider) -> None:
    server.told_in_token = frozenset({"sub"})
    server.answers["/userinfo"] = JSONResponse({"sub": "another", "email": "boss@example.com", "email_verified": True})

    with pytest.raises(OpenIdRefusedError):
        await sign_in(provider)


async def test_metadata_and_keys_are_read_once(server: OpenIdServer, provider: HttpOpenIdProvider) -> None:
    for _ in range(3):
        await sign_in(provider)

    assert server.requests.count(f"GET {METADATA}") == 1
    assert server.requests.count("GET /keys") == 1


async def test_a_client_without_a_secret_names_itself(server: OpenIdServer) -> None:
    server.client_secret = None
    provider = HttpOpenIdProvider(options_of(server, client_secret=None))

    assert (await sign_in(provider)).subject == "subject-1"
    await provider.close()


async def test_the_secret_goes_into_the_form_where_the_provider_wants_it(
    server: OpenIdServer, provider: HttpOpenIdProvider
) -> None:
    server.metadata = {"token_endpoint_auth_methods_supported": ["client_secret_post"]}

    assert (await sign_in(provider)).subject == "subject-1"


@pytest.mark.parametrize("told", [True, "true"])
async def test_a_vouched_address_is_known_by_its_claim(
    server: OpenIdServer, provider: HttpOpenIdProvider, told: object
) -> None:
    server.user["email_verified"] = told
    assert (await sign_in(provider)).email_verified


@pytest.mark.parametrize("told", [False, "false", None, 1.5, "yes", [True]])
async def test_an_address_without_that_claim_is_not_vouched_for(
    server: OpenIdServer, provider: HttpOpenIdProvider, told: object
) -> None:
    server.claims["email_verified"] = told
    assert not (await sign_in(provider)).email_verified


async def test_the_operator_may_vouch_where_the_provider_is_silent(server: OpenIdServer) -> None:
    provider = HttpOpenIdProvider(options_of(server, assume_email_verified=True))
    server.claims["email_verified"] = None
    assert (await sign_in(provider)).email_verified
    server.claims["email_verified"] = False
    assert not (await sign_in(provider)).email_verified
    await provider.close()


NOW = int(time.time())
WRONG_CLAIMS: dict[str, dict[str, Any]] = {
    "nonce of another sign-in": {"nonce": "another"},
    "no nonce": {"nonce": None},
    "nonce that is no text": {"nonce": ["a nonce"]},
    "issuer": {"iss": "https://evil.example"},
    "issuer with a slash": {"iss": "slash"},
    "no issuer": {"iss": None},
    "audience": {"aud": "another client"},
    "no audience": {"aud": None},
    "several audiences without a party": {"aud": [CLIENT_ID, "another client"]},
    "several audiences for another party": {"aud": [CLIENT_ID, "another client"], "azp": "another client"},
    "one audience for another party": {"azp": "another client"},
    "expired": {"exp": NOW - 600},
    "no expiry": {"exp": None},
    "expiry that is no number": {"exp": "never"},
    "expiry that is true": {"exp": True},
    "made long ago": {"iat": NOW - 10_000},
    "made in the future": {"iat": NOW + 10_000},
    "no time of making": {"iat": None},
    "not good yet": {"nbf": NOW + 10_000},
    "no subject": {"sub": None},
    "empty subject": {"sub": ""},
    "long subject": {"sub": "s" * 256},
    "subject that is no text": {"sub": 7},
    "another access token": {"at_hash": "AAAAAAAAAAAAAAAAAAAAAA"},
    "access token hash that is no text": {"at_hash": 7},
}


@pytest.mark.parametrize("fault", WRONG_CLAIMS)
async def test_an_id_token_with_wrong_claims_is_refused(
    server: OpenIdServer, provider: HttpOpenIdProvider, fault: str
) -> None:
    server.claims = dict(WRONG_CLAIMS[fault])
    if server.claims.get("iss") == "slash":
        server.claims["iss"] = server.issuer + "/"

    with pytest.raises(OpenIdRefusedError):
        await sign_in(provider)


async def test_one_for_several_audiences_names_our_party(server: OpenIdServer, provider: HttpOpenIdProvider) -> None:
    server.claims = {"aud": [CLIENT_ID, "another client"], "azp": CLIENT_ID}

    assert (await sign_in(provider)).subject == "subject-1"


def encoded(part: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode()


def unsigned(claims: dict[str, Any]) -> str:
    return f"{encoded({'alg': 'none', 'kid': 'one'})}.{encoded(claims)}."


def signed_by_a_secret(claims: dict[str, Any], secret: bytes) -> str:
    # By hand: libraries refuse to take a public key for a secret.
    text = f"{encoded({'alg': 'HS256', 'kid': 'one'})}.{encoded(claims)}"
    signature = hmac.digest(secret, text.encode(), "sha256")
    return f"{text}.{base64.urlsafe_b64encode(signature).rstrip(b'=').decode()}"


PUBLIC_KEY = RSA_KEY.public_key().public_bytes(
    serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
)


def changed_afterwards(claims: dict[str, Any]) -> str:
    header, _, signature = signed(claims).split(".")
    return f"{header}.{encoded({**claims, 'sub': 'boss'})}.{signature}"


FORGERIES: dict[str, Callable[[dict[str, Any]], str]] = {
    "unsigned": unsigned,
    "the public key taken for a secret": lambda claims: signed_by_a_secret(claims, PUBLIC_KEY),
    "the client secret": lambda claims: signed_by_a_secret(claims, CLIENT_SECRET.encode()),
    "another key of the same name": lambda claims: signed(claims, OTHER_RSA_KEY),
    "a key that is not published": lambda claims: signed(claims, OTHER_RSA_KEY, kid="two"),
    "an algorithm that the settings do not allow": lambda claims: signed(claims, algorithm="RS512"),
    "changed afterwards": changed_afterwards,
    "critical members": lambda claims: signed(claims, crit=["b64"], b64=True),
    "a key of its own": lambda claims: signed(
        claims, OTHER_RSA_KEY, kid="two", jwk=jwk_of(OTHER_RSA_KEY, "two"), jku="https://evil.example/keys"
    ),
    "no token": lambda _: "no token",
    "nothing": lambda _: "",
    "not ASCII": lambda _: "é.é.é",
    "too long": lambda claims: signed({**claims, "more": "m" * 20_000}),
}


@pytest.mark.parametrize("forgery", FORGERIES)
async def test_a_forged_id_token_is_refused(server: OpenIdServer, provider: HttpOpenIdProvider, forgery: str) -> None:
    server.sign = FORGERIES[forgery]

    with pytest.raises(OpenIdRefusedError):
        await sign_in(provider)


@pytest.mark.parametrize(
    ("key", "algorithm"),
    [
        (ec.generate_private_key(ec.SECP256R1()), ExternalAlgorithm.ES256),
        (ed25519.Ed25519PrivateKey.generate(), ExternalAlgorithm.EDDSA),
        (RSA_KEY, ExternalAlgorithm.PS256),
    ],
    ids=["ES256", "EdDSA", "PS256"],
)
async def test_other_algorithms_are_set(server: OpenIdServer, key: Any, algorithm: ExternalAlgorithm) -> None:
    server.keys = [jwk_of(key, "one")]
    server.claims = {"at_hash": None}
    server.sign = lambda claims: signed(claims, key, algorithm=algorithm.value)
    provider = HttpOpenIdProvider(options_of(server, algorithms=(algorithm,)))

    assert (await sign_in(provider)).subject == "subject-1"
    await provider.close()


async def test_new_keys_of_the_provider_are_found(server: OpenIdServer) -> None:
    now = 1000.0
    provider = HttpOpenIdProvider(options_of(server), keys=lambda address: RemoteKeySet(address, clock=lambda: now))
    await sign_in(provider)

    server.keys = [jwk_of(OTHER_RSA_KEY, "two")]
    server.sign = lambda claims: signed(claims, OTHER_RSA_KEY, kid="two")
    now += 60

    assert (await sign_in(provider)).subject == "subject-1"
    await provider.close()


async def test_a_code_is_good_for_its_redirect_uri_and_verifier_only(provider: HttpOpenIdProvider) -> None:
    with pytest.raises(OpenIdRefusedError):
        await sign_in(provider, redirect_uri="https://app.example/other")
    with pytest.raises(OpenIdRefusedError):
        await sign_in(provider, replace(SECRETS, code_verifier="w" * 43))
    with pytest.raises(OpenIdRefusedError):
        await sign_in(provider, replace(SECRETS, nonce="another"))
    with pytest.raises(OpenIdRefusedError):
        await sign_in(provider, code="made up")


@pytest.mark.parametrize("iss", ["https://evil.example", None, ""])
async def test_an_answer_of_another_issuer_costs_no_code(
    server: OpenIdServer, provider: HttpOpenIdProvider, iss: str | None
) -> None:
    with pytest.raises(OpenIdRefusedError):
        await sign_in(provider, iss=iss)

    assert "POST /token" not in server.requests


async def test_a_provider_that_does_not_promise_to_name_itself_need_not(
    server: OpenIdServer, provider: HttpOpenIdProvider
) -> None:
    server.metadata = {"authorization_response_iss_parameter_supported": None}
    server.iss = None

    assert (await sign_in(provider)).subject == "subject-1"
    with pytest.raises(OpenIdRefusedError):
        await sign_in(provider, iss="https://evil.example")


WRONG_METADATA: dict[str, dict[str, Any]] = {
    "another issuer": {"issuer": "https://evil.example"},
    "no issuer": {"issuer": None},
    "no token endpoint": {"token_endpoint": None},
    "token endpoint in the clear": {"token_endpoint": "http://provider.example/token"},
    "keys in the clear": {"jwks_uri": "http://provider.example/keys"},
    "endpoint that is no address": {"authorization_endpoint": "javascript:alert(1)"},
    "endpoint that is no text": {"authorization_endpoint": 7},
    "endpoint with a password": {"token_endpoint": "https://me:secret@provider.example/token"},
}


@pytest.mark.parametrize("fault", WRONG_METADATA)
async def test_a_provider_with_wrong_metadata_is_not_used(
    server: OpenIdServer, provider: HttpOpenIdProvider, fault: str
) -> None:
    server.metadata = WRONG_METADATA[fault]

    with pytest.raises(UnavailableError):
        await provider.authorization_url(redirect_uri=REDIRECT_URI, state="a state", secrets=SECRETS)


OUT_OF_ORDER: dict[str, Callable[[], Response]] = {
    "an error": lambda: Response(status_code=500),
    "a redirect": lambda: RedirectResponse("/elsewhere"),
    "no JSON": lambda: Response("<html>"),
    "no object": lambda: JSONResponse([]),
    "too much": lambda: JSONResponse({"padding": "p" * MOST_BYTES}),
    "too deep": lambda: Response("[" * 100_000),
}


@pytest.mark.parametrize("fault", OUT_OF_ORDER)
@pytest.mark.parametrize("path", [METADATA, "/token"])
async def test_a_provider_that_is_out_of_order_is_unavailable(
    server: OpenIdServer, provider: HttpOpenIdProvider, path: str, fault: str
) -> None:
    server.answers[path] = OUT_OF_ORDER[fault]()

    with pytest.raises(UnavailableError):
        await sign_in(provider)
    assert "GET /elsewhere" not in server.requests


@pytest.mark.parametrize("path", [METADATA, "/token"])
async def test_nobody_waits_for_a_slow_provider_for_long(server: OpenIdServer, path: str) -> None:
    provider = HttpOpenIdProvider(options_of(server, timeout=0.3))
    server.slow = {path}

    with pytest.raises(UnavailableError):
        await sign_in(provider)
    await provider.close()


async def test_a_provider_that_is_gone_is_unavailable(server: OpenIdServer) -> None:
    provider = HttpOpenIdProvider(options_of(server, issuer="http://127.0.0.1:1"))

    with pytest.raises(UnavailableError):
        await provider.authorization_url(redirect_uri=REDIRECT_URI, state="a state", secrets=SECRETS)
    await provider.close()


async def test_a_client_that_the_provider_does_not_know_is_refused(server: OpenIdServer) -> None:
    provider = HttpOpenIdProvider(options_of(server, client_secret="another"))

    with pytest.raises(OpenIdRefusedError):
        await sign_in(provider)
    await provider.close()


async def test_no_secret_is_shown() -> None:
    options = ProviderOptions("https://provider.example", CLIENT_ID, CLIENT_SECRET)

    assert CLIENT_SECRET not in repr(options)
    assert SECRETS.nonce not in repr(SECRETS)
