"""What can be in the way of changing roles and keys."""

from __future__ import annotations

from dataclasses import dataclass

from domain.errors import ConflictError


@dataclass(frozen=True, slots=True)
class RoleUses:
    """How many users, API keys and other roles have a role, and how many permissions and rules on files it has."""

    users: int
    keys: int
    roles: int
    permissions: int = 0
    file_rules: int = 0

    def __bool__(self) -> bool:
        return bool(self.users or self.keys or self.roles or self.permissions or self.file_rules)


class RoleInUseError(ConflictError):
    """The role cannot be deleted while somebody or something has it."""

    def __init__(self, name: str, uses: RoleUses) -> None:
        super().__init__(
            f"The role {name} is in use: users {uses.users}, API keys {uses.keys}, roles {uses.roles}, "
            f"permissions {uses.permissions}, rules on files {uses.file_rules}."
        )
        self.uses = uses

    def extensions(self) -> dict[str, object]:
        """How many of each use it."""
        return {
            "users": self.uses.users,
            "keys": self.uses.keys,
            "roles": self.uses.roles,
            "permissions": self.uses.permissions,
            "fileRules": self.uses.file_rules,
        }


class RoleTakenError(ConflictError):
    """Another role has the name."""

    def __init__(self) -> None:
        super().__init__("A role with this name exists already.")


class BuiltInRoleError(ConflictError):
    """A role that comes with the server is not changed."""

    def __init__(self, name: str) -> None:
        super().__init__(f"The role {name} is built in: it cannot be changed or deleted.")


class KeyNameTakenError(ConflictError):
    """Another API key, perhaps a revoked one, has the name."""

    def __init__(self) -> None:
        super().__init__("An API key with this name exists already, or has been revoked; take another name.")


class BuiltInKeyError(ConflictError):
    """A key that comes from the settings is changed there."""

    def __init__(self, setting: str) -> None:
        super().__init__(f"This key comes from the setting {setting}: change it there and restart.")
