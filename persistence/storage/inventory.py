"""What the rows say that the object store holds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import bindparam, delete, func, select, text, update
from sqlalchemy.dialects.postgresql import ARRAY, TEXT

from domain.storage.files import FileStatus
from domain.storage.inventory import Miscount, NamedObject, Total
from persistence.models import Bucket, DerivedObject, File

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from uuid import UUID

    from sqlalchemy import Row
    from sqlalchemy.ext.asyncio import AsyncSession

# Both parts are read in the order of their unique indexes, as far as the page goes.
_PAGE: Final = """
SELECT * FROM (
    (
        SELECT file.object_key AS key, file.id AS file_id, bucket.name AS bucket, file.path, false AS derived,
            file.size, file.sha256, file.status, file.updated_at AS since, upload.expires_at
        FROM selfgraph.files AS file
        JOIN selfgraph.buckets AS bucket ON bucket.id = file.bucket_id
        LEFT JOIN selfgraph.uploads AS upload ON upload.file_id = file.id AND upload.completed_at IS NULL
        WHERE file.object_key {compared} ORDER BY file.object_key LIMIT :most
    ) UNION ALL (
        SELECT made.object_key, file.id, bucket.name, file.path, true,
            made.size, NULL, file.status, made.used_at, NULL
        FROM selfgraph.derived_objects AS made
        JOIN selfgraph.files AS file ON file.id = made.file_id
        JOIN selfgraph.buckets AS bucket ON bucket.id = file.bucket_id
        WHERE made.object_key {compared} ORDER BY made.object_key LIMIT :most
    )
) AS named ORDER BY key COLLATE "C" LIMIT :most
"""
_AFTER: Final = text(_PAGE.format(compared="> :key"))
_ONE: Final = text(_PAGE.format(compared="= :key"))
_TOTAL: Final = text("""
SELECT pg_catalog.count(*) AS objects, COALESCE(pg_catalog.sum(size), 0)::bigint AS bytes FROM (
    SELECT size FROM selfgraph.files WHERE status = 'ready'
    UNION ALL SELECT size FROM selfgraph.derived_objects
) AS named
""")
_DIGESTS: Final = text(
    "SELECT object_key, sha256 FROM selfgraph.files WHERE object_key = ANY (:keys) AND sha256 IS NOT NULL"
).bindparams(bindparam("keys", type_=ARRAY(TEXT)))
_MISCOUNTED: Final = text("""
SELECT bucket.id, bucket.name, bucket.used_bytes, COALESCE(files.bytes, 0)::bigint AS actual
FROM selfgraph.buckets AS bucket LEFT JOIN (
    SELECT bucket_id, pg_catalog.sum(size) AS bytes FROM selfgraph.files
    WHERE deleted_at IS NULL AND status <> 'deleting' GROUP BY bucket_id
) AS files ON files.bucket_id = bucket.id
WHERE bucket.used_bytes <> COALESCE(files.bytes, 0) ORDER BY bucket.name
""")


class PostgresInventory:
    """The port `Inventory` in the transaction of a session."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def page(self, after: str, most: int) -> list[NamedObject]:
        """Objects with keys behind `after`, in the order of their keys."""
        rows = await self._session.execute(_AFTER, {"key": after, "most": most})
        return [_named(row) for row in rows]

    async def find(self, key: str) -> NamedObject | None:
        """The object with the key."""
        row = (await self._session.execute(_ONE, {"key": key, "most": 1})).one_or_none()
        return _named(row) if row else None

    async def total(self) -> Total:
        """All objects together."""
        row = (await self._session.execute(_TOTAL)).one()
        return Total(row.objects, row.bytes)

    async def digests(self, keys: Collection[str]) -> Mapping[str, bytes]:
        """The SHA-256 of each of the keys for which it is known."""
        rows = await self._session.execute(_DIGESTS, {"keys": list(keys)})
        return {row.object_key: row.sha256 for row in rows}

    async def list_miscounted(self) -> list[Miscount]:
        """The buckets whose bytes are not counted rightly, as one moment shows them."""
        rows = await self._session.execute(_MISCOUNTED)
        return [Miscount(row.id, row.name, row.used_bytes, row.actual) for row in rows]

    async def recount(self, bucket_id: UUID) -> None:
        """Count the bytes of a bucket anew.

        Triggers count under the lock of the bucket: once it is ours, the next statement sees all that they counted.
        """
        await self._session.execute(select(Bucket.id).where(Bucket.id == bucket_id).with_for_update())
        counting = (File.deleted_at.is_(None)) & (File.status != FileStatus.DELETING)
        actual = select(func.coalesce(func.sum(File.size), 0)).where(File.bucket_id == bucket_id, counting)
        await self._execute(update(Bucket).where(Bucket.id == bucket_id).values(used_bytes=actual.scalar_subquery()))

    async def condemn(self, key: str, status: FileStatus) -> bool:
        """Make the file of the object `deleting` if it has that status yet."""
        statement = update(File).where(File.object_key == key, File.status == status)
        result = await self._execute(statement.values(status=FileStatus.DELETING, updated_at=func.now()))
        return bool(result.rowcount)

    async def drop_derived(self, key: str) -> None:
        """Forget that the object was made of a file."""
        await self._execute(delete(DerivedObject).where(DerivedObject.object_key == key))

    async def _execute(self, statement: Any) -> Any:  # noqa: ANN401 - a change; SQLAlchemy types none of its results
        # No object of a session's is to be kept in step with the rows.
        return await self._session.execute(statement, execution_options={"synchronize_session": False})


def _named(row: Row[Any]) -> NamedObject:
    return NamedObject(
        key=row.key,
        file_id=row.file_id,
        bucket=row.bucket,
        path=row.path,
        derived=row.derived,
        size=row.size,
        sha256=row.sha256,
        status=FileStatus(row.status),
        since=row.since,
        expires_at=row.expires_at,
    )
