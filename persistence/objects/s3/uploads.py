"""A body that comes in pieces: full parts of an upload of the service, and a small object of what is left each time.

The service takes no part below 5 MiB but the last. So what is left at the end of a piece is kept as an object
`tails/<key>.<id>` until the next piece comes. The state, which is the token, names it; each piece makes another one,
and those that no state knows are removed with the upload. A state that got lost on the way to the caller does no harm:
the one before it is still good.
"""

from __future__ import annotations

import contextlib
import json
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from domain.errors import SelfgraphError
from domain.identifiers import new_id
from domain.storage.errors import AppendInterruptedError, ObjectMissingError
from domain.storage.objects import Expected, Resumable, StoredObject
from persistence.objects.s3.calls import NotThereError
from persistence.objects.s3.parts import growing_parts
from persistence.objects.s3.reading import measure, read_named
from persistence.objects.s3.removing import abort_all, remove, remove_all, surely
from persistence.objects.s3.sending import Sending
from persistence.objects.s3.writing import conclude, put
from persistence.objects.taking import Taking, Watched, blocks, verify, verify_size

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterable

    from persistence.objects.s3.calls import S3

TAILS: Final = "tails/"
_PAGE: Final = 1000


@dataclass(frozen=True, slots=True)
class State:
    """What is kept of an upload.

    Attributes:
        kind: the content type of the object.
        part_bytes: the size of the first parts; it stays what it was at the beginning.
        upload: the service's name for it; None: there was no full part yet.
        parts: how many full parts there are.
        tail: the name of the object with the bytes after them; None: there are none.
        former: the name of the tail before that, which the state before this one needed.
        offset: how many bytes there are.
    """

    kind: str
    part_bytes: int
    upload: str | None = None
    parts: int = 0
    tail: str | None = None
    former: str | None = None
    offset: int = 0

    @classmethod
    def of(cls, upload: Resumable) -> State:
        """Read it from the token.

        Raises:
            ObjectMissingError: the offset is another one than that of the token.
        """
        state = cls(**json.loads(upload.token))
        if state.offset != upload.offset:
            raise ObjectMissingError(upload.key)
        return state

    def resumable(self, key: str) -> Resumable:
        """What the caller keeps."""
        return Resumable(key, self.offset, json.dumps(asdict(self)))


class S3Uploads:
    """The part of the port about uploads that come in pieces."""

    def __init__(self, s3: S3) -> None:
        """Keep the pieces in this bucket."""
        self._s3 = s3

    def begin(self, key: str, content_type: str) -> Resumable:
        """Nothing is in the bucket before there are bytes."""
        return State(content_type, self._s3.options.part_bytes).resumable(key)

    async def append(self, upload: Resumable, body: AsyncIterable[bytes], most: int) -> Resumable:
        """Send what comes, as the port says."""
        state, watched = State.of(upload), Watched(body)
        taking = Taking(Expected(most=most), upload.offset)
        try:
            if state.former is not None:
                await remove(self._s3, state.former)
            async with self._resumed(upload.key, state) as sending:
                try:
                    async with contextlib.aclosing(blocks(watched)) as received:
                        async for pieces in received:
                            taking.count(sum(map(len, pieces)))
                            await sending.take(pieces)
                except Exception as error:
                    if error is not watched.error:
                        raise
                kept = await self._keep(upload.key, state, sending, taking.size)
        except NotThereError:
            raise ObjectMissingError(upload.key) from None
        if watched.error is not None:
            raise AppendInterruptedError(kept) from watched.error
        return kept

    async def finish(self, upload: Resumable, expected: Expected) -> StoredObject:
        """Make the object of the pieces, as the port says.

        It is read once for its digest, since what came before is not here any more; one that is not what was expected
        is removed, with all pieces.
        """
        state = State.of(upload)
        verify_size(upload.offset, expected)
        with contextlib.suppress(NotThereError):  # an earlier call has made the object, or the upload is gone
            async with self._resumed(upload.key, state) as sending:
                etags = await self._etags(upload.key, state)
                await conclude(self._s3, self._s3.name(upload.key), sending, etags)
        stored = await measure(self._s3, upload.key, self._s3.name(upload.key))
        try:
            verify(stored, Expected(upload.offset, expected.sha256))
        except SelfgraphError:
            await remove(self._s3, self._s3.name(upload.key))
            raise
        finally:
            await surely(self._clear(upload.key))
        return stored

    async def abandon(self, upload: Resumable) -> None:
        """Remove the pieces, also those of which the state does not know."""
        await self._clear(upload.key)

    async def _clear(self, key: str) -> None:
        await abort_all(self._s3, self._s3.name(key))
        await remove_all(self._s3, self._s3.name(f"{TAILS}{key}."))

    @contextlib.asynccontextmanager
    async def _resumed(self, key: str, state: State) -> AsyncGenerator[Sending]:
        sizes = growing_parts(state.part_bytes)
        async with Sending(
            self._s3, self._s3.name(key), sizes, kind=state.kind, upload=state.upload, sent=state.parts
        ) as sending:
            if state.tail is not None:
                async with read_named(self._s3, state.tail) as body:
                    async for chunk in body:
                        await sending.take([chunk])
            yield sending

    async def _keep(self, key: str, state: State, sending: Sending, offset: int) -> Resumable:
        tail = self._s3.name(f"{TAILS}{key}.{new_id().hex}") if sending.part.size else None
        if tail is not None:
            await put(self._s3, tail, sending.part, state.kind)
        await sending.settle()
        return replace(
            state, upload=sending.upload, parts=sending.sent, tail=tail, former=state.tail, offset=offset
        ).resumable(key)

    async def _etags(self, key: str, state: State) -> list[str]:
        """Those of the parts that the state knows."""
        etags: list[str] = []
        while state.upload is not None and len(etags) < state.parts:
            answer = await self._s3.call(
                "list_parts", Key=self._s3.name(key), UploadId=state.upload, MaxParts=_PAGE, PartNumberMarker=len(etags)
            )
            found: list[dict[str, Any]] = answer.get("Parts", [])
            if not found:
                raise NotThereError(key)
            etags += [str(part["ETag"]) for part in found]
        return etags[: state.parts]
