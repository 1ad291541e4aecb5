"""What the slice offers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from domain.access.changing_keys import CreateApiKey, ListApiKeys, RevokeApiKey, RotateApiKey
    from domain.access.changing_roles import CreateRole, DeleteRole, FindRole, ListRoles, UpdateRole


@dataclass(frozen=True, slots=True)
class AccessUseCases:
    """The use cases of roles and API keys."""

    list_roles: ListRoles
    find_role: FindRole
    create_role: CreateRole
    update_role: UpdateRole
    delete_role: DeleteRole
    list_api_keys: ListApiKeys
    create_api_key: CreateApiKey
    rotate_api_key: RotateApiKey
    revoke_api_key: RevokeApiKey
