"""Who is calling: headers or websocket connection parameters in, an `Actor` out."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, NoReturn, TypeAlias
from uuid import UUID

from domain.accounts.tokens import UnknownKeyError
from domain.actor import ANYBODY, Actor
from domain.bounded import BoundedCache
from domain.errors import ForbiddenError, UnauthenticatedError
from domain.identifiers import digest
from domain.roles import ADMINISTRATORS, ANONYMOUS, SUPERADMIN, up_to

if TYPE_CHECKING:
    from domain.access.states import AccessStates, Ending, KeyState, SessionState
    from domain.accounts.tokens import AccessClaims, AccessTokens, ExternalClaims, ExternalTokens, SigningKeys

Authenticate: TypeAlias = Callable[[Mapping[str, str]], Awaitable[Actor] | Actor]
"""Takes lower-case header names (or connection parameters) with their values; raises UnauthenticatedError."""

Ended: TypeAlias = Callable[[Actor], Awaitable["Ending"]]
"""Waits until an actor's credential is no longer good for what it was."""

INVALID: Final = "INVALID"
REVOKED: Final = "REVOKED"

REMEMBERED: Final = 10_000
"""Callers whose actors are remembered, by what they have shown."""
BACKEND_HEADER: Final = "x-hasura-use-backend-only-permissions"

_USUAL_HEADER: Final = 1000
_MAX_KEY: Final = 512
_PREFIX: Final = "x-hasura-"
_SAID: Final = (_PREFIX, "x-role", "x-user-id", "x-email")
_KEY_PREFIX: Final = "sg_"


@dataclass(frozen=True, slots=True)
class _Known:
    """An actor, the token that was shown, and what both said; made again as soon as that is another thing."""

    token: str
    claims: AccessClaims
    state: SessionState
    actor: Actor


@dataclass(frozen=True, slots=True)
class _KnownKey:
    """The same of an API key, by its hash."""

    digest: bytes
    state: KeyState
    actor: Actor


async def never(_: Actor) -> Ending:
    """For endpoints whose callers' credentials do not end."""
    await asyncio.Event().wait()
    raise AssertionError


class Authenticator:
    """Tells callers by their access token or API key; who shows neither is anonymous.

    The header `X-Role` picks another of the caller's own roles. The service key may act as any role and, by
    `X-User-Id` and other `X-Hasura-...` session variables, as any user; with `X-Hasura-Use-Backend-Only-Permissions`
    it also has the rights that are for backends only.

    Args:
        states: what sessions and keys may do now.
        tokens: verifies access tokens of our own.
        keys: what they are signed with.
        external: verifies those of another issuer, where one is trusted.
    """

    def __init__(
        self, states: AccessStates, tokens: AccessTokens, keys: SigningKeys, external: ExternalTokens | None = None
    ) -> None:
        self._states = states
        self._tokens = tokens
        self._keys = keys
        self._external = external
        self._actors: BoundedCache[tuple[str, str | None], _Known] = BoundedCache(
            max_entries=REMEMBERED, max_weight=REMEMBERED * _USUAL_HEADER
        )
        self._by_keys: BoundedCache[tuple[str, tuple[tuple[str, str], ...]], _KnownKey] = BoundedCache(
            max_entries=REMEMBERED, max_weight=REMEMBERED * _USUAL_HEADER
        )

    def __call__(self, credentials: Mapping[str, str]) -> Actor | Awaitable[Actor]:
        """Name the caller; who is remembered, or is nobody, without waiting.

        Raises:
            UnauthenticatedError: the credentials do not verify, have expired or were revoked.
            ForbiddenError: the caller does not have the role it asks for.
            UnavailableError: the database cannot be asked.
        """
        header = credentials.get("authorization")
        asked = credentials.get("x-role") or credentials.get("x-hasura-role")
        known = self._actors.find((header, asked)) if header is not None else None
        if known is not None and self._holds(known):
            return known.actor
        key = credentials.get("apikey")
        if header is None and key and (actor := self._remembered_by_key(key, credentials)) is not None:
            return actor
        return self._authenticate(header, asked, credentials)

    def _holds(self, known: _Known) -> bool:
        """Whether its token verifies, and its session is as it was; both were found out before and are looked up."""
        try:
            claims = self._tokens.verify(known.token)
        except UnknownKeyError:
            return False  # its key may be read again; see `_claims`
        return claims is known.claims and self._states.remembered(claims.session_id) is known.state

    def _remembered_by_key(self, key: str, credentials: Mapping[str, str]) -> Actor | None:
        """Whom the key named before, with the same role and session variables, if it is as it was."""
        known = self._by_keys.find((key, _said(credentials)))
        if known is not None and self._states.remembered_key(known.digest) is known.state:
            return known.actor
        return None

    async def _authenticate(self, header: str | None, asked: str | None, credentials: Mapping[str, str]) -> Actor:
        shown = _bearer(header)
        key = credentials.get("apikey") or credentials.get("x-api-key")
        if shown is not None and not shown.startswith(_KEY_PREFIX) and shown.count(".") == 2:  # noqa: PLR2004 - the dots of a JWT, RFC 7519
            return await self._by_token(shown, asked, header or "")
        if shown is not None or key:
            return await self._by_key(shown or key or "", asked, credentials)
        if asked not in {None, ANONYMOUS}:
            _refuse_role(asked)
        return ANYBODY

    async def _by_token(self, token: str, asked: str | None, header: str) -> Actor:
        if self._external is not None and self._external.issued(token):
            return _external_actor(await self._external.verify(token), asked)
        claims = await self._claims(token)
        state = await self._states.session(claims.session_id)
        if state is None or state.user_id != claims.user_id:
            raise UnauthenticatedError("The session has ended.", REVOKED)
        actor = _user_actor(state, claims, asked)
        self._actors.add((header, asked), _Known(token, claims, state, actor), weight=len(header))
        return actor

    async def _claims(self, token: str) -> AccessClaims:
        try:
            return self._tokens.verify(token)
        except UnknownKeyError:
            # It may be signed by a key that another process made a moment ago.
            if not await self._keys.renew():
                raise
        return self._tokens.verify(token)

    async def _by_key(self, key: str, asked: str | None, credentials: Mapping[str, str]) -> Actor:
        key_hash = digest(key)
        state = await self._states.key(key_hash) if len(key) <= _MAX_KEY else None
        if state is None:
            raise UnauthenticatedError("The API key is not valid.", INVALID)
        is_service = state.role == SUPERADMIN and state.scopes is None
        actor = _service_actor(state, asked, credentials) if is_service else _key_actor(state, asked)
        said = _said(credentials)
        weight = sum(len(name) + len(value) for name, value in said)
        self._by_keys.add((key, said), _KnownKey(key_hash, state, actor), weight=len(key) + weight)
        return actor


def _bearer(header: str | None) -> str | None:
    """The token of RFC 6750, section 2.1."""
    if not header:
        return None
    scheme, _, token = header.strip().partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise UnauthenticatedError("Authorization has to be a bearer token.", INVALID)
    return token.strip()


def _user_actor(state: SessionState, claims: AccessClaims, asked: str | None) -> Actor:
    own = _own_roles(state.role, state.roles)
    role = _picked(asked, state.role, own)
    session = {**state.claims, "x-user-id": str(state.user_id), "x-email": state.email, "x-role": role}
    return Actor(
        role,
        MappingProxyType(session),
        user_id=state.user_id,
        session_id=state.session_id,
        impersonator_id=state.impersonator_id,
        administers=_administers(own),
        expires_at=claims.expires_at,
        rights=state.rights,
    )


def _key_actor(state: KeyState, asked: str | None) -> Actor:
    own = _own_roles(state.role, state.roles)
    role = _picked(asked, state.role, own)
    return Actor(
        role,
        MappingProxyType({"x-role": role}),
        key_id=state.key_id,
        scopes=state.scopes,
        administers=_administers(own),
        expires_at=state.expires_at,
        rights=state.rights,
    )


def _said(credentials: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """What is said beside a key of the role and the session variables to act with."""
    return tuple([item for item in credentials.items() if item[0].startswith(_SAID)])


def _external_actor(claims: ExternalClaims, asked: str | None) -> Actor:
    own = claims.roles | {claims.role}
    role = _picked(asked, claims.role, own)
    session = {**claims.variables, "x-role": role}
    return Actor(role, MappingProxyType(session), administers=_administers(own), expires_at=claims.expires_at)


def _service_actor(state: KeyState, asked: str | None, credentials: Mapping[str, str]) -> Actor:
    """Whoever it says it is: this key is the operator's own."""
    role = asked or SUPERADMIN
    session = {
        f"x-{name.removeprefix(_PREFIX)}": value
        for name, value in credentials.items()
        if name.startswith(_PREFIX) and name != BACKEND_HEADER
    }
    for name in ("x-user-id", "x-email"):
        if value := credentials.get(name):
            session[name] = value
    user_id = _uuid(session["x-user-id"]) if "x-user-id" in session else None
    return Actor(
        role,
        MappingProxyType({**session, "x-role": role}),
        user_id=user_id,
        key_id=state.key_id,
        backend=credentials.get(BACKEND_HEADER, "").lower() == "true",
        administers=True,
        expires_at=state.expires_at,
        rights=state.rights,
    )


def _own_roles(role: str, others: frozenset[str]) -> frozenset[str]:
    return others | {role, *up_to(role)}


def _administers(own: frozenset[str]) -> bool:
    """Whether one of the caller's own roles is an administrator's."""
    return not ADMINISTRATORS.isdisjoint(own)


def _picked(asked: str | None, default: str, own: frozenset[str]) -> str:
    if asked is None:
        return default
    if asked not in own:
        _refuse_role(asked)
    return asked


def _refuse_role(asked: str | None) -> NoReturn:
    raise ForbiddenError(f"The caller does not have the role {(asked or '')[:64]!r}.")


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
