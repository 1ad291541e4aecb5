"""Runs the steps of an insert of rows inside of rows, and hands on between them what joins the rows."""

from __future__ import annotations

from itertools import zip_longest
from typing import TYPE_CHECKING, cast

from domain.tables.insert_steps import Inserted, in_rounds
from domain.tables.statement import Values
from domain.tables.violations import RowLeftOutError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from domain.tables.insert_steps import InsertStep, InsertSteps, Texts
    from domain.tables.statement import Value
    from persistence.writing import Fetch


async def insert_nested(fetch: Fetch, insert: InsertSteps, values: Values) -> bytes:
    """Insert everything, then hold it against what is to be seen when all is there, then read the answer.

    Raises:
        RowLeftOutError: a row was left out that others belong to.
    """
    return await _Insert(fetch, insert, values).answer()


class _Insert:
    def __init__(self, fetch: Fetch, insert: InsertSteps, values: Values) -> None:
        self._fetch = fetch
        self._insert = insert
        self._given: list[Value] = list(values.given)
        self._values = Values(self._given, values.session)
        self._done: list[Inserted] = []

    async def answer(self) -> bytes:
        for step in self._insert.steps:
            for fill in step.fills:
                self._given[fill.target] = fill.of(self._done, self._given)
            inserted = await self._step(step)
            if step.needed and len(inserted.keys[0]) != self._size(step):
                raise RowLeftOutError(step.path)
            self._done.append(inserted)
        for step, inserted in zip(self._insert.steps, self._done, strict=True):
            if step.check is not None and inserted.count:
                handed = _handed([inserted.rows, inserted.versions, inserted.new], tells_new=step.tells_new)
                await self._fetch(step.check.text, [*handed, *map(self._values.of, step.check.parameters)])
        return await self._read()

    def _size(self, step: InsertStep) -> int:
        return len(self._list(step.lists[0]))

    def _list(self, source: int) -> Texts:
        return cast("Texts", self._given[source])

    async def _step(self, step: InsertStep) -> Inserted:
        if step.unique is None:
            return await self._rows(step, self._values)
        rounds = in_rounds([self._list(source) for source in step.lists], step.unique)
        if len(rounds.of) == 1 and len(rounds.of[0]) == len(rounds.same):
            return await self._rows(step, self._values)
        done = [await self._round(step, chosen) for chosen in rounds.of]
        whole = all(len(chosen) == inserted.count for chosen, inserted in zip(rounds.of, done, strict=True))
        return _together(done, rounds.of, rounds.same if whole else None)

    async def _round(self, step: InsertStep, chosen: Sequence[int]) -> Inserted:
        given = list(self._given)
        for source in step.lists:
            texts = self._list(source)
            given[source] = [texts[index] for index in chosen]
        return await self._rows(step, Values(given, self._values.session))

    async def _rows(self, step: InsertStep, values: Values) -> Inserted:
        row = await self._fetch(step.text, [values.of(parameter) for parameter in step.parameters])
        count = cast("int", row[0])
        rows, versions, new, *keys = (cast("Texts", texts or []) for texts in list(row)[1:])
        return Inserted(count, rows, versions, new, keys)

    async def _read(self) -> bytes:
        """The answer about the rows of the field itself, in their order."""
        found = [
            (place, *row)
            for step, inserted in zip(self._insert.steps, self._done, strict=True)
            if step.answered
            for place, row in zip(self._places(step, inserted), _columns(inserted), strict=True)
        ]
        found.sort(key=lambda row: row[0])
        lists: list[Texts] = [[row[1] for row in found], [row[2] for row in found], [row[3] for row in found]]
        affected = [str(sum(inserted.count for inserted in self._done))] if self._insert.counted else []
        handed = [*_handed(lists, tells_new=self._insert.tells_new), *affected]
        reading = self._insert.reading
        row = await self._fetch(reading.text, [*handed, *map(self._values.of, reading.parameters)])
        return bytes(row[0])

    def _places(self, step: InsertStep, inserted: Inserted) -> list[int]:
        places = [] if step.places is None else [int(cast("str", place)) for place in self._list(step.places)]
        return places[: len(inserted.rows)] or list(range(1, len(inserted.rows) + 1))


def _together(done: Sequence[Inserted], rounds: Sequence[Sequence[int]], same: Sequence[int] | None) -> Inserted:
    """What all rounds have written; by `same` of each row, else one round behind the other."""

    def column(of: Callable[[Inserted], Texts]) -> Texts:
        texts = [text for inserted in done for text in of(inserted)]
        if same is None or not texts:
            return texts
        placed = dict(zip((index for chosen in rounds for index in chosen), texts, strict=True))
        return [placed[index] for index in same]

    return Inserted(
        count=sum(inserted.count for inserted in done) if same is None else len(same),
        rows=column(lambda inserted: inserted.rows),
        versions=column(lambda inserted: inserted.versions),
        new=column(lambda inserted: inserted.new),
        keys=[column(lambda inserted, key=key: inserted.keys[key]) for key in range(len(done[0].keys))],  # type: ignore[misc]  # it takes the default for an argument
    )


def _handed(lists: Sequence[Texts], *, tells_new: bool) -> list[Texts]:
    """What the statements behind an insert take: the rows, their versions and, if need be, which are new."""
    return list(lists if tells_new else lists[:2])


def _columns(inserted: Inserted) -> list[tuple[str | None, str | None, str | None]]:
    return list(zip_longest(inserted.rows, inserted.versions, inserted.new))
