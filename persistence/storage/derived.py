"""Keeps which images were made of which files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from domain.storage.showing_images import MOST_KEPT, DerivedImage

if TYPE_CHECKING:
    from uuid import UUID

    from persistence.database import Database

# Its use is noted to the hour: a write at each look would be more work than the look.
_FIND: Final = """
WITH found AS (
    SELECT file_id, version, transform, object_key, size, content_type, etag, used_at FROM selfgraph.derived_objects
    WHERE file_id = $1 AND version = $2 AND transform = $3
), noted AS (
    UPDATE selfgraph.derived_objects AS derived SET used_at = now() FROM found
    WHERE derived.file_id = found.file_id AND derived.version = found.version AND derived.transform = found.transform
      AND found.used_at < now() - interval '1 hour'
)
SELECT object_key, size, content_type, etag FROM found
"""
# There are thousands of ways to ask for an image of one file. Those of it that were not asked for the longest, beyond
# the most that are kept, are noted so that the next sweep takes them; one that is asked for until then stays.
_ADD: Final = """
WITH surplus AS (
    SELECT transform FROM selfgraph.derived_objects
    WHERE file_id = $1 AND version = $2 ORDER BY used_at DESC, transform OFFSET $8 - 1
    FOR UPDATE SKIP LOCKED
), noted AS (
    UPDATE selfgraph.derived_objects AS derived SET used_at = '-infinity' FROM surplus
    WHERE derived.file_id = $1 AND derived.version = $2 AND derived.transform = surplus.transform
      AND derived.used_at > '-infinity'
)
INSERT INTO selfgraph.derived_objects (file_id, version, transform, object_key, size, content_type, etag)
SELECT id, version, $3, $4, $5, $6, $7 FROM selfgraph.files
WHERE id = $1 AND version = $2 AND status = 'ready' AND deleted_at IS NULL
FOR KEY SHARE
ON CONFLICT DO NOTHING RETURNING true
"""


class PostgresDerivedImages:
    """The port `DerivedImages`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def find(self, file_id: UUID, version: int, transform: str) -> DerivedImage | None:
        """As the port."""
        row = await self._database.fetch_row(_FIND, (file_id, version, transform))
        return None if row is None else DerivedImage(*row)

    async def add(self, file_id: UUID, version: int, transform: str, image: DerivedImage) -> bool:
        """As the port."""
        values = (image.object_key, image.size, image.content_type, image.etag)
        given = (file_id, version, transform, *values, MOST_KEPT)
        return bool(await self._database.fetch_value(_ADD, given))
