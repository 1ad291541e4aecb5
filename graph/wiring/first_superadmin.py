"""The first superadmin: what the start and the command line do about it."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from domain.accounts.passwords import PasswordPolicy
from domain.administration.first_superadmin import CreateSuperadmin, EnsureSuperadmin, OfferSetUp
from domain.errors import InvalidInputError
from graph.settings import shown
from graph.startup import StartupError
from graph.wiring.administration import open_administration
from graph.wiring.credentials import password_hasher
from persistence.credentials.common_passwords import BundledCommonPasswords
from persistence.transactions import Transactions

if TYPE_CHECKING:
    from collections.abc import Generator

    from graph.settings import Settings
    from persistence.administration.work import PostgresAdministration
    from persistence.database import Database


@contextmanager
def superadmin_creation(settings: Settings, database: Database) -> Generator[CreateSuperadmin]:
    """The use case, with threads for hashing that end with the block. The settings have their keys."""
    passwords = password_hasher(settings)
    try:
        policy = PasswordPolicy(BundledCommonPasswords(), settings.app_name)
        yield CreateSuperadmin(_open(settings, database), passwords, policy)
    finally:
        passwords.close()


async def keep_superadmin(settings: Settings, database: Database) -> None:
    """Make the superadmin of the settings unless an account has the address.

    Raises:
        StartupError: the address or the password is refused.
        SelfgraphError: the database cannot do it now.
    """
    if settings.superadmin_email is None or settings.superadmin_password is None:
        return
    password = settings.superadmin_password.get_secret_value()
    with superadmin_creation(settings, database) as create:
        try:
            await EnsureSuperadmin(_open(settings, database), create)(settings.superadmin_email, password)
        except InvalidInputError as error:
            raise StartupError(f"SUPERADMIN_EMAIL and SUPERADMIN_PASSWORD: {error.message}") from error


async def offer_set_up(settings: Settings, database: Database) -> str | None:
    """The token of the link by which the first superadmin sets the server up; None once there is one."""
    return await OfferSetUp(_open(settings, database))()


def _open(settings: Settings, database: Database) -> PostgresAdministration:
    secret = shown(settings.secret_key) or ""
    return open_administration(Transactions(database), secret)
