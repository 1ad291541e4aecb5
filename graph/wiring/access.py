"""Roles and API keys."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.access.changing_keys import CreateApiKey, ListApiKeys, RevokeApiKey, RotateApiKey
from domain.access.changing_roles import CreateRole, DeleteRole, FindRole, ListRoles, UpdateRole
from domain.access.use_cases import AccessUseCases
from graph.access.scopes import scopes_of
from graph.mutations import Mutation
from graph.queries import Query
from graph.subscriptions import Subscription
from persistence.access.work import PostgresAccess

if TYPE_CHECKING:
    from graph.wiring.services import Services


def access_use_cases(services: Services) -> AccessUseCases:
    """The use cases of the slice `access`."""
    open_access = PostgresAccess(services.transactions)
    scopes = scopes_of((Query, Mutation, Subscription))
    return AccessUseCases(
        list_roles=ListRoles(open_access),
        find_role=FindRole(open_access),
        create_role=CreateRole(open_access),
        update_role=UpdateRole(open_access),
        delete_role=DeleteRole(open_access),
        list_api_keys=ListApiKeys(open_access),
        create_api_key=CreateApiKey(open_access, services.limiter, scopes),
        rotate_api_key=RotateApiKey(open_access, services.limiter),
        revoke_api_key=RevokeApiKey(open_access),
    )
