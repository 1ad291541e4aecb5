"""One transaction on accounts."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from persistence.accounts.identities import PostgresIdentities
from persistence.accounts.one_time_tokens import PostgresOneTimeTokens
from persistence.accounts.second_factors import PostgresSecondFactors
from persistence.accounts.sessions import PostgresSessions
from persistence.accounts.users import PostgresUsers
from persistence.audit import PostgresAuditTrail
from persistence.mail_queue import PostgresMailQueue

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from sqlalchemy.ext.asyncio import AsyncSession

    from persistence.credentials.encryption import Cipher
    from persistence.transactions import Transactions


class PostgresAccounts:
    """The port `OpenAccounts` on PostgreSQL.

    Args:
        transactions: begins them.
        mail_cipher: seals mails, purpose `mail_queue.MAIL_PURPOSE`.
        second_factor_cipher: encrypts the secrets of second factors.
    """

    def __init__(self, transactions: Transactions, mail_cipher: Cipher, second_factor_cipher: Cipher) -> None:
        self._transactions = transactions
        self._mail_cipher = mail_cipher
        self._second_factor_cipher = second_factor_cipher

    @asynccontextmanager
    async def __call__(self, *, revoking: bool = False) -> AsyncGenerator[PostgresAccountsWork]:
        """Begin a transaction; the block's end commits it, an exception rolls it back."""
        async with self._transactions.begin(revoking=revoking) as session:
            yield PostgresAccountsWork(session, self._mail_cipher, self._second_factor_cipher)


class PostgresAccountsWork:
    """The port `AccountsWork` in the transaction of a session."""

    def __init__(self, session: AsyncSession, mail_cipher: Cipher, second_factor_cipher: Cipher) -> None:
        self._session = session
        self.users = PostgresUsers(session)
        self.sessions = PostgresSessions(session)
        self.one_time_tokens = PostgresOneTimeTokens(session)
        self.second_factors = PostgresSecondFactors(session, second_factor_cipher)
        self.identities = PostgresIdentities(session)
        self.mail = PostgresMailQueue(session, mail_cipher)
        self.audit = PostgresAuditTrail(session)

    @asynccontextmanager
    async def part(self, *, keep: bool) -> AsyncGenerator[None]:
        """A part of the transaction, whose writes are kept or dropped at its end, at the same cost."""
        async with self._session.begin_nested() as savepoint:
            yield
            if not keep:
                await savepoint.rollback()
