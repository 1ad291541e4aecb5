"""How PostgreSQL goes about a statement."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

    from domain.tables.statement import Statement, Value, Values, WriteRootStatements


@dataclass(frozen=True, slots=True)
class Explanation:
    """One statement and its plan.

    Attributes:
        keys: the root fields that it answers, or takes part in.
        sql: its text, with $1, $2, ...
        values: what is bound to them; None also for what an earlier statement would give.
        plan: as `EXPLAIN (FORMAT JSON)` tells it, as JSON text.
        cost: the planner's estimate of its cost, in the planner's unit.
    """

    keys: tuple[str, ...]
    sql: str
    values: tuple[Value, ...]
    plan: str
    cost: float


class StatementExplainer(Protocol):
    """The port to PostgreSQL's EXPLAIN."""

    async def explain(self, statement: Statement, values: Values, *, analyze: bool) -> Explanation:
        """Explain the statement of a query; with `analyze` it is run, and may write nothing.

        Raises:
            SelfgraphError: as when it is run.
        """
        ...

    async def explain_writes(self, roots: Sequence[WriteRootStatements], values: Values) -> list[Explanation]:
        """Explain the statements of a mutation; none of them is run."""
        ...
