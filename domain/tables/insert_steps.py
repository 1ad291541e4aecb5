"""Inserts of rows inside of rows as a list of statements, and what passes from one to the next.

Each statement inserts all rows of one set. What they refer to has been inserted before them, by its own statement; the
values of the columns that join both pass through lists, so that there are as many statements as sets, however many
rows there are.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias, cast

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from domain.tables.plan import Operand
    from domain.tables.statement import Statement, Value

Texts: TypeAlias = "list[str | None]"


@dataclass(frozen=True, slots=True)
class Inserted:
    """What a step has written.

    Attributes:
        count: how many rows it has written.
        rows: them whole, as texts, where somebody asks for them; likewise their `versions`, and which are `new`.
        keys: the columns that others refer to, or have values of, each with a value for each of the step's rows.
    """

    count: int
    rows: Texts
    versions: Texts
    new: Texts
    keys: Sequence[Texts]


@dataclass(frozen=True, slots=True)
class Source:
    """Where values of a column come from.

    Attributes:
        step: the step that has written them.
        key: which of its keys.
        owners: the value that says of each row inside of another one inside of which.
    """

    step: int
    key: int
    owners: int


@dataclass(frozen=True, slots=True)
class Fill:
    """A column of rows that comes from others.

    Attributes:
        target: the value that it becomes.
        sources: the rows that it comes from; one step of them where these rows stand inside of those.
        inside: whether the others stand inside of these rows; else these stand inside of the others.
    """

    target: int
    sources: tuple[Source, ...]
    inside: bool

    def of(self, done: Sequence[Inserted], values: Sequence[Value]) -> Texts:
        """The values, once the steps that they come from are done."""
        pairs = (
            (int(cast("str", owner)), done[source.step].keys[source.key], index)
            for source in self.sources
            for index, owner in enumerate(cast("Texts", values[source.owners]))
        )
        if not self.inside:
            return [keys[owner] for owner, keys, _ in pairs]
        placed = {owner: keys[index] for owner, keys, index in pairs}
        return [placed[owner] for owner in range(len(placed))]


@dataclass(frozen=True, slots=True)
class InsertStep:
    """One INSERT.

    Attributes:
        text: the SQL; it answers the members of `Inserted` as its columns, those of `keys` last.
        parameters: what is bound, in order; of each with `rows` a slice, if not all rows can be inserted at once.
        lists: those with a value for each row, which are as many as the rows are.
        fills: the columns that come from other rows.
        needed: whether no row may be left out, because others stand inside of it or it stands inside of others.
        unique: of the lists, those of the columns by which a row that is there is found and updated; None: none is.
        places: the value with the places of the rows among those of the whole field; None: in order.
        answered: whether the rows are those of the field itself.
        check: what the rows are held against when all are there: takes them, and which are new if `tells_new`.
        path: where in the request the rows are.
    """

    text: str
    parameters: tuple[Operand, ...]
    lists: tuple[int, ...]
    fills: tuple[Fill, ...]
    needed: bool
    unique: tuple[int, ...] | None
    places: int | None
    answered: bool
    check: Statement | None
    tells_new: bool
    path: tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class InsertSteps:
    """The steps of one root field, and what reads its answer.

    Attributes:
        steps: in the order in which they are done.
        reading: takes the written rows, their versions, which are new if `tells_new`, and the number of all rows if
            they are `counted`.
    """

    steps: tuple[InsertStep, ...]
    reading: Statement
    tells_new: bool
    counted: bool

    @property
    def every(self) -> tuple[Operand, ...]:
        """What is bound, to any of the statements."""
        return tuple(operand for parameters in self._parameters() for operand in parameters)

    @property
    def texts(self) -> tuple[str, ...]:
        """The SQL of every statement."""
        checks = [step.check.text for step in self.steps if step.check]
        return (*(step.text for step in self.steps), *checks, self.reading.text)

    @property
    def most_parameters(self) -> int:
        """How many values the statement with the most of them has."""
        return max(map(len, self._parameters()))

    def _parameters(self) -> Iterable[tuple[Operand, ...]]:
        checks = [step.check.parameters for step in self.steps if step.check]
        return [*(step.parameters for step in self.steps), *checks, self.reading.parameters]


@dataclass(frozen=True, slots=True)
class Rounds:
    """Rows to insert where one may update another that was inserted just before it.

    One INSERT cannot write a row twice. Equal rows are one; others with the same key are inserted one after the other.

    Attributes:
        of: for each round the rows that are inserted in it.
        same: for each row the first one that is equal to it.
    """

    of: tuple[tuple[int, ...], ...]
    same: tuple[int, ...]


def in_rounds(lists: Sequence[Texts], unique: Sequence[int]) -> Rounds:
    """The rows that the lists hold, by rounds; `unique` are the lists that make the key."""
    first: dict[tuple[str | None, ...], int] = {}
    same = tuple(first.setdefault(row, index) for index, row in enumerate(zip(*lists, strict=True)))
    rounds: list[list[int]] = []
    seen: dict[tuple[str | None, ...], int] = {}
    for index, representative in enumerate(same):
        if index != representative:
            continue
        key = tuple(lists[each][index] for each in unique)
        number = seen.get(key, 0)
        seen[key] = number + 1
        if number == len(rounds):
            rounds.append([])
        rounds[number].append(index)
    return Rounds(tuple(map(tuple, rounds)), same)
