"""What can be in the way of an account."""

from __future__ import annotations

from domain.errors import ConflictError


class EmailTakenError(ConflictError):
    """Another account has the address."""

    def __init__(self) -> None:
        super().__init__("This email address has an account already.")


class UsernameTakenError(ConflictError):
    """Another account has the username."""

    def __init__(self) -> None:
        super().__init__("This username is taken.")


class LastSuperadminError(ConflictError):
    """The act would leave no active superadmin."""

    def __init__(self) -> None:
        super().__init__("The last active superadmin cannot be removed, demoted or deactivated.")
