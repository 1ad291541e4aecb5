"""Users as admins see them, and the first superadmin."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.administration.changing import SetUserActive, SetUserRoles, UpdateUser
from domain.administration.creating import CreateUser
from domain.administration.deleting import DeleteUsers
from domain.administration.directory import CountUsers, FindUser, ListUsers
from domain.administration.first_superadmin import SetUp
from domain.administration.impersonating import Impersonate
from domain.administration.trail import CountEvents, ListEvents
from domain.administration.use_cases import AdministrationUseCases
from persistence.accounts.second_factors import SECOND_FACTOR_PURPOSE
from persistence.administration.directory import PostgresUserDirectory
from persistence.administration.trail import PostgresKeptTrail
from persistence.administration.work import PostgresAdministration
from persistence.credentials.encryption import Cipher
from persistence.mail_queue import MAIL_PURPOSE

if TYPE_CHECKING:
    from graph.wiring.services import Services
    from persistence.transactions import Transactions


def administration_use_cases(services: Services) -> AdministrationUseCases:
    """The use cases of the slice `administration`."""
    open_work = open_administration(services.transactions, services.secret)
    directory = PostgresUserDirectory(services.transactions)
    trail = PostgresKeptTrail(services.transactions)
    return AdministrationUseCases(
        list_users=ListUsers(directory),
        count_users=CountUsers(directory),
        find_user=FindUser(directory),
        create_user=CreateUser(open_work, services.passwords, services.policy),
        update_user=UpdateUser(open_work),
        set_user_active=SetUserActive(open_work),
        set_user_roles=SetUserRoles(open_work),
        delete_users=DeleteUsers(open_work),
        impersonate=Impersonate(open_work, services.open_session),
        set_up=SetUp(
            open_work=open_work,
            passwords=services.passwords,
            policy=services.policy,
            limiter=services.limiter,
            open_session=services.open_session,
        ),
        list_events=ListEvents(trail),
        count_events=CountEvents(trail),
    )


def open_administration(transactions: Transactions, secret: str) -> PostgresAdministration:
    """Begins the transactions of the slice; `secret` is SECRET_KEY."""
    return PostgresAdministration(transactions, Cipher(secret, MAIL_PURPOSE), Cipher(secret, SECOND_FACTOR_PURPOSE))
