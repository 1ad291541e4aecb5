"""What the slice offers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from domain.administration.changing import SetUserActive, SetUserRoles, UpdateUser
    from domain.administration.creating import CreateUser
    from domain.administration.deleting import DeleteUsers
    from domain.administration.directory import CountUsers, FindUser, ListUsers
    from domain.administration.first_superadmin import SetUp
    from domain.administration.impersonating import Impersonate
    from domain.administration.trail import CountEvents, ListEvents


@dataclass(frozen=True, slots=True)
class AdministrationUseCases:
    """The use cases of administration."""

    list_users: ListUsers
    count_users: CountUsers
    find_user: FindUser
    create_user: CreateUser
    update_user: UpdateUser
    set_user_active: SetUserActive
    set_user_roles: SetUserRoles
    delete_users: DeleteUsers
    impersonate: Impersonate
    set_up: SetUp
    list_events: ListEvents
    count_events: CountEvents
