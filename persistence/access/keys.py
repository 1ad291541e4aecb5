"""Keeps API keys."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import func, insert, select, update

from domain.access.keys import MAX_KEYS, BuiltInKey
from domain.access.keys import ApiKey as KeyEntity
from domain.errors import NotFoundError
from persistence.errors import domain_errors
from persistence.models import ApiKey

if TYPE_CHECKING:
    from uuid import UUID

    from sqlalchemy import Row
    from sqlalchemy.ext.asyncio import AsyncSession

    from domain.access.keys import KeySecret

LOCK: Final = 2_905_517_730_446_618_902
"""The number of the advisory lock (a random one) that new keys wait for, so that they are counted."""

_COLUMNS: Final = (
    ApiKey.id,
    ApiKey.name,
    ApiKey.prefix,
    ApiKey.role,
    ApiKey.created_at,
    ApiKey.scopes,
    ApiKey.expires_at,
    ApiKey.used_at,
    ApiKey.revoked_at,
    ApiKey.created_by,
    ApiKey.built_in,
)


class PostgresApiKeys:
    """The port `ApiKeyRepository` in the transaction of a session."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def list(self, *, revoked: bool) -> list[KeyEntity]:
        """The keys that are not revoked, or those that are, the newest first; at most `MAX_KEYS`."""
        condition = ApiKey.revoked_at.is_not(None) if revoked else ApiKey.revoked_at.is_(None)
        query = select(*_COLUMNS).where(condition).order_by(ApiKey.created_at.desc(), ApiKey.id.desc())
        return [_key(row) for row in await self._session.execute(query.limit(MAX_KEYS))]

    async def lock(self, key_id: UUID) -> KeyEntity:
        """The key, locked until the transaction ends.

        Raises:
            NotFoundError: there is none.
        """
        query = select(*_COLUMNS).where(ApiKey.id == key_id).with_for_update()
        row = (await self._session.execute(query)).one_or_none()
        if row is None:
            raise NotFoundError("There is no such API key.")
        return _key(row)

    async def lock_count(self) -> int:
        """How many keys are not revoked; none is added until the transaction ends."""
        await self._session.execute(select(func.pg_advisory_xact_lock(LOCK)))
        live = select(func.count()).select_from(ApiKey).where(ApiKey.revoked_at.is_(None))
        return (await self._session.execute(live)).scalar_one()

    async def add(self, key: KeyEntity, secret: KeySecret) -> None:
        """Keep a new key.

        Raises:
            KeyNameTakenError: there is or was one with this name.
            InvalidInputError: there is no such role.
        """
        values = {
            "id": key.id,
            "name": key.name,
            "prefix": secret.prefix,
            "key_hash": secret.hash,
            "role": key.role,
            "scopes": None if key.scopes is None else sorted(key.scopes),
            "created_by": key.created_by,
            "created_at": key.created_at,
            "expires_at": key.expires_at,
        }
        with domain_errors():
            await self._session.execute(insert(ApiKey).values(values))

    async def renew(self, key_id: UUID, secret: KeySecret) -> None:
        """Replace the secret."""
        await self._set(key_id, prefix=secret.prefix, key_hash=secret.hash, used_at=None)

    async def revoke(self, key_id: UUID) -> None:
        """Make the key useless from now on."""
        await self._set(key_id, revoked_at=func.now())

    async def _set(self, key_id: UUID, **values: object) -> None:
        await self._session.execute(update(ApiKey).where(ApiKey.id == key_id).values(values))


def _key(row: Row[*tuple[Any, ...]]) -> KeyEntity:
    return KeyEntity(
        id=row.id,
        name=row.name,
        prefix=row.prefix,
        role=row.role,
        created_at=row.created_at,
        scopes=None if row.scopes is None else frozenset(row.scopes),
        expires_at=row.expires_at,
        used_at=row.used_at,
        revoked_at=row.revoked_at,
        created_by=row.created_by,
        built_in=None if row.built_in is None else BuiltInKey(row.built_in),
    )
