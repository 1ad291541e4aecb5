"""Who may use a root field; every root field names one of these."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NoReturn

from strawberry.permission import BasePermission

from domain.errors import ForbiddenError

if TYPE_CHECKING:
    import strawberry

    from graph.context import Context


class IsSuperadmin(BasePermission):
    """Only the superadmin."""

    def has_permission(self, source: Any, info: strawberry.Info[Context], **kwargs: Any) -> bool:  # noqa: ANN401, ARG002 - Strawberry's signature
        """Whether the caller is the superadmin."""
        return info.context.actor.is_superadmin

    def on_unauthorized(self) -> NoReturn:
        """Refuse with FORBIDDEN."""
        raise ForbiddenError("Only the superadmin may do this.")
