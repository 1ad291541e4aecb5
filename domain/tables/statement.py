"""A plan made ready to run, and what runs it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Sequence

    from domain.errors import SelfgraphError
    from domain.tables.plan import Parameter, Plan
    from domain.tables.writes import WritePlan

Value: TypeAlias = "str | list[str | None] | None"
"""A bound value as the text that PostgreSQL reads, or a list of such texts."""


@dataclass(frozen=True, slots=True)
class Statement:
    """One SQL statement that answers a row with a finished JSON text for each root field.

    Attributes:
        text: the SQL with $1, $2, ...
        parameters: what is bound to them, in order.
        keys: the response keys of the root fields, in the order of the columns.
    """

    text: str
    parameters: tuple[Parameter, ...]
    keys: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class WriteStatement:
    """One change as SQL.

    Attributes:
        text: the SQL with $1, $2, ...; its first column is the finished JSON text or, if there is a `reading`, a
            list of the written rows, and the second their versions.
        parameters: what is bound to them, in order.
        reading: the statement that answers, of which the first two parameters are those two lists. Relationships of
            written rows need one, because a statement does not see what it writes itself.
        versioned: whether the last column tells that a row is there, but not in the version that was asked for.
    """

    text: str
    parameters: tuple[Parameter, ...]
    reading: Statement | None = None
    versioned: bool = False


@dataclass(frozen=True, slots=True)
class WriteRootStatements:
    """The statements of one root field of a mutation; with `many` it answers the list of their answers."""

    key: str
    statements: tuple[WriteStatement, ...]
    many: bool


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

    async def write(self, roots: Sequence[WriteRootStatements], values: Sequence[Value]) -> Sequence[bytes]:
        """Make all changes in one transaction, in order; answer each root field with its JSON text, in UTF-8.

        Raises:
            WriteFailedError: nothing was written.
        """
        ...

    def render(self, plan: Plan) -> Statement:
        """Make the statement of a secured plan.

        Raises:
            PayloadTooLargeError: it has more values than can be sent.
        """
        ...

    async def run(self, statement: Statement, values: Sequence[Value]) -> Sequence[bytes]:
        """Answer each root field with its JSON text, in UTF-8; `values` are the operation's, named by `source`.

        Raises:
            InvalidValueError: a value does not fit its type.
            PayloadTooLargeError, TimedOutError, UnavailableError: as their names say.
        """
        ...
