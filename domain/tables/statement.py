"""A plan made ready to run, and what runs it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Sequence

    from domain.tables.plan import Parameter, Plan

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


class Tables(Protocol):
    """The port to the user's tables."""

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
