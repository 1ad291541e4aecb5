"""Moving, copying, changing, deleting and restoring files."""

from __future__ import annotations

import json
from typing import Annotated, TypeAlias

import strawberry

from domain.errors import InvalidInputError
from domain.storage.changing import Target
from graph.accounts.types import read_id
from graph.permissions import anybody
from graph.scalars import Json
from graph.storage.types import BucketName, File
from graph.use_cases import Info

Id: TypeAlias = Annotated[strawberry.ID, strawberry.argument(description="The file.")]
NewPath: TypeAlias = Annotated[
    str, strawberry.argument(description="Where it is to be: names divided by /, at most 1024 bytes in UTF-8.")
]
NewBucket: TypeAlias = Annotated[
    str | None, strawberry.argument(description="The name of the bucket that it is to be in; null: its own.")
]
Overwrite: TypeAlias = Annotated[bool, strawberry.argument(description="Whether a file that is there gives way.")]
IfVersion: TypeAlias = Annotated[
    int | None, strawberry.argument(description="Only if this is its version; CONFLICT if it is not.")
]


@strawberry.type
class FileChangesMutation:
    """The slice's part of the mutation root that is about files that are there."""

    @strawberry.mutation(
        permission_classes=[anybody("storage:write")],
        description=(
            "Give a file another path, in its bucket or in another one that takes it; its bytes stay where they are."
            " A file that gives way is deleted."
            " NOT_FOUND; FORBIDDEN unless the caller may change it here and there, add it to another bucket, and delete"
            " what gives way; CONFLICT for a taken path and another version; VALIDATION, PAYLOAD_TOO_LARGE."
        ),
    )
    async def move_file(
        self,
        info: Info,
        id: Id,  # noqa: A002 - its name in GraphQL
        path: NewPath,
        bucket: NewBucket = None,
        *,
        overwrite: Overwrite = False,
        if_version: IfVersion = None,
    ) -> File:
        target = Target(path, bucket, overwrite)
        move = info.root_value.storage.move_file
        return File.of(await move(info.context.actor, read_id(id), target, if_version=if_version))

    @strawberry.mutation(
        permission_classes=[anybody("storage:write")],
        description=(
            "Make another file of the same bytes, which is the caller's; it takes the right to read the one and to add"
            " the other. What gives way keeps its id and gets another version. NOT_FOUND; FORBIDDEN; CONFLICT for a"
            " taken path and another version; VALIDATION, PAYLOAD_TOO_LARGE, RATE_LIMITED, STORAGE_FULL, UNAVAILABLE."
        ),
    )
    async def copy_file(
        self,
        info: Info,
        id: Id,  # noqa: A002 - its name in GraphQL
        path: NewPath,
        bucket: NewBucket = None,
        *,
        overwrite: Overwrite = False,
        if_version: IfVersion = None,
    ) -> File:
        target, context = Target(path, bucket, overwrite), info.context
        copy = info.root_value.storage.copy_file
        return File.of(await copy(context.actor, context.client, read_id(id), target, if_version=if_version))

    @strawberry.mutation(
        permission_classes=[anybody("storage:write")],
        description=(
            "Change what is said about a file; what is absent or null stays. NOT_FOUND; FORBIDDEN; CONFLICT for another"
            " version; VALIDATION for what is not written as it has to be and for a type that the bucket does not take."
        ),
    )
    async def update_file(
        self,
        info: Info,
        id: Id,  # noqa: A002 - its name in GraphQL
        metadata: Annotated[
            Json | None, strawberry.argument(description="All of them: a JSON object, at most 8192 bytes.")
        ] = None,
        content_type: Annotated[str | None, strawberry.argument(description="The MIME type of its bytes.")] = None,
        if_version: IfVersion = None,
    ) -> File:
        return File.of(
            await info.root_value.storage.update_file(
                info.context.actor,
                read_id(id),
                metadata=None if metadata is None else _read_json(metadata),
                content_type=content_type,
                if_version=if_version,
            )
        )

    @strawberry.mutation(
        permission_classes=[anybody("storage:write")],
        description=(
            "Delete a file; it can be restored while the installation keeps it. Its path is free at once, and it does"
            " not count for the quota. NOT_FOUND; FORBIDDEN; CONFLICT for another version."
        ),
    )
    async def delete_file(
        self,
        info: Info,
        id: Id,  # noqa: A002 - its name in GraphQL
        if_version: IfVersion = None,
    ) -> File:
        delete = info.root_value.storage.delete_files.one
        return File.of(await delete(info.context.actor, read_id(id), if_version=if_version))

    @strawberry.mutation(
        permission_classes=[anybody("storage:write")],
        description=(
            "Delete files, all of them or none. NOT_FOUND or FORBIDDEN if one of them is; VALIDATION for more than 100."
        ),
    )
    async def delete_files(
        self, info: Info, ids: Annotated[list[strawberry.ID], strawberry.argument(description="At most 100.")]
    ) -> list[File]:
        file_ids = [read_id(each, "ids") for each in ids]
        context = info.context
        deleted = await info.root_value.storage.delete_files.many(context.actor, context.client, file_ids)
        return [File.of(each) for each in deleted]

    @strawberry.mutation(
        permission_classes=[anybody("storage:write")],
        description=(
            "Delete the files of a folder and of all folders below it, all that the caller may list or none; answers"
            " how many. NOT_FOUND for a bucket that the caller has nothing to do with; FORBIDDEN if the caller may list"
            " one and not delete it; VALIDATION for an empty path: `emptyBucket` deletes everything."
        ),
    )
    async def delete_folder(
        self,
        info: Info,
        bucket: BucketName,
        path: Annotated[str, strawberry.argument(description="The folder.")],
    ) -> int:
        context = info.context
        return await info.root_value.storage.delete_folder(context.actor, context.client, bucket, path)

    @strawberry.mutation(
        permission_classes=[anybody("storage:write")],
        description=(
            "Bring a deleted file back, for whoever may delete it. NOT_FOUND also when its time is over; FORBIDDEN;"
            " CONFLICT if its path is taken; PAYLOAD_TOO_LARGE if the bucket's quota leaves no room for it."
        ),
    )
    async def restore_file(
        self,
        info: Info,
        id: Id,  # noqa: A002 - its name in GraphQL
        path: Annotated[str | None, strawberry.argument(description="Where it is to be; null: where it was.")] = None,
    ) -> File:
        return File.of(await info.root_value.storage.restore_file(info.context.actor, read_id(id), path))


def _read_json(text: object) -> object:
    try:
        return json.loads(str(text))
    except (ValueError, RecursionError):
        raise InvalidInputError("This is no JSON that can be kept.", ("metadata",)) from None
