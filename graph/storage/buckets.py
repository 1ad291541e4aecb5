"""Finding, making, changing and deleting buckets."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Annotated, TypeAlias

import strawberry

from domain.errors import InvalidInputError
from domain.storage.changing_buckets import NewBucket
from graph.accounts.types import read_id
from graph.paging import After, Before, First, Last
from graph.permissions import administrators, anybody
from graph.scalars import BigInt
from graph.storage.bucket_types import Bucket, BucketConnection
from graph.use_cases import Info

if TYPE_CHECKING:
    from collections.abc import Iterator
    from uuid import UUID

BucketId: TypeAlias = Annotated[
    strawberry.ID | None, strawberry.argument(description="The bucket by its id; or the name.")
]
BucketWithName: TypeAlias = Annotated[str | None, strawberry.argument(description="The bucket by its name; or the id.")]
_UNSET = strawberry.UNSET
_NAME = "3 to 63 lower-case letters, digits, hyphens and single dots, as S3 has them."
_SIZE = "The most bytes of a file, at most 5 TiB; null: that."
_TYPES = "MIME types that it takes, such as image/png or image/*, at most 100; null: any."
_QUOTA = "The most bytes of all its files together; null: unlimited."
_OWNER = "The user who may do everything with it; null: administrators only."
_PUBLIC = "Whether anybody may read its files by their addresses."


@strawberry.input(description="What a bucket is to be.")
class CreateBucketInput:
    """What a bucket is to be."""

    name: str = strawberry.field(description=_NAME)
    description: str | None = strawberry.field(default=None, description="What it is for, at most 500 characters.")
    public: bool = strawberry.field(default=False, description=_PUBLIC)
    owner_id: strawberry.ID | None = strawberry.field(default=None, description=_OWNER)
    max_file_size: BigInt | None = strawberry.field(default=None, description=_SIZE)
    allowed_types: list[str] | None = strawberry.field(default=None, description=_TYPES)
    quota: BigInt | None = strawberry.field(default=None, description=_QUOTA)


@strawberry.input(description="What becomes different about a bucket; what is absent stays.")
class UpdateBucketInput:
    """What becomes different about a bucket; what is absent stays."""

    name: str | None = strawberry.field(default=_UNSET, description=f"{_NAME} Addresses of its files change with it.")
    description: str | None = strawberry.field(default=_UNSET, description="What it is for, at most 500 characters.")
    public: bool | None = strawberry.field(default=_UNSET, description=f"{_PUBLIC} It acts at once.")
    owner_id: strawberry.ID | None = strawberry.field(default=_UNSET, description=f"{_OWNER} Admins change it.")
    max_file_size: BigInt | None = strawberry.field(default=_UNSET, description=_SIZE)
    allowed_types: list[str] | None = strawberry.field(default=_UNSET, description=_TYPES)
    quota: BigInt | None = strawberry.field(default=_UNSET, description=f"{_QUOTA} Admins change it.")


@strawberry.type
class BucketsQuery:
    """The slice's part of the query root."""

    @strawberry.field(
        permission_classes=[anybody("storage:read")],
        description=(
            "A page of the buckets by name: an admin's are all; others have their own, public ones, and those that a "
            "rule of their role is about."
        ),
    )
    async def buckets(
        self, info: Info, first: First = None, after: After = None, last: Last = None, before: Before = None
    ) -> BucketConnection:
        list_buckets = info.root_value.storage.list_buckets
        page = await list_buckets(info.context.actor, first=first, after=after, last=last, before=before)
        return BucketConnection.of(info, page)

    @strawberry.field(
        permission_classes=[anybody("storage:read")],
        description="One bucket by its id or its name, or null. VALIDATION unless exactly one of them is given.",
    )
    async def bucket(
        self,
        info: Info,
        id: BucketId = None,  # noqa: A002 - its name in GraphQL
        name: BucketWithName = None,
    ) -> Bucket | None:
        found = await info.root_value.storage.find_bucket(info.context.actor, read_bucket(id, name))
        return Bucket.of(info, found) if found else None


@strawberry.type
class BucketsMutation:
    """The slice's part of the mutation root."""

    @strawberry.mutation(
        permission_classes=[administrators("storage:write")],
        description="Make a bucket. CONFLICT for a name that is taken; VALIDATION for a value that does not fit.",
    )
    async def create_bucket(
        self,
        info: Info,
        input: Annotated[CreateBucketInput, strawberry.argument(description="What it is to be.")],  # noqa: A002 - its name in GraphQL
    ) -> Bucket:
        context, create = info.context, info.root_value.storage.create_bucket
        return Bucket.of(info, await create(context.actor, context.client, NewBucket(**dict(_given(input)))))  # type: ignore[arg-type]  # fields

    @strawberry.mutation(
        permission_classes=[anybody("storage:write")],
        description=(
            "Change what is given of a bucket, at once; for admins and its owner. NOT_FOUND; FORBIDDEN; VALIDATION "
            "unless it is named by exactly one of id and name; CONFLICT for a name that is taken; PAYLOAD_TOO_LARGE "
            "for a quota that is used up already."
        ),
    )
    async def update_bucket(
        self,
        info: Info,
        *,
        id: BucketId = None,  # noqa: A002 - its name in GraphQL
        name: BucketWithName = None,
        input: Annotated[UpdateBucketInput, strawberry.argument(description="What becomes different.")],  # noqa: A002 - same
    ) -> Bucket:
        context, update = info.context, info.root_value.storage.update_bucket
        return Bucket.of(info, await update(context.actor, context.client, read_bucket(id, name), dict(_given(input))))

    @strawberry.mutation(
        permission_classes=[anybody("storage:write")],
        description=(
            "Delete a bucket; gives what it was. For admins and its owner. Deleted files of it cannot be restored any "
            "more. NOT_FOUND; FORBIDDEN; VALIDATION as for updateBucket; CONFLICT for one that is not empty, with the "
            "number of `files`."
        ),
    )
    async def delete_bucket(
        self,
        info: Info,
        *,
        id: BucketId = None,  # noqa: A002 - its name in GraphQL
        name: BucketWithName = None,
        force: Annotated[bool, strawberry.argument(description="Whether its files are deleted with it.")] = False,
    ) -> Bucket:
        context, delete = info.context, info.root_value.storage.delete_bucket
        return Bucket.of(info, await delete(context.actor, context.client, read_bucket(id, name), force=force))

    @strawberry.mutation(
        permission_classes=[anybody("storage:write")],
        description=(
            "Delete every file of a bucket; gives how many there are. A thousand are deleted when it answers, a job "
            "deletes the others in the moments after; what is added or changed meanwhile stays. They can be restored "
            "as any deleted file, and uploads that are under way go on. For admins and its owner. NOT_FOUND; "
            "FORBIDDEN; VALIDATION as for updateBucket."
        ),
    )
    async def empty_bucket(
        self,
        info: Info,
        id: BucketId = None,  # noqa: A002 - its name in GraphQL
        name: BucketWithName = None,
    ) -> BigInt:
        context, empty = info.context, info.root_value.storage.empty_bucket
        return BigInt(await empty(context.actor, context.client, read_bucket(id, name)))


def read_bucket(id_: strawberry.ID | None, name: str | None) -> UUID | str:
    """The id or the name of a bucket.

    Raises:
        InvalidInputError: not exactly one of them is given, or the id is none.
    """
    match id_, name:
        case str(), None:
            return read_id(id_)
        case None, str():
            return name
        case _:
            raise InvalidInputError("Give id or name.", ("id",))


def _given(value: CreateBucketInput | UpdateBucketInput) -> Iterator[tuple[str, object]]:
    """The fields that the client has given, as the domain has them."""
    for field in fields(value):
        given = getattr(value, field.name)
        if given is not _UNSET:
            yield field.name, _read(field.name, given)


def _read(name: str, given: object) -> object:
    match name, given:
        case _, None:
            if name in {"name", "public"}:
                raise InvalidInputError("This is not null.", (name,))
            return None
        case "owner_id", str():
            return read_id(given, "ownerId")
        case "max_file_size" | "quota", str() | int():
            return int(given)
        case "allowed_types", list():
            return tuple(given)  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType] - of texts
        case _:
            return given
