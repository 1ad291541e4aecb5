"""Who asks for a file: the credentials of `/graphql`, in the same headers."""

from __future__ import annotations

import inspect
from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.errors import ForbiddenError
from domain.limits import OPERATIONS, caller_subject
from graph.context import Context
from graph.transport.headers import headers_of, request_id_of

if TYPE_CHECKING:
    from starlette.types import Scope

    from domain.limits import RateLimiter
    from graph.authentication import Authenticate
    from graph.transport.clients import Clients


@dataclass(frozen=True, slots=True)
class Callers:
    """Names the callers of requests and counts what they ask for, as operations are counted."""

    authenticate: Authenticate
    clients: Clients
    limiter: RateLimiter

    def address_of(self, scope: Scope) -> str:
        """Where a request comes from."""
        return self.clients.of(scope, headers_of(scope)).address

    async def of(self, scope: Scope, scope_needed: str) -> Context:
        """The caller of a request.

        Args:
            scope: of the request.
            scope_needed: what a restricted API key has to hold, such as `storage:write`.

        Raises:
            UnauthenticatedError: the credentials are not good.
            ForbiddenError: the key lacks the scope, or the caller the role that it asks for.
            RateLimitedError: there were too many requests.
        """
        headers = headers_of(scope)
        client = self.clients.of(scope, headers)
        actor = self.authenticate(headers)
        context = Context(await actor if inspect.isawaitable(actor) else actor, request_id_of(scope), client)
        if subject := caller_subject(context.actor, client):
            await self.limiter.hit(OPERATIONS, subject)
        if not context.actor.may(scope_needed):
            raise ForbiddenError(f"The API key lacks the scope {scope_needed}.")
        return context
