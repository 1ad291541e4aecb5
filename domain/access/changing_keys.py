"""The use cases of API keys."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from domain.access.errors import BuiltInKeyError
from domain.access.keys import MAX_KEYS, ApiKey, KeySecret, future, key_name, known_scopes, refuse_beyond
from domain.audit import AuditEvent
from domain.errors import ConflictError
from domain.identifiers import new_id
from domain.limits import API_KEYS, account_subject, address_subject, key_subject

if TYPE_CHECKING:
    from uuid import UUID

    from domain.access.ports import AccessWork, OpenAccess
    from domain.actor import Actor
    from domain.client import Client
    from domain.limits import RateLimiter


@dataclass(frozen=True, slots=True)
class NewKey:
    """What a key is to be; `scopes` None: everything the role may; `expires_at` None: never."""

    name: str
    role: str
    scopes: tuple[str, ...] | None = None
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ShownKey:
    """A key with its secret, which is told this once."""

    key: ApiKey
    secret: str = field(repr=False)


class ListApiKeys:
    """Reads the API keys."""

    def __init__(self, open_access: OpenAccess) -> None:
        self._open = open_access

    async def __call__(self, *, revoked: bool = False) -> list[ApiKey]:
        """Those that are not revoked, or those that are, the newest first; at most `MAX_KEYS`."""
        async with self._open() as work:
            return await work.keys.list(revoked=revoked)


class CreateApiKey:
    """Makes an API key.

    Args:
        open_access: begins transactions.
        limiter: counts calls.
        scopes: those there are.
    """

    def __init__(self, open_access: OpenAccess, limiter: RateLimiter, scopes: frozenset[str]) -> None:
        self._open = open_access
        self._limiter = limiter
        self._scopes = scopes

    async def __call__(self, actor: Actor, client: Client, new: NewKey) -> ShownKey:
        """Make it.

        Raises:
            InvalidInputError: the name, a scope, the role or the time is none.
            ForbiddenError: the key could do more than the caller.
            ConflictError: the name is taken, or there are too many keys.
            RateLimitedError: too many were made just now.
        """
        name, scopes, expires_at = key_name(new.name), known_scopes(new.scopes, self._scopes), future(new.expires_at)
        refuse_beyond(actor, new.role, scopes)
        await self._limiter.hit(API_KEYS, *_subjects(actor, client))
        secret = KeySecret.new()
        made_by = actor.impersonator_id or actor.user_id
        key = ApiKey(new_id(), name, secret.prefix, new.role, datetime.now(UTC), scopes, expires_at, created_by=made_by)
        async with self._open() as work:
            if await work.keys.lock_count() >= MAX_KEYS:
                raise ConflictError(f"There are at most {MAX_KEYS} API keys; revoke some.")
            await work.keys.add(key, secret)
            await _note(work, actor, client, "key.create", key)
        return ShownKey(key, secret.text)


class RotateApiKey:
    """Gives a key another secret; the one it had is useless at once."""

    def __init__(self, open_access: OpenAccess, limiter: RateLimiter) -> None:
        self._open = open_access
        self._limiter = limiter

    async def __call__(self, actor: Actor, client: Client, key_id: UUID) -> ShownKey:
        """Replace the secret.

        Raises:
            NotFoundError: there is no such key.
            ForbiddenError: the key can do more than the caller.
            ConflictError: the key comes from the settings, or is revoked.
            RateLimitedError: too many were rotated just now.
        """
        await self._limiter.hit(API_KEYS, *_subjects(actor, client))
        secret = KeySecret.new()
        async with self._open(revoking=True) as work:
            key = await work.keys.lock(key_id)
            refuse_beyond(actor, key.role, key.scopes)
            _refuse_built_in(key)
            if key.revoked_at is not None:
                raise ConflictError("This key has been revoked; make another one.")
            await work.keys.renew(key_id, secret)
            await _note(work, actor, client, "key.rotate", key)
        return ShownKey(replace(key, prefix=secret.prefix), secret.text)


class RevokeApiKey:
    """Makes a key useless for good."""

    def __init__(self, open_access: OpenAccess) -> None:
        self._open = open_access

    async def __call__(self, actor: Actor, client: Client, key_id: UUID) -> ApiKey:
        """Revoke it; once more does nothing.

        Raises:
            NotFoundError: there is no such key.
            ForbiddenError: the key can do more than the caller.
            BuiltInKeyError: the key comes from the settings.
        """
        async with self._open(revoking=True) as work:
            key = await work.keys.lock(key_id)
            refuse_beyond(actor, key.role, key.scopes)
            _refuse_built_in(key)
            if key.revoked_at is not None:
                return key
            await work.keys.revoke(key_id)
            await _note(work, actor, client, "key.revoke", key)
        return replace(key, revoked_at=datetime.now(UTC))


def _subjects(actor: Actor, client: Client) -> list[str]:
    subjects = [address_subject(client.address)]
    if actor.user_id is not None:
        subjects.append(account_subject(actor.user_id))
    if actor.key_id is not None:
        subjects.append(key_subject(actor.key_id))
    return subjects


def _refuse_built_in(key: ApiKey) -> None:
    if key.built_in is not None:
        raise BuiltInKeyError(key.built_in.setting)


async def _note(work: AccessWork, actor: Actor, client: Client, action: str, key: ApiKey) -> None:
    scopes = None if key.scopes is None else sorted(key.scopes)
    target = f"key:{key.id}"
    await work.audit.add(
        AuditEvent.by(actor, client, action, target=target, name=key.name, role=key.role, scopes=scopes)
    )
