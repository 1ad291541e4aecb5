"""Reading, making, rotating and revoking API keys."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import strawberry

from domain.access.changing_keys import NewKey
from graph.access.types import ApiKey, ApiKeyWithSecret
from graph.accounts.types import read_id
from graph.permissions import administrators
from graph.use_cases import Info

IdArgument = Annotated[strawberry.ID, strawberry.argument(description="The key.")]
RevokedArgument = Annotated[bool, strawberry.argument(description="List those that are revoked instead.")]


@strawberry.input(description="What an API key is to be.")
class CreateApiKeyInput:
    """What an API key is to be."""

    name: str = strawberry.field(description="What people call it: 1 to 100 characters that no other key has or had.")
    role: str = strawberry.field(description="The role that it acts in, at most the caller's own rung.")
    scopes: list[str] | None = strawberry.field(
        default=None,
        description="What it is restricted to, such as `users:read` or `tables:read`; null: everything its role may.",
    )
    expires_at: datetime | None = strawberry.field(
        default=None, description="When it stops being good, with an offset (ISO 8601); null: never."
    )


CreateArgument = Annotated[CreateApiKeyInput, strawberry.argument(description="What it is to be.")]


@strawberry.type
class ApiKeysQuery:
    """The slice's part of the query root."""

    @strawberry.field(
        permission_classes=[administrators("keys:read")],
        description="The API keys that are not revoked, those of the settings too, the newest first; at most 500.",
    )
    async def api_keys(self, info: Info, *, revoked: RevokedArgument = False) -> list[ApiKey]:
        return [ApiKey.of(key) for key in await info.root_value.access.list_api_keys(revoked=revoked)]


@strawberry.type
class ApiKeysMutation:
    """The slice's part of the mutation root."""

    @strawberry.mutation(
        permission_classes=[administrators("keys:write")],
        description=(
            "Make an API key; its secret is told this once. FORBIDDEN for a role above the caller's own, or scopes "
            "that the caller's own key lacks; VALIDATION for a role or scope that does not exist; CONFLICT for a "
            "taken name; RATE_LIMITED."
        ),
    )
    async def create_api_key(self, info: Info, input: CreateArgument) -> ApiKeyWithSecret:  # noqa: A002 - its name in GraphQL
        scopes = None if input.scopes is None else tuple(input.scopes)
        new = NewKey(input.name, input.role, scopes, input.expires_at)
        context = info.context
        return ApiKeyWithSecret.of(await info.root_value.access.create_api_key(context.actor, context.client, new))

    @strawberry.mutation(
        permission_classes=[administrators("keys:write")],
        description=(
            "Give a key another secret, told this once; the one it had is useless at once. NOT_FOUND; FORBIDDEN for a "
            "key that may do more than the caller; CONFLICT for a revoked key and those of the settings; RATE_LIMITED."
        ),
    )
    async def rotate_api_key(self, info: Info, id: IdArgument) -> ApiKeyWithSecret:  # noqa: A002 - its name in GraphQL
        context = info.context
        return ApiKeyWithSecret.of(
            await info.root_value.access.rotate_api_key(context.actor, context.client, read_id(id))
        )

    @strawberry.mutation(
        permission_classes=[administrators("keys:write")],
        description=(
            "Make a key useless at once and for good. NOT_FOUND; FORBIDDEN for a key that may do more than the caller; "
            "CONFLICT for the keys of the settings."
        ),
    )
    async def revoke_api_key(self, info: Info, id: IdArgument) -> ApiKey:  # noqa: A002 - its name in GraphQL
        context = info.context
        return ApiKey.of(await info.root_value.access.revoke_api_key(context.actor, context.client, read_id(id)))
