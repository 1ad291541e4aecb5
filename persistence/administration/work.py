"""One transaction on accounts, for admins."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from persistence.accounts.work import PostgresAccountsWork
from persistence.administration.users import PostgresAdministeredUsers

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from sqlalchemy.ext.asyncio import AsyncSession

    from persistence.credentials.encryption import Cipher
    from persistence.transactions import Transactions


class PostgresAdministration:
    """The port `OpenAdministration` on PostgreSQL; the arguments are those of `PostgresAccounts`."""

    def __init__(self, transactions: Transactions, mail_cipher: Cipher, second_factor_cipher: Cipher) -> None:
        self._transactions = transactions
        self._mail_cipher = mail_cipher
        self._second_factor_cipher = second_factor_cipher

    @asynccontextmanager
    async def __call__(self, *, revoking: bool = False) -> AsyncGenerator[PostgresAdministrationWork]:
        """Begin a transaction; the block's end commits it, an exception rolls it back."""
        async with self._transactions.begin(revoking=revoking) as session:
            yield PostgresAdministrationWork(session, self._mail_cipher, self._second_factor_cipher)


class PostgresAdministrationWork(PostgresAccountsWork):
    """The port `AdministrationWork` in the transaction of a session."""

    def __init__(self, session: AsyncSession, mail_cipher: Cipher, second_factor_cipher: Cipher) -> None:
        super().__init__(session, mail_cipher, second_factor_cipher)
        self.administered = PostgresAdministeredUsers(session)
