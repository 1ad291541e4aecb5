"""Who may use a root field; every root field names one of these, and what of its slice it reads or writes."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, ClassVar, NoReturn

from strawberry.permission import BasePermission

from domain.errors import ForbiddenError, UnauthenticatedError

if TYPE_CHECKING:
    from collections.abc import Callable

    import strawberry

    from domain.actor import Actor
    from graph.context import Context


class Permission(BasePermission):
    """What the root fields' permissions have in common.

    Attributes:
        scope: what a restricted API key has to hold, such as `users:read`.
    """

    scope: ClassVar[str] = ""

    def has_permission(self, source: Any, info: strawberry.Info[Context], **kwargs: Any) -> bool:  # noqa: ANN401, ARG002 - Strawberry's signature
        """Let the caller through or refuse.

        Raises:
            UnauthenticatedError: nobody is signed in.
            ForbiddenError: the caller is known and may not.
        """
        actor = info.context.actor
        if not self.admits(actor):
            if actor.is_anonymous:
                raise UnauthenticatedError("Sign in to do this.")
            raise ForbiddenError(self.refusal)
        if not actor.may(self.scope):
            raise ForbiddenError(f"The API key lacks the scope {self.scope}.")
        return True

    def on_unauthorized(self) -> NoReturn:
        """Never called: `has_permission` raises."""
        raise ForbiddenError(self.refusal)

    refusal: ClassVar[str] = "You may not do this."

    def admits(self, actor: Actor) -> bool:
        """Whether this kind of caller may use the field at all."""
        raise NotImplementedError


class _Anybody(Permission):
    def admits(self, actor: Actor) -> bool:  # noqa: ARG002 - anybody is
        return True


class _SignedIn(Permission):
    refusal = "Only a signed-in user may do this."

    def admits(self, actor: Actor) -> bool:
        return actor.user_id is not None


class _Administrators(Permission):
    refusal = "Only an admin may do this."

    def admits(self, actor: Actor) -> bool:
        return actor.is_administrator


class _Superadmins(Permission):
    refusal = "Only the superadmin may do this."

    def admits(self, actor: Actor) -> bool:
        return actor.is_superadmin


def _scoped(base: type[Permission]) -> Callable[[str], type[Permission]]:
    @cache
    def scoped(scope: str) -> type[Permission]:
        return type(base.__name__, (base,), {"scope": scope, "__doc__": base.__doc__})

    return scoped


anybody = _scoped(_Anybody)
"""Anybody, signed in or not."""
signed_in = _scoped(_SignedIn)
"""Whoever acts as a user: by an access token, or by a service key that names one."""
administrators = _scoped(_Administrators)
"""Callers in the role admin or superadmin."""
superadmins = _scoped(_Superadmins)
"""Callers in the role superadmin."""
