"""Automatic persisted queries, as Apollo's clients and urql speak them: a hash first, the text when asked."""

from __future__ import annotations

from hashlib import sha256
from hmac import compare_digest
from typing import Any, cast

from domain.bounded import BoundedCache
from graph.transport.rejections import BadRequestError, PersistedQueryNotFoundError


class PersistedQueries:
    """The texts that clients have sent along with their hash, the least used forgotten first."""

    def __init__(self, *, max_entries: int = 1000, max_characters: int = 4_000_000) -> None:
        self._texts: BoundedCache[str, str] = BoundedCache(max_entries=max_entries, max_weight=max_characters)

    def resolve(self, extension: object, query: object) -> object:
        """The query to run: the one sent, after its hash is checked and kept, or the one kept under the hash.

        Raises:
            BadRequestError: if the extension is malformed or the hash is not that of the query.
            PersistedQueryNotFoundError: if no query is sent and none is kept.
        """
        digest = _digest(extension)
        if query is None or query == "":
            kept = self._texts.find(digest)
            if kept is None:
                raise PersistedQueryNotFoundError
            return kept
        if isinstance(query, str):
            if not compare_digest(sha256(query.encode()).hexdigest(), digest):
                raise BadRequestError("`persistedQuery.sha256Hash` is not the hash of the query.")
            self._texts.add(digest, query, weight=len(query))
        return query


def _digest(extension: object) -> str:
    members = cast("dict[str, Any]", extension) if isinstance(extension, dict) else {}
    digest = members.get("sha256Hash")
    if members.get("version") != 1 or not isinstance(digest, str) or not digest.isascii():
        raise BadRequestError("`extensions.persistedQuery` has to be {version: 1, sha256Hash: <hex>}.")
    return digest.lower()
