"""What one role may do, from the permissions that are stored: its own, and those of the roles that it inherits.

Nothing is worked out before it is asked for, and then once: a role of 2000 tables costs what it uses of them. A
permission that does not fit the tables denies; `permission_problems` tells of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from domain.roles import ADMINISTRATORS
from domain.tables.catalog import Volatility
from domain.tables.inherited import inherited_select, only_one
from domain.tables.metadata import Action, ExposedAs, FunctionSettings
from domain.tables.own_rights import delete_right, insert_right, select_right, update_right
from domain.tables.plan import EVERYTHING
from domain.tables.rights import NOTHING, TableRights
from domain.tables.rule_values import InvalidRuleError

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    from domain.tables.catalog import Function, Table, TableName
    from domain.tables.functions import ComputedField
    from domain.tables.metadata import Permission
    from domain.tables.model import Model

_Right = TypeVar("_Right")


class RoleRights:
    """The rights of one role; of a trusted backend that acts in it, too, if `backend` is true.

    What the role may do by a permission of its own is what that says, whatever it inherits.
    """

    def __init__(
        self, model: Model, role: str, *, backend: bool = False, known: dict[str, RoleRights] | None = None
    ) -> None:
        """`known` are the rights of other roles that have been made already."""
        self.model = model
        self.role = role
        self.backend = backend
        known = {} if known is None else known
        known[role] = self
        self.parents: Sequence[RoleRights] = [
            known.get(name) or RoleRights(model, name, backend=backend, known=known)
            for name in _inherited(model.metadata.inherits, role)
        ]
        self._made: dict[TableName, TableRights] = {}
        self._partly: dict[TableName, frozenset[str]] = {}
        self._withheld: dict[tuple[TableName, Action], bool] = {}

    def of(self, table: Table) -> TableRights:
        """What the role may do with the rows of a table."""
        found = self._made.get(table.name)
        if found is None:
            found = self._made[table.name] = self._rights(table)
        return found

    def partly_shown(self, table: TableName) -> Collection[str]:
        """The columns of a table that are shown of some of the rows that are read, and NULL in the others."""
        found = self._partly.get(table)
        if found is None:
            served = self.model.catalog.by_name.get(table)
            right = self.of(served).select if served else None
            shown = right.columns.items() if right else ()
            found = self._partly[table] = frozenset(name for name, where in shown if where != EVERYTHING)
        return found

    def may_call(self, function: Function) -> bool:
        """Whether a function is a root field for the role.

        The role reads the table that it answers rows of. Beyond that it is for those who are named; where nobody is,
        a query is for everybody and a mutation for nobody.
        """
        settings = self.model.metadata.functions.get(function.name) or FunctionSettings(function.name)
        if not settings.tracked or not self._reads_answer_of(function):
            return False
        if settings.roles:
            return not settings.roles.isdisjoint(self.lineage())
        return _exposed_as(function, settings) is ExposedAs.QUERY

    def may_compute(self, field: ComputedField) -> bool:
        """Whether a computed field is one of the role's: a value that its right names, rows that it reads."""
        own = self.of(field.table).select
        if own is None:
            return False
        return field.name in own.computed_fields if field.returns is None else self.of(field.returns).select is not None

    def lineage(self) -> frozenset[str]:
        """The role and all that it inherits."""
        return frozenset({self.role}).union(*(parent.lineage() for parent in self.parents))

    def permission(self, table: TableName, action: Action) -> Permission | None:
        """The role's own permission, be it for such a caller or for backends only."""
        return self.model.permissions.get((table, self.role, action))

    def withholds(self, table: TableName, action: Action) -> bool:
        """Whether a backend could do something in the role that such a caller may not."""
        if self.backend:
            return False
        found = self._withheld.get((table, action))
        if found is None:
            own = self.permission(table, action)
            found = self._withheld[table, action] = (
                own.backend_only if own else any(parent.withholds(table, action) for parent in self.parents)
            )
        return found

    def disagreement(self, table: Table, action: Action) -> bool:
        """Whether roles that it inherits may make different changes of one kind."""
        every = [right for parent in self.parents if (right := parent.of(table).right_to(action)) is not None]
        return any(right != every[0] for right in every)

    def _reads_answer_of(self, function: Function) -> bool:
        if function.returns_table is None:
            return True
        table = self.model.catalog.by_name.get(function.returns_table)
        return table is not None and self.of(table).select is not None

    def _rights(self, table: Table) -> TableRights:
        # What is not served is nobody's, whatever is stored about it.
        if table.name not in self.model.catalog.by_name:
            return NOTHING
        above = [parent.of(table) for parent in self.parents]
        selects = [each.select for each in above if each.select]
        return TableRights(
            select=self._own(table, Action.SELECT, select_right, lambda: inherited_select(selects)),
            insert=self._own(table, Action.INSERT, insert_right, lambda: only_one(each.insert for each in above)),
            update=self._own(table, Action.UPDATE, update_right, lambda: only_one(each.update for each in above)),
            delete=self._own(table, Action.DELETE, delete_right, lambda: only_one(each.delete for each in above)),
        )

    def _own(
        self,
        table: Table,
        action: Action,
        read: Callable[[Permission, Table, Model], _Right],
        inherited: Callable[[], _Right | None],
    ) -> _Right | None:
        # Who is kept from something does not get it, or more, from another role that knows nothing of it.
        if self.withholds(table.name, action):
            return None
        own = self.permission(table.name, action)
        if own is None:
            return inherited()
        try:
            return read(own, table, self.model)
        except InvalidRuleError:
            return None


def _inherited(inherits: Mapping[str, frozenset[str]], role: str) -> list[str]:
    """The roles that a role inherits directly, less those that inherit it in turn and those that see everything."""
    return sorted(
        name
        for name in inherits.get(role, frozenset())
        if name not in ADMINISTRATORS and role not in _ancestors(inherits, name)
    )


def _ancestors(inherits: Mapping[str, frozenset[str]], role: str) -> frozenset[str]:
    """A role and all that it inherits."""
    found, rest = {role}, [role]
    while rest:
        further = inherits.get(rest.pop(), frozenset()) - found
        found |= further
        rest += further
    return frozenset(found)


def _exposed_as(function: Function, settings: FunctionSettings) -> ExposedAs:
    if settings.exposed_as is not None:
        return settings.exposed_as
    return ExposedAs.MUTATION if function.volatility is Volatility.VOLATILE else ExposedAs.QUERY
