"""Signing in at an OpenID provider over GraphQL, with a real provider and a real browser's requests."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from pyotp import TOTP

from graph.settings import SettingsError, load_settings
from tests.graph.accounts.serving import EMAIL, OTHER_PASSWORD, PASSWORD, RESET, SIGNED_IN
from tests.graph.tables.serving import KEY
from tests.openid import CLIENT_SECRET, REDIRECT_URI, OpenIdServer, openid_server, returned_by

if TYPE_CHECKING:
    from collections.abc import Generator

    from tests.graph.accounts.conftest import ServeAccounts
    from tests.graph.accounts.serving import Accounts

STARTED = "{ authorizationUrl state verifier }"
START = f"""
mutation ($provider: String!, $redirectUri: String!) {{
  startOpenIdSignIn(provider: $provider, redirectUri: $redirectUri) {STARTED}
}}
"""
START_LINK = f"""
mutation ($provider: String!, $redirectUri: String!, $password: String) {{
  startOpenIdLink(provider: $provider, redirectUri: $redirectUri, password: $password) {STARTED}
}}
"""
COMPLETE = f"""
mutation ($code: String!, $state: String!, $verifier: String!, $iss: String) {{
  completeOpenIdSignIn(code: $code, state: $state, verifier: $verifier, iss: $iss, label: "phone") {{
    __typename
    ... on SignedIn {{ {SIGNED_IN} }}
    ... on SecondFactorRequired {{ challenge }}
  }}
}}
"""
COMPLETE_LINK = """
mutation ($code: String!, $state: String!, $verifier: String!, $iss: String) {
  completeOpenIdLink(code: $code, state: $state, verifier: $verifier, iss: $iss) { provider issuer subject email }
}
"""
IDENTITIES = "{ myIdentities { provider issuer subject email linkedAt usedAt } }"
UNLINK = "mutation ($issuer: String!, $subject: String!) { unlinkIdentity(issuer: $issuer, subject: $subject) }"
FINISH = """
mutation ($challenge: String!, $code: String!) {
  confirmSecondFactor(challenge: $challenge, code: $code) { user { email } }
}
"""
AT = {"provider": "local", "redirectUri": REDIRECT_URI}


@pytest.fixture
def provider() -> Generator[OpenIdServer]:
    with openid_server() as served:
        yield served


@pytest.fixture
async def accounts(serve_accounts: ServeAccounts, provider: OpenIdServer) -> Accounts:
    """An installation whose users may sign in at the provider."""
    return await serve_with(serve_accounts, provider.setting())


async def serve_with(serve: ServeAccounts, *providers: dict[str, Any], **settings: Any) -> Accounts:
    return await serve(openid_providers=json.dumps(providers), openid_redirect_uris=REDIRECT_URI, **settings)


async def visit(started: dict[str, Any]) -> dict[str, str]:
    """What a client has after the browser has been at the provider and has come back."""
    async with httpx.AsyncClient() as browser:
        response = await browser.get(started["authorizationUrl"])
    assert response.status_code == 302, response.text
    location = response.headers["location"]
    assert location.startswith(f"{REDIRECT_URI}?")
    back = returned_by(location)
    assert back["state"] == started["state"]
    return back | {"verifier": started["verifier"]}


async def come_back(accounts: Accounts) -> dict[str, str]:
    return await visit(await accounts.data(START, AT))


async def sign_in(accounts: Accounts) -> dict[str, Any]:
    result: dict[str, Any] = await accounts.data(COMPLETE, await come_back(accounts))
    return result


async def refusal(accounts: Accounts, returned: dict[str, str] | None = None) -> tuple[str, str | None]:
    """The code and the reason of a sign-in that is refused."""
    error = await accounts.refusal(COMPLETE, returned or await come_back(accounts))
    return error["code"], error.get("reason")


async def linked(accounts: Accounts, token: str, password: str | None = PASSWORD) -> dict[str, Any]:
    started = await accounts.data(START_LINK, {**AT, "password": password}, token=token)
    identity: dict[str, Any] = await accounts.data(COMPLETE_LINK, await visit(started), token=token)
    return identity


async def users(accounts: Accounts) -> int:
    count: int = await accounts.value("SELECT count(*) FROM selfgraph.users")
    return count


async def verified(accounts: Accounts, email: str = EMAIL) -> str:
    """An access token of an account with a password whose address is proven."""
    token: str = (await accounts.sign_up(email))["accessToken"]
    await accounts.execute("UPDATE selfgraph.users SET email_verified_at = now() WHERE email = $1", email)
    return token


async def test_somebody_new_gets_an_account(accounts: Accounts, provider: OpenIdServer) -> None:
    assert await accounts.data("{ openIdProviders }") == ["local"]

    session = await sign_in(accounts)

    assert session["__typename"] == "SignedIn"
    me = await accounts.data("{ me { email name role emailVerifiedAt } }", token=session["accessToken"])
    assert (me["email"], me["name"], me["role"]) == (EMAIL, "Ann", "user")
    assert me["emailVerifiedAt"]
    (identity,) = await accounts.data(IDENTITIES, token=session["accessToken"])
    assert (identity["provider"], identity["issuer"]) == ("local", provider.issuer)
    sessions = await accounts.data("{ mySessions { label } }", token=session["accessToken"])
    assert sessions == [{"label": "phone"}]


async def test_a_known_identity_is_its_user_whatever_its_address_is_now(
    accounts: Accounts, provider: OpenIdServer
) -> None:
    first = await sign_in(accounts)
    provider.user |= {"email": "boss@example.com", "email_verified": False}

    again = await sign_in(accounts)

    assert again["user"] == first["user"]
    assert await users(accounts) == 1


async def test_of_two_sign_ins_with_one_new_identity_both_are_one_user(accounts: Accounts) -> None:
    returns = [await come_back(accounts) for _ in range(4)]

    answers = await asyncio.gather(*(accounts.respond(COMPLETE, each) for each in returns))

    ids = {answer["data"]["completeOpenIdSignIn"]["user"]["id"] for answer in answers}
    assert len(ids) == 1
    assert await users(accounts) == 1


async def test_a_sign_in_is_completed_once(accounts: Accounts) -> None:
    returned = await come_back(accounts)
    assert (await accounts.data(COMPLETE, returned))["__typename"] == "SignedIn"

    assert await refusal(accounts, returned) == ("UNAUTHENTICATED", "INVALID_STATE")


async def test_of_two_completions_at_once_one_gets_in(accounts: Accounts) -> None:
    returned = await come_back(accounts)

    answers = await asyncio.gather(*(accounts.respond(COMPLETE, returned) for _ in range(3)))

    assert sum("errors" not in answer for answer in answers) == 1


async def test_nobody_completes_a_sign_in_that_another_browser_began(accounts: Accounts) -> None:
    # What an attacker does who sends a victim their own redirect: the victim's browser has another verifier or none.
    attackers, victims = await come_back(accounts), await accounts.data(START, AT)

    for verifier in (victims["verifier"], "", "made up"):
        mixed = {**attackers, "verifier": verifier}
        assert await refusal(accounts, mixed) == ("UNAUTHENTICATED", "INVALID_STATE")

    # Nor can they spoil it for whoever began it.
    assert (await accounts.data(COMPLETE, attackers))["__typename"] == "SignedIn"


async def test_a_code_of_another_sign_in_is_refused(accounts: Accounts) -> None:
    one, other = await come_back(accounts), await come_back(accounts)

    assert await refusal(accounts, {**one, "code": other["code"]}) == ("UNAUTHENTICATED", "PROVIDER_REFUSED")
    assert await users(accounts) == 0


async def test_a_state_expires(accounts: Accounts) -> None:
    returned = await come_back(accounts)
    await accounts.execute("UPDATE selfgraph.one_time_tokens SET expires_at = now() - interval '1 second'")

    assert await refusal(accounts, returned) == ("UNAUTHENTICATED", "INVALID_STATE")


@pytest.mark.parametrize(
    "claims", [{"nonce": "another"}, {"aud": "another"}, {"iss": "https://evil.example"}, {"exp": 1}], ids=str
)
async def test_what_does_not_verify_signs_nobody_in(
    accounts: Accounts, provider: OpenIdServer, claims: dict[str, Any]
) -> None:
    provider.claims = claims

    assert await refusal(accounts) == ("UNAUTHENTICATED", "PROVIDER_REFUSED")
    assert await users(accounts) == 0


async def test_an_answer_of_another_issuer_is_refused(accounts: Accounts) -> None:
    returned = await come_back(accounts) | {"iss": "https://evil.example"}

    assert await refusal(accounts, returned) == ("UNAUTHENTICATED", "PROVIDER_REFUSED")


async def test_nothing_of_the_flow_is_kept_in_the_clear(accounts: Accounts) -> None:
    started = await accounts.data(START, AT)
    kept = await accounts.value("SELECT row_to_json(t)::text FROM selfgraph.one_time_tokens t")

    query = returned_by(started["authorizationUrl"])
    for secret in (started["state"], started["verifier"], query["nonce"], query["code_challenge"]):
        assert secret not in kept


async def test_only_redirects_and_providers_of_the_settings_are_used(accounts: Accounts) -> None:
    for address in (f"{REDIRECT_URI}/", f"{REDIRECT_URI}?x=1", "https://evil.example/signed-in", ""):
        error = await accounts.refusal(START, {**AT, "redirectUri": address})
        assert (error["code"], error["path"]) == ("VALIDATION", ["redirectUri"])
    assert (await accounts.refusal(START, {**AT, "provider": "other"}))["code"] == "NOT_FOUND"

    assert await accounts.value("SELECT count(*) FROM selfgraph.one_time_tokens") == 0


async def test_a_provider_that_is_out_of_order_is_unavailable(serve_accounts: ServeAccounts) -> None:
    with openid_server() as provider:
        gone = provider.setting()
    accounts = await serve_with(serve_accounts, gone)

    error = await accounts.refusal(START, AT)

    assert error["code"] == "UNAVAILABLE"
    assert gone["issuer"] not in error["message"]


async def test_an_account_with_the_address_is_linked_if_both_have_proven_it(accounts: Accounts) -> None:
    await verified(accounts)

    session = await sign_in(accounts)

    assert session["user"]["email"] == EMAIL
    assert await users(accounts) == 1
    assert len(await accounts.data(IDENTITIES, token=session["accessToken"])) == 1
    assert (await accounts.login())["__typename"] == "SignedIn"


async def test_an_account_that_has_not_proven_its_address_is_not_handed_over(accounts: Accounts) -> None:
    # Somebody opened it in another's name and waits for them to come.
    await accounts.sign_up()

    assert await refusal(accounts) == ("CONFLICT", "LINK_REQUIRED")
    assert await accounts.value("SELECT count(*) FROM selfgraph.identities") == 0


async def test_who_proves_an_address_by_a_reset_shuts_out_the_stranger_who_opened_the_account(
    accounts: Accounts, provider: OpenIdServer
) -> None:
    provider.user |= {"email": "thief@example.com"}
    token = (await accounts.sign_up())["accessToken"]
    await linked(accounts, token)
    started = await accounts.data(
        "mutation ($p: String!) { startTotp(password: $p) { secret } }", {"p": PASSWORD}, token=token
    )
    await accounts.data(
        "mutation ($c: String!) { confirmTotp(code: $c) }", {"c": TOTP(started["secret"]).now()}, token=token
    )

    await accounts.data("mutation ($e: String!) { requestPasswordReset(email: $e) }", {"e": EMAIL})
    await accounts.data(RESET, {"token": await accounts.last_token(), "password": OTHER_PASSWORD})

    assert (await accounts.login(password=OTHER_PASSWORD))["__typename"] == "SignedIn"
    assert (await sign_in(accounts))["user"]["email"] == "thief@example.com"


async def test_a_proven_account_keeps_its_identities_and_second_factor_at_a_reset(accounts: Accounts) -> None:
    token = await verified(accounts)
    await linked(accounts, token)

    await accounts.data("mutation ($e: String!) { requestPasswordReset(email: $e) }", {"e": EMAIL})
    await accounts.data(RESET, {"token": await accounts.last_token(), "password": OTHER_PASSWORD})

    assert (await sign_in(accounts))["user"]["email"] == EMAIL


@pytest.mark.parametrize("user", [{"email_verified": False}, {"email": None}, {"email": "not an address"}], ids=str)
async def test_a_provider_that_vouches_for_no_address_opens_no_account(
    accounts: Accounts, provider: OpenIdServer, user: dict[str, Any]
) -> None:
    await verified(accounts)
    provider.user |= user

    assert await refusal(accounts) == ("FORBIDDEN", "EMAIL_NOT_VERIFIED")
    assert await accounts.value("SELECT count(*) FROM selfgraph.identities") == 0


@pytest.mark.parametrize("known", [True, False])
async def test_a_user_who_is_not_active_is_refused(accounts: Accounts, *, known: bool) -> None:
    if known:
        await sign_in(accounts)
    else:
        await verified(accounts)
    await accounts.execute("UPDATE selfgraph.users SET active = false")

    assert await refusal(accounts) == ("UNAUTHENTICATED", "BAD_CREDENTIALS")


async def test_the_second_factor_is_asked_for(accounts: Accounts) -> None:
    token = await verified(accounts)
    start = "mutation ($password: String) { startTotp(password: $password) { secret } }"
    secret = (await accounts.data(start, {"password": PASSWORD}, token=token))["secret"]
    confirm = "mutation ($code: String!) { confirmTotp(code: $code) }"
    codes = await accounts.data(confirm, {"code": TOTP(secret).now()}, token=token)

    result = await sign_in(accounts)

    assert result["__typename"] == "SecondFactorRequired"
    finished = await accounts.data(FINISH, {"challenge": result["challenge"], "code": codes[0]})
    assert finished["user"]["email"] == EMAIL


async def test_sign_up_is_closed_to_strangers_but_not_to_users(
    serve_accounts: ServeAccounts, provider: OpenIdServer
) -> None:
    accounts = await serve_with(serve_accounts, provider.setting(), sign_up="closed")

    assert await refusal(accounts) == ("FORBIDDEN", None)
    assert await users(accounts) == 0


async def test_a_provider_may_open_accounts_where_nobody_else_may(
    serve_accounts: ServeAccounts, provider: OpenIdServer
) -> None:
    accounts = await serve_with(serve_accounts, provider.setting(allow_sign_up=True), sign_up="closed")

    assert (await sign_in(accounts))["__typename"] == "SignedIn"


async def test_a_user_links_an_identity_and_signs_in_by_it(accounts: Accounts, provider: OpenIdServer) -> None:
    token = (await accounts.sign_up("other@example.com"))["accessToken"]
    provider.user["email_verified"] = False

    identity = await linked(accounts, token)

    assert identity == {"provider": "local", "issuer": provider.issuer, "subject": "subject-1", "email": EMAIL}
    assert (await sign_in(accounts))["user"]["email"] == "other@example.com"


async def test_linking_needs_the_password(accounts: Accounts) -> None:
    token = await verified(accounts)

    for password in (None, OTHER_PASSWORD):
        error = await accounts.refusal(START_LINK, {**AT, "password": password}, token=token)
        assert (error["code"], error["reason"]) == ("FORBIDDEN", "WRONG_PASSWORD")


async def test_an_identity_of_somebody_else_is_not_linked(accounts: Accounts) -> None:
    await sign_in(accounts)
    token = (await accounts.sign_up("other@example.com"))["accessToken"]

    started = await accounts.data(START_LINK, {**AT, "password": PASSWORD}, token=token)
    error = await accounts.refusal(COMPLETE_LINK, await visit(started), token=token)

    assert error["code"] == "CONFLICT"
    assert await accounts.data(IDENTITIES, token=token) == []


async def test_a_link_is_completed_by_who_began_it_and_is_no_sign_in(accounts: Accounts) -> None:
    ann = await verified(accounts)
    other = (await accounts.sign_up("other@example.com"))["accessToken"]
    returned = await visit(await accounts.data(START_LINK, {**AT, "password": PASSWORD}, token=ann))

    assert await refusal(accounts, returned) == ("UNAUTHENTICATED", "INVALID_STATE")
    assert (await accounts.refusal(COMPLETE_LINK, returned, token=other))["reason"] == "INVALID_STATE"
    signing_in = await come_back(accounts)
    assert (await accounts.refusal(COMPLETE_LINK, signing_in, token=ann))["reason"] == "INVALID_STATE"

    assert (await accounts.data(COMPLETE_LINK, returned, token=ann))["subject"] == "subject-1"


async def test_api_keys_link_and_unlink_nothing(accounts: Accounts) -> None:
    operator = {"apikey": KEY}
    subject = {"issuer": "https://a.example", "subject": "s"}

    assert (await accounts.refusal(START_LINK, AT, headers=operator))["code"] == "FORBIDDEN"
    assert (await accounts.refusal(UNLINK, subject, headers=operator))["code"] == "FORBIDDEN"


async def test_an_identity_is_unlinked_but_not_the_last_way_in(accounts: Accounts, provider: OpenIdServer) -> None:
    session = await sign_in(accounts)
    token, subject = session["accessToken"], {"issuer": provider.issuer, "subject": "subject-1"}

    assert (await accounts.refusal(UNLINK, subject, token=token))["code"] == "CONFLICT"
    provider.user["sub"] = "subject-2"
    await linked(accounts, token, None)  # the session is young, and the account has no password
    assert await accounts.data(UNLINK, subject, token=token) is True

    assert [each["subject"] for each in await accounts.data(IDENTITIES, token=token)] == ["subject-2"]
    assert (await accounts.refusal(UNLINK, subject, token=token))["code"] == "NOT_FOUND"


async def test_what_was_done_is_in_the_trail(accounts: Accounts, provider: OpenIdServer) -> None:
    token = await verified(accounts)
    await linked(accounts, token)
    await accounts.data(UNLINK, {"issuer": provider.issuer, "subject": "subject-1"}, token=token)

    rows = await accounts.value("SELECT array_agg(action ORDER BY id) FROM selfgraph.audit_events")

    assert [action for action in rows if action.startswith("identity.")] == ["identity.link", "identity.unlink"]


WRONG_PROVIDERS = {
    "no JSON": "{",
    "no list": "{}",
    "no objects": "[1]",
    "no issuer": json.dumps([{"name": "local", "client_id": "c", "client_secret": CLIENT_SECRET}]),
    "issuer in the clear": json.dumps(
        [{"name": "local", "issuer": "http://a.example", "client_id": "c", "client_secret": CLIENT_SECRET}]
    ),
    "HS256": json.dumps(
        [{"name": "local", "issuer": "https://a.example", "client_id": CLIENT_SECRET, "algorithms": ["HS256"]}]
    ),
    "none": json.dumps([{"name": "local", "issuer": "https://a.example", "client_id": "c", "algorithms": ["none"]}]),
    "unknown member": json.dumps(
        [{"name": "local", "issuer": "https://a.example", "client_id": "c", "secret": CLIENT_SECRET}]
    ),
    "one name twice": json.dumps(
        [{"name": "local", "issuer": f"https://{n}.example", "client_id": CLIENT_SECRET} for n in "ab"]
    ),
}


@pytest.mark.parametrize("fault", WRONG_PROVIDERS)
def test_wrong_settings_are_explained_without_their_secrets(fault: str) -> None:
    with pytest.raises(SettingsError) as raised:
        load_settings(openid_providers=WRONG_PROVIDERS[fault], openid_redirect_uris=REDIRECT_URI)

    assert str(raised.value).startswith("OPENID_PROVIDERS=(secret, not shown) is not accepted: ")
    assert CLIENT_SECRET not in str(raised.value)


@pytest.mark.parametrize(
    "address", ["http://app.example/", "javascript:alert(1)", "https://app.example/#x", "data:text/html,x", "app"]
)
def test_redirects_that_are_not_safe_are_not_accepted(address: str) -> None:
    with pytest.raises(SettingsError, match="OPENID_REDIRECT_URIS"):
        load_settings(openid_redirect_uris=address)


@pytest.mark.parametrize(
    "address", ["https://app.example/in", "http://localhost:3000/in", "com.example.app:/in", "http://127.0.0.1/in"]
)
def test_redirects_of_apps_are_accepted(address: str) -> None:
    assert load_settings(openid_redirect_uris=address).openid_redirect_uris == (address,)


def test_providers_need_a_redirect() -> None:
    with pytest.raises(SettingsError, match="OPENID_REDIRECT_URIS"):
        load_settings(openid_providers=json.dumps([{"name": "a", "issuer": "https://a.example", "client_id": "c"}]))
