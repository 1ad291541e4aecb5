"""A plan made ready to run, and what runs it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple, Protocol, TypeAlias, assert_never

from domain.errors import ForbiddenError
from domain.tables.plan import Fixed, OnlyRow, Parameter, SessionVariable, WholeSession
from domain.tables.session_lists import array_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from domain.errors import SelfgraphError
    from domain.tables.insert_steps import InsertSteps
    from domain.tables.plan import Operand, Plan
    from domain.tables.violations import Violation
    from domain.tables.writes import WritePlan

Value: TypeAlias = "str | list[str | None] | None"
"""A bound value as the text that PostgreSQL reads, or a list of such texts."""


class Values(NamedTuple):
    """What one call of an operation binds.

    Attributes:
        given: the operation's values, named by `Parameter.source`.
        session: the caller's session variables, names in lower case.
    """

    given: Sequence[Value]
    session: Mapping[str, str] = MappingProxyType({})

    def all_of(self, operands: Sequence[Operand]) -> list[Value]:
        """The values of operands, in order; raises like `of`."""
        given, of = self.given, self.of
        # Most are parameters; `of` tells the others apart.
        return [given[operand.source] if type(operand) is Parameter else of(operand) for operand in operands]

    def of(self, operand: Operand) -> Value:
        """The value of an operand.

        Raises:
            ForbiddenError: a rule needs a session variable that the caller does not have.
        """
        # These are asked for in each call, and patterns of classes take twice as long.
        if isinstance(operand, OnlyRow):
            row = self.given[operand.of.source]
            return row[0] if isinstance(row, list) else row
        if isinstance(operand, SessionVariable):
            held = self.session.get(operand.name)
            if held is None:
                raise ForbiddenError(f"The session variable {operand.name} is missing.")
            return array_text(held) if operand.many else held
        match operand:
            case Parameter(source=source):
                return self.given[source]
            case Fixed(value=value):
                return list(value) if isinstance(value, tuple) else value
            case WholeSession():
                return session_text(self.session)
            case _:
                assert_never(operand)


def session_text(session: Mapping[str, str]) -> str:
    """The session variables as a JSON object, each as `x-user-id` and, as Hasura has it, `x-hasura-user-id`."""
    hasura = {f"x-hasura-{name.removeprefix('x-')}": value for name, value in session.items()}
    return json.dumps(hasura | dict(session))


@dataclass(frozen=True, slots=True)
class Statement:
    """One SQL statement that answers a row with a finished JSON text for each root field.

    Attributes:
        text: the SQL with $1, $2, ...
        parameters: what is bound to them, in order.
        keys: the response keys of the root fields, in the order of the columns.
    """

    text: str
    parameters: tuple[Operand, ...]
    keys: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class WriteStatement:
    """One change as SQL.

    Attributes:
        text: the SQL with $1, $2, ...; its first column is the finished JSON text or, if there is a `reading`, the
            first columns are lists: the written rows, their versions, and whatever else it needs to know of each.
        parameters: what is bound to them, in order.
        reading: the statement that answers, of which the first parameters are those lists. Relationships of written
            rows need one, because a statement does not see what it writes itself.
        versioned: whether the last column tells that a row is there, but not in the version that was asked for.
    """

    text: str
    parameters: tuple[Operand, ...]
    reading: Statement | None = None
    versioned: bool = False

    @property
    def every(self) -> tuple[Operand, ...]:
        """What is bound, to the reading statement too."""
        return self.parameters + (self.reading.parameters if self.reading else ())

    @property
    def texts(self) -> tuple[str, ...]:
        """The SQL of every statement."""
        return (self.text, self.reading.text) if self.reading else (self.text,)

    @property
    def most_parameters(self) -> int:
        """How many values the statement with the most of them has."""
        return max(len(self.parameters), len(self.reading.parameters) if self.reading else 0)


@dataclass(frozen=True)
class WriteRootStatements:
    """The statements of one root field of a mutation; with `many` it answers the list of their answers."""

    key: str
    statements: tuple[WriteStatement | InsertSteps, ...]
    many: bool

    @cached_property
    def single(self) -> WriteStatement | None:
        """The statement that changes and answers everything; None if more is to be done."""
        statement = self.statements[0] if len(self.statements) == 1 else None
        if not isinstance(statement, WriteStatement) or statement.reading is not None or statement.versioned:
            return None
        return statement


class WriteFailedError(Exception):
    """A mutation was rolled back: what went wrong, and at which root field; None: when all were committed."""

    def __init__(self, error: SelfgraphError, key: str | None) -> None:
        super().__init__(error.message)
        self.error = error
        self.key = key


class Tables(Protocol):
    """The port to the user's tables."""

    def render_writes(self, plan: WritePlan) -> tuple[WriteRootStatements, ...]:
        """Make the statements of the secured plan of a mutation.

        Raises:
            PayloadTooLargeError: one has more values than can be sent.
        """
        ...

    async def write(self, roots: Sequence[WriteRootStatements], values: Values) -> Sequence[bytes]:
        """Make all changes in one transaction, in order; answer each root field with its JSON text, in UTF-8.

        Raises:
            ForbiddenError: a rule needs a session variable that the caller does not have.
            WriteFailedError: nothing was written.
        """
        ...

    async def at_root(self, violation: Violation) -> Violation:
        """What is said of a partition, said of the partitioned table; anything else as it is."""
        ...

    def render(self, plan: Plan) -> Statement:
        """Make the statement of a secured plan.

        Raises:
            PayloadTooLargeError: it has more values than can be sent.
        """
        ...

    async def run(self, statement: Statement, values: Values) -> Sequence[bytes]:
        """Answer each root field with its JSON text, in UTF-8.

        Raises:
            ForbiddenError: a rule needs a session variable that the caller does not have.
            InvalidValueError: a value does not fit its type.
            PayloadTooLargeError, TimedOutError, UnavailableError: as their names say.
        """
        ...
