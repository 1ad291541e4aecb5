"""Makes the payloads of @defer and @stream readable for clients of the older form too.

graphql-core names an increment by the id of what was announced as pending; Apollo's newer handler follows that.
Apollo's `deferSpec=20220824`, Relay and urql look for a path in the increment itself, for the items of a stream one
that ends with the index of the first. Each form skips what it does not know, so both go out in one.
"""

from __future__ import annotations

from typing import Any, TypeAlias, cast

Payload: TypeAlias = dict[str, Any]
Path: TypeAlias = tuple[str | int, ...]


class IncrementPaths:
    """Follows the payloads of one operation."""

    def __init__(self) -> None:
        self._pending: dict[str, Payload] = {}
        self._next_index: dict[str, int] = {}

    def complete(self, payload: Payload) -> Payload:
        """The payload with `path` and `label` in each of its increments."""
        announced: list[Payload] = payload.get("pending", [])
        self._pending |= {entry["id"]: entry for entry in announced}
        sources: dict[Path, list[object]] = {(): [payload.get("data")]}
        increments = [self._increment(increment, sources) for increment in payload.get("incremental", ())]
        for entry in announced:
            self._next_index.setdefault(entry["id"], _length(tuple(entry["path"]), sources))
        for entry in payload.get("completed", ()):
            self._pending.pop(entry["id"], None)
            self._next_index.pop(entry["id"], None)
        return {**payload, "incremental": increments} if increments else payload

    def _increment(self, increment: Payload, sources: dict[Path, list[object]]) -> Payload:
        name = increment["id"]
        pending = self._pending[name]
        path: Path = (*pending["path"], *increment.get("subPath", ()))
        if "items" in increment:
            if name not in self._next_index:
                self._next_index[name] = _length(path, sources)
            index = self._next_index[name]
            self._next_index[name] += len(increment["items"])
            for offset, item in enumerate(increment["items"]):
                sources.setdefault((*path, index + offset), []).append(item)
            path = (*path, index)
        else:
            sources.setdefault(path, []).append(increment["data"])
        label = {"label": pending["label"]} if "label" in pending else {}
        return {**increment, "path": list(path), **label}


def _length(path: Path, sources: dict[Path, list[object]]) -> int:
    """The length of the list at a path in what has just been sent, 0 where there is none."""
    for cut in range(len(path), -1, -1):
        for source in sources.get(path[:cut], ()):
            found = _walk(source, path[cut:])
            if isinstance(found, list):
                return len(cast("list[object]", found))
    return 0


def _walk(value: Any, path: Path) -> object:  # noqa: ANN401 - walks JSON
    try:
        for key in path:
            value = value[key]
    except (KeyError, IndexError, TypeError):
        return None
    return cast("object", value)
