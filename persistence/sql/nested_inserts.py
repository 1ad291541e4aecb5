"""The render stage of inserts of rows inside of rows: a statement for each set of rows, in the order they are made."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from domain.tables.insert_steps import Fill, InsertStep, InsertSteps, Source
from domain.tables.plan import Parameter
from domain.tables.writes import AffectedRows, Response, outputs_of
from persistence.sql.fragments import Sql, column, joined, sql
from persistence.sql.writes import WriteRenderer, checks_elsewhere, has_version, tells_new, version_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from domain.tables.catalog import Key
    from domain.tables.relationships import Relationship
    from domain.tables.rights import Rights
    from domain.tables.statement import Statement
    from domain.tables.writes import Insert, Nested, RowGroup, Write
    from persistence.sql.options import RenderOptions


class NestedInsertRenderer:
    """Renders one insert."""

    def __init__(self, rights: Rights, *, options: RenderOptions) -> None:
        self._rights = rights
        self._options = options
        self._steps: list[InsertStep] = []

    def render(self, write: Write, insert: Insert) -> InsertSteps:
        """The statements of the insert, and what reads its answer."""
        versioned = has_version(outputs_of(write))
        for group in insert.groups:
            self._group(insert, group, (), [], (), versioned=versioned, answered=True)
        counted = isinstance(write.answer, Response) and any(
            isinstance(member, AffectedRows) for member in write.answer.members
        )
        before = 3 if tells_new(insert) else 2
        affected = sql("${}::text", Sql(str(before + 1))) if counted else None
        reader = WriteRenderer(self._rights, options=self._options, before=before + counted, affected=affected)
        return InsertSteps(tuple(self._steps), reader.reading(write), tells_new(insert), counted)

    def _group(
        self,
        insert: Insert,
        group: RowGroup,
        wanted: Sequence[str],
        fills: Iterable[Fill],
        path: tuple[str | int, ...],
        *,
        versioned: bool = False,
        answered: bool = False,
    ) -> int:
        """Add the steps of a set of rows and of all that stands inside of them; tell the number of its own."""
        before = self._before(group)
        after = [nested for nested in group.nested if not nested.before and nested.insert.groups]
        keys = list(dict.fromkeys([*wanted, *(here for nested in after for here, _ in nested.relationship.columns)]))
        step = self._step(insert, group, keys, versioned=versioned, answered=answered)
        first = path or (group.nested[0].path[:-1] if group.nested else ())
        self._steps.append(replace(step, fills=(*fills, *before), needed=bool(keys), path=first))
        number = len(self._steps) - 1
        for nested in after:
            self._after(nested, number, keys)
        return number

    def _before(self, group: RowGroup) -> list[Fill]:
        """Insert what the rows refer to; tell the columns that come from it."""
        sources: dict[Relationship, list[tuple[int, Parameter]]] = {}
        for nested in group.nested:
            if nested.before:
                there = [name for _, name in nested.relationship.columns]
                made = sources.setdefault(nested.relationship, [])
                for inner in nested.insert.groups:
                    made.append((self._group(nested.insert, inner, there, [], nested.path), _owners(inner)))
        targets = {each.name: parameter.source for each, parameter in group.determined}
        return [
            Fill(targets[here], tuple(Source(step, key, owners.source) for step, owners in made), inside=True)
            for way, made in sources.items()
            for key, (here, _) in enumerate(way.columns)
        ]

    def _after(self, nested: Nested, step: int, keys: Sequence[str]) -> None:
        """Insert what refers to the rows of a step, whose keys these are."""
        for inner in nested.insert.groups:
            targets = {each.name: parameter.source for each, parameter in inner.determined}
            owners = _owners(inner).source
            fills = [
                Fill(targets[there], (Source(step, keys.index(here), owners),), inside=False)
                for here, there in nested.relationship.columns
            ]
            self._group(nested.insert, inner, (), fills, nested.path)

    def _step(
        self, insert: Insert, group: RowGroup, keys: Sequence[str], *, versioned: bool, answered: bool
    ) -> InsertStep:
        renderer = WriteRenderer(self._rights, options=self._options)
        flat = replace(
            group,
            columns=(*group.columns, *(each for each, _ in group.determined)),
            values=(*group.values, *(value for _, value in group.determined)),
        )
        text = _text(renderer, insert, flat, keys, versioned=versioned, answered=answered)
        parameters = renderer.parameters
        return InsertStep(
            text=text,
            parameters=parameters,
            lists=tuple(each.source for each in parameters if isinstance(each, Parameter) and each.rows),
            fills=(),
            needed=False,
            unique=_unique(insert, flat, [each for each in parameters if isinstance(each, Parameter) and each.rows]),
            places=group.places.source if group.places else None,
            answered=answered,
            check=self._check(insert) if checks_elsewhere(insert) and not answered else None,
            tells_new=tells_new(insert),
            path=(),
        )

    def _check(self, insert: Insert) -> Statement:
        before = 3 if tells_new(insert) else 2
        renderer = WriteRenderer(self._rights, options=self._options, before=before)
        return renderer.holding(insert)


def _text(
    renderer: WriteRenderer, insert: Insert, group: RowGroup, keys: Sequence[str], *, versioned: bool, answered: bool
) -> Sql:
    """The INSERT; it answers how many rows there are, then lists: them, their versions, which are new, their keys."""
    alias = renderer.alias()
    whole = answered or checks_elsewhere(insert)
    version = sql("({})::text", version_of(insert, alias)) if versioned else sql("NULL::text")
    new = sql("({}.xmax = 0)::text", alias) if tells_new(insert) else None
    lists = [alias if whole else None, version if whole else None, new, *(column(alias, name) for name in keys)]
    returned = [sql("{} AS v{}", value, Sql(str(number))) for number, value in enumerate(lists) if value]
    fulfilled = renderer.changes.fulfilled_here(insert, alias)
    if fulfilled:
        returned.append(sql("{} AS ok", fulfilled))
    rows = renderer.changes.insert(insert, group, alias)
    count = sql("count(*)")
    if fulfilled:
        count = sql("({})::int8", renderer.refusing(insert, sql("NOT bool_and(w.ok)"), sql("count(*)::text")))
    made = (
        sql("array_agg(w.v{}::text)", Sql(str(number))) if value else sql("NULL::text[]")
        for number, value in enumerate(lists)
    )
    return sql(
        "WITH w AS ({} RETURNING {}) SELECT {} FROM w{}",
        rows,
        joined(", ", returned) if returned else sql("1 AS one"),
        joined(", ", [count, *made]),
        renderer.tried_for(insert),
    )


def _owners(group: RowGroup) -> Parameter:
    if group.owners is None:
        raise ValueError("rows that stand inside of others say inside of which")
    return group.owners


def _unique(insert: Insert, group: RowGroup, lists: Sequence[Parameter]) -> tuple[int, ...] | None:
    """Of the lists, those of the columns by which a row that is there is found and updated; None: none is updated.

    None too if the database makes one of these columns: it is not known then which rows are found by which.
    """
    conflict = insert.on_conflict
    if conflict is None or not conflict.update:
        return None
    by_name = {each.name: lists.index(value) for each, value in zip(group.columns, group.values, strict=True)}
    fixed = {preset.column.name for preset in insert.presets}
    names = [name for name in _key(insert, conflict.constraint).columns if name not in fixed]
    return tuple(by_name[name] for name in names) if by_name.keys() >= set(names) else None


def _key(insert: Insert, name: str) -> Key:
    primary = insert.table.primary_key
    keys = [*([primary] if primary else []), *insert.table.unique_keys]
    return next(key for key in keys if key.name == name)
