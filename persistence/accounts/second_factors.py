"""Keeps the users' generators of one-time codes and their recovery codes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from loguru import logger
from sqlalchemy import delete, exists, func, insert, or_, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from domain.accounts.second_factor import SecondFactor
from persistence.credentials.encryption import DecryptionError
from persistence.models import accounts as models

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from sqlalchemy.ext.asyncio import AsyncSession

    from persistence.credentials.encryption import Cipher

SECOND_FACTOR_PURPOSE: Final = "second_factor"
"""The purpose of the cipher that the secrets of generators are encrypted with."""

_FACTOR: Final = models.SecondFactor
_CODE: Final = models.RecoveryCode


class PostgresSecondFactors:
    """The port `SecondFactorRepository` on the transaction of a session.

    The secret of a generator is encrypted for its user: copied to another row, it does not decrypt.
    """

    def __init__(self, session: AsyncSession, cipher: Cipher) -> None:
        self._session = session
        self._cipher = cipher

    async def is_on(self, user_id: UUID) -> bool:
        """Whether the user has confirmed a second factor."""
        confirmed = exists().where(_FACTOR.user_id == user_id, _FACTOR.confirmed_at.is_not(None))
        return bool(await self._session.scalar(select(confirmed)))

    async def find(self, user_id: UUID) -> SecondFactor | None:
        """The user's generator, confirmed or not, locked until the transaction ends."""
        found = await self._session.execute(
            select(_FACTOR.secret, _FACTOR.confirmed_at, _FACTOR.last_step)
            .where(_FACTOR.user_id == user_id)
            .with_for_update()
        )
        row = found.one_or_none()
        if row is None:
            return None
        return SecondFactor(user_id, self._decrypted(row.secret, user_id), row.confirmed_at, row.last_step)

    async def start(self, user_id: UUID, secret: str) -> bool:
        """Keep an unconfirmed generator in place of another unconfirmed one; False if one is confirmed, which stays."""
        encrypted = self._cipher.encrypt(secret.encode(), str(user_id))
        kept = await self._session.scalar(
            upsert(_FACTOR)
            .values(user_id=user_id, secret=encrypted)
            .on_conflict_do_update(
                index_elements=[_FACTOR.user_id],
                set_={"secret": encrypted, "last_step": None, "created_at": func.now()},
                where=_FACTOR.confirmed_at.is_(None),
            )
            .returning(_FACTOR.user_id)
        )
        return kept is not None

    async def confirm(self, user_id: UUID, step: int, recovery_hashes: Sequence[bytes]) -> None:
        """Turn the generator on; the recovery codes replace those there were."""
        await self._session.execute(
            update(_FACTOR).where(_FACTOR.user_id == user_id).values(confirmed_at=func.now(), last_step=step)
        )
        await self.replace_recovery_codes(user_id, recovery_hashes)

    async def note_step(self, user_id: UUID, step: int) -> bool:
        """Remember the time step of a code that was taken; False if that step or a later one was taken before."""
        noted = await self._session.scalar(
            update(_FACTOR)
            .where(_FACTOR.user_id == user_id, or_(_FACTOR.last_step.is_(None), _FACTOR.last_step < step))
            .values(last_step=step)
            .returning(_FACTOR.user_id)
        )
        return noted is not None

    async def take_recovery_code(self, user_id: UUID, code_hash: bytes) -> bool:
        """Remove a recovery code; whether there was one."""
        taken = await self._session.scalar(
            delete(_CODE).where(_CODE.user_id == user_id, _CODE.code_hash == code_hash).returning(_CODE.user_id)
        )
        return taken is not None

    async def replace_recovery_codes(self, user_id: UUID, recovery_hashes: Sequence[bytes]) -> None:
        """Keep these recovery codes instead of those there are."""
        await self._session.execute(delete(_CODE).where(_CODE.user_id == user_id))
        rows = [{"user_id": user_id, "code_hash": code_hash} for code_hash in recovery_hashes]
        await self._session.execute(insert(_CODE), rows)

    async def count_recovery_codes(self, user_id: UUID) -> int:
        """How many recovery codes are left."""
        return await self._session.scalar(select(func.count()).select_from(_CODE).where(_CODE.user_id == user_id)) or 0

    async def remove(self, user_id: UUID) -> bool:
        """Turn the second factor off and forget its codes; whether it was on."""
        await self._session.execute(delete(_CODE).where(_CODE.user_id == user_id))
        removed = await self._session.execute(
            delete(_FACTOR).where(_FACTOR.user_id == user_id).returning(_FACTOR.confirmed_at)
        )
        row = removed.one_or_none()
        return row is not None and row.confirmed_at is not None

    def _decrypted(self, encrypted: bytes, user_id: UUID) -> str | None:
        try:
            return self._cipher.decrypt(encrypted, str(user_id)).decode()
        except DecryptionError:
            logger.error("The second factor of user {} does not decrypt: was SECRET_KEY changed?", user_id)
            return None
