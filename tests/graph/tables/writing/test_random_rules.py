"""Random rules and random changes, made by PostgreSQL and by a slow simulation in Python: they agree.

Of two tables of which one refers to the other, every row and value is simulated: what a change writes or that it is
refused, and what of it is answered. So no change reaches a row outside of the rules, and no answer shows one.
"""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

import asyncpg
import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from domain.errors import ForbiddenError, SelfgraphError
from domain.tables.operators import Operator
from domain.tables.plan import EVERYTHING, And, Comparison, Exists, Fixed, Not, NullTest, Or, SessionVariable
from domain.tables.rights import DeleteRight, InsertRight, SelectRight, TableRights, UpdateRight
from tests.graph.tables.serving import new_database, serving
from tests.graph.tables.writing.ruled import GivenRights, Ruled

if TYPE_CHECKING:
    from collections.abc import Generator

    from domain.tables.plan import Predicate
    from persistence.embedded import EmbeddedServer

Row: TypeAlias = dict[str, Any]
State: TypeAlias = dict[str, dict[int, Row]]
Rule: TypeAlias = tuple[Any, ...]
Truth: TypeAlias = bool | None

SCHEMA = """
CREATE TABLE holder (id integer PRIMARY KEY, n integer, m integer);
CREATE TABLE thing (id integer PRIMARY KEY, holder_id integer REFERENCES holder, n integer, m integer);
"""
START: State = {
    "holder": {1: {"id": 1, "n": 1, "m": 1}, 2: {"id": 2, "n": 2, "m": None}, 3: {"id": 3, "n": None, "m": 2}},
    "thing": {
        1: {"id": 1, "holder_id": 1, "n": 1, "m": 2},
        2: {"id": 2, "holder_id": 1, "n": 2, "m": None},
        3: {"id": 3, "holder_id": 2, "n": None, "m": 1},
        4: {"id": 4, "holder_id": None, "n": 2, "m": 2},
        5: {"id": 5, "holder_id": 3, "n": 1, "m": None},
    },
}
OTHER = {"thing": "holder", "holder": "thing"}
SESSION = {"x-number": "2"}
ALWAYS: Rule = ("and",)


# --- rules -----------------------------------------------------------------------------------------------------------


def rules(table: str, *, depth: int = 2) -> st.SearchStrategy[Rule]:
    """Of a table's rows: `("=", column, number or None for the session's)`, `("null", column)`, or of others."""
    columns = st.sampled_from(["n", "m"])
    leaves: st.SearchStrategy[Rule] = st.one_of(
        st.tuples(st.just("="), columns, st.sampled_from([1, 2, None])),
        st.tuples(st.just("null"), columns),
        st.just(ALWAYS),
    )
    if depth == 0:
        return leaves
    inner, below = rules(table, depth=depth - 1), rules(OTHER[table], depth=depth - 1)
    return st.one_of(
        leaves,
        st.tuples(st.sampled_from(["and", "or"]), inner, inner),
        st.tuples(st.just("not"), inner),
        st.tuples(st.sampled_from(["related", "any"]), below),
    )


def predicate(ruled: Ruled, table: str, rule: Rule) -> Predicate:
    columns = ruled.table(table).by_name
    match rule:
        case ("=", name, value):
            type_ = columns[name].type
            operand = SessionVariable("x-number", type_) if value is None else Fixed(str(value), type_)
            return Comparison(columns[name], Operator.EQ, operand)
        case ("null", name):
            return NullTest(columns[name], is_null=True)
        case ("and" | "or" as kind, *items):
            inner = tuple(predicate(ruled, table, item) for item in items)
            return And(inner) if kind == "and" else Or(inner)
        case ("not", item):
            return Not(predicate(ruled, table, item))
        case ("related" | "any" as kind, item):
            other = OTHER[table]
            way = ruled.way(table, other) if kind == "related" else None
            return Exists(way, ruled.table(other), predicate(ruled, other, item))
        case _:
            raise AssertionError(rule)


def truth(table: str, rule: Rule, row: Row, state: State) -> Truth:
    match rule:
        case ("=", name, value):
            return None if row[name] is None else row[name] == (2 if value is None else value)
        case ("null", name):
            return row[name] is None
        case ("and", *items):
            truths = [truth(table, item, row, state) for item in items]
            return False if False in truths else None if None in truths else True
        case ("or", *items):
            truths = [truth(table, item, row, state) for item in items]
            return True if True in truths else None if None in truths else False
        case ("not", item):
            inner = truth(table, item, row, state)
            return None if inner is None else not inner
        case ("related" | "any" as kind, item):
            others = state[OTHER[table]].values()
            every = [other for other in others if kind == "any" or belong(table, row, other)]
            return any(truth(OTHER[table], item, other, state) is True for other in every)
        case _:
            raise AssertionError(rule)


def belong(table: str, row: Row, other: Row) -> bool:
    thing, holder = (row, other) if table == "thing" else (other, row)
    return bool(thing["holder_id"] == holder["id"])


@dataclass(frozen=True)
class Given:
    """What a role may do with a table; presets are of the column m."""

    read: Rule
    shown_n: Rule
    insert: Rule
    update: Rule
    updated: Rule
    delete: Rule
    preset: int | None

    def rights(self, ruled: Ruled, table: str) -> TableRights:
        columns = ruled.table(table).by_name
        presets = {} if self.preset is None else {"m": Fixed(str(self.preset), columns["m"].type)}
        masks = {"n": predicate(ruled, table, self.shown_n)}
        names = frozenset(columns) - presets.keys()
        return TableRights(
            SelectRight({**dict.fromkeys(columns, EVERYTHING), **masks}, filter=predicate(ruled, table, self.read)),
            InsertRight(names, predicate(ruled, table, self.insert), presets),
            UpdateRight(names, predicate(ruled, table, self.update), predicate(ruled, table, self.updated), presets),
            DeleteRight(predicate(ruled, table, self.delete)),
        )


def given_rules(table: str) -> st.SearchStrategy[Given]:
    often = st.one_of(st.just(ALWAYS), rules(table))
    return st.builds(Given, often, often, often, often, often, often, st.one_of(st.none(), st.sampled_from([1, 2])))


# --- changes ---------------------------------------------------------------------------------------------------------


class Refused(Exception):  # noqa: N818 - an outcome of the simulation
    """A row would not be one that the role may write."""


@dataclass(frozen=True)
class Role:
    """The simulation of a role on a state."""

    rules: dict[str, Given]

    def reads(self, table: str, row: Row, state: State) -> bool:
        return truth(table, self.rules[table].read, row, state) is True

    def seen(self, table: str, row: Row, state: State) -> Row:
        shown = truth(table, self.rules[table].shown_n, row, state) is True
        return row if shown else {**row, "n": None}

    def view(self, state: State) -> State:
        """What the role reads; of what is not shown, NULL."""
        return {
            table: {key: self.seen(table, row, state) for key, row in rows.items() if self.reads(table, row, state)}
            for table, rows in state.items()
        }

    def preset(self, table: str, row: Row) -> Row:
        preset = self.rules[table].preset
        return row if preset is None else {**row, "m": preset}

    def answered(self, table: str, rows: list[Row], state: State) -> list[Row]:
        return [self.seen(table, row, state) for row in rows if self.reads(table, row, state)]


def where_of(rule: Rule, table: str) -> str:
    """A rule as the filter of a caller."""
    match rule:
        case ("and",):
            return "{}"
        case ("and" | "or" as kind, *items):
            return f"{{_{kind}: [{', '.join(where_of(item, table) for item in items)}]}}"
        case ("not", item):
            return f"{{_not: {where_of(item, table)}}}"
        case ("related", item):
            return f"{{{OTHER[table]}: {where_of(item, OTHER[table])}}}"
        case _:
            test = "_isNull: true" if rule[0] == "null" else f"_eq: {2 if rule[2] is None else rule[2]}"
            return f"{{{rule[1]}: {{{test}}}}}"


def asks(rule: Rule) -> bool:
    """Whether a filter is more than an empty one."""
    return rule != ALWAYS


def without_any(rule: Rule) -> bool:
    below = [item for item in rule[1:] if isinstance(item, tuple)]
    return rule[0] != "any" and all(map(without_any, below))


def wheres(table: str) -> st.SearchStrategy[Rule]:
    """Filters of callers, who have no `_exists`."""
    return rules(table).filter(without_any)


@dataclass(frozen=True)
class Change:
    """One root field: its text, and what it does."""

    table: str
    text: str
    kind: str
    where: Rule = ALWAYS
    rows: tuple[Row, ...] = ()
    inside: tuple[tuple[Row, ...], ...] = ()

    def simulate(self, role: Role, state: State) -> tuple[State, list[Row]]:
        """The state behind it and the rows that are written, in the order of the answer."""
        after: State = {table: dict(rows) for table, rows in state.items()}
        rules = role.rules[self.table]
        if self.kind == "insert":
            return after, self._insert(role, state, after)
        view = role.view(state)[self.table]
        reached = [
            row
            for key, row in sorted(state[self.table].items())
            if truth(self.table, rules.update if self.kind == "update" else rules.delete, row, state) is True
            and (not asks(self.where) or self._asked(key, view, role, state))
        ]
        if self.kind == "delete":
            for row in reached:
                del after[self.table][row["id"]]
            return after, reached
        written = [role.preset(self.table, {**row, "n": 2, "m": 1}) for row in reached]
        after[self.table].update({row["id"]: row for row in written})
        self._hold(rules.updated, written, after)
        return after, written

    def _asked(self, key: int, view: dict[int, Row], role: Role, state: State) -> bool:
        return key in view and truth(self.table, self.where, view[key], role.view(state)) is True

    def _insert(self, role: Role, state: State, after: State) -> list[Row]:
        rules, written, new = role.rules[self.table], list[Row](), list[Row]()
        changed: list[Row] = []
        inner: list[Row] = []
        for number, row in enumerate(self.rows):
            there = state[self.table].get(row["id"])
            made = role.preset(self.table, row)
            if there is not None:
                if truth(self.table, rules.update, there, state) is not True:
                    continue
                made = role.preset(self.table, {**there, "n": row["n"]})
            (new if there is None else changed).append(made)
            written.append(made)
            after[self.table][row["id"]] = made
            if self.inside:
                inner += [
                    role.preset("thing", {"id": each["id"], "holder_id": row["id"], "n": each["n"], "m": each["m"]})
                    for each in self.inside[number]
                ]
        after["thing"].update({row["id"]: row for row in inner})
        self._hold(rules.insert, new, after)
        self._hold(rules.updated, changed, after)
        self._hold(role.rules["thing"].insert, inner, after, "thing")
        return written

    def _hold(self, check: Rule, rows: list[Row], after: State, table: str | None = None) -> None:
        table = table or self.table
        if not all(truth(table, check, row, after) is True for row in rows):
            raise Refused


def literal(row: Row, preset: int | None) -> str:
    members = {"holderId" if name == "holder_id" else name: value for name, value in row.items()}
    if preset is not None:
        members.pop("m")
    return "{" + ", ".join(f"{name}: {'null' if value is None else value}" for name, value in members.items()) + "}"


NUMBERS = st.sampled_from([None, 1, 2])
ANSWER = "{ affectedRows returning { id n m } }"
Case: TypeAlias = tuple[dict[str, Given], Change]


@st.composite
def cases(draw: st.DrawFn) -> Case:
    role = {"holder": draw(given_rules("holder")), "thing": draw(given_rules("thing"))}
    match draw(st.sampled_from(["update", "delete", "upsert", "nest"])):
        case "upsert":
            return role, draw(upserts(role["thing"].preset))
        case "nest":
            return role, draw(nesting_inserts(role["holder"].preset, role["thing"].preset))
        case kind:
            table = "thing" if kind == "delete" else draw(st.sampled_from(["thing", "holder"]))
            where = draw(wheres(table))
            values = "{n: 2}" if role[table].preset is not None else "{n: 2, m: 1}"
            new = f", _set: {values}" if kind == "update" else ""
            text = f"{kind}{table.capitalize()}(where: {where_of(where, table)}{new}) {ANSWER}"
            return role, Change(table, text, kind, where)


@st.composite
def upserts(draw: st.DrawFn, preset: int | None) -> Change:
    keys = draw(st.lists(st.integers(1, 9), min_size=1, max_size=3, unique=True))
    rows: list[Row] = [
        {"id": key, "holder_id": draw(st.sampled_from([None, 1, 2, 3])), "n": draw(NUMBERS), "m": draw(NUMBERS)}
        for key in keys
    ]
    objects = ", ".join(literal(row, preset) for row in rows)
    conflict = "{constraint: THING_PKEY, updateColumns: [N]}"
    text = f"insertThing(objects: [{objects}], onConflict: {conflict}) {ANSWER}"
    return Change("thing", text, "insert", rows=tuple(rows))


@st.composite
def nesting_inserts(draw: st.DrawFn, outer: int | None, inner: int | None) -> Change:
    """Holders, with things inside of them."""
    rows: list[Row] = []
    inside: list[tuple[Row, ...]] = []
    objects: list[str] = []
    for number in range(draw(st.integers(1, 2))):
        rows.append({"id": 11 + number, "n": draw(NUMBERS), "m": draw(NUMBERS)})
        things: list[Row] = [
            {"id": 20 + 3 * number + each, "n": draw(NUMBERS), "m": draw(NUMBERS)}
            for each in range(draw(st.integers(0, 2)))
        ]
        inside.append(tuple(things))
        data = ", ".join(literal(thing, inner) for thing in things)
        objects.append(f"{literal(rows[-1], outer)[:-1]}, thing: {{data: [{data}]}}}}")
    text = f"insertHolder(objects: [{', '.join(objects)}]) {ANSWER}"
    return Change("holder", text, "insert", rows=tuple(rows), inside=tuple(inside))


# --- both ------------------------------------------------------------------------------------------------------------


class World:
    """The real tables, driven from tests that are not asynchronous themselves."""

    def __init__(self, loop: asyncio.AbstractEventLoop, ruled: Ruled, url: str) -> None:
        self._loop = loop
        self.ruled = ruled
        self._url = url

    def run(self, rights: GivenRights, text: str) -> tuple[Any, State]:
        """The answer of a mutation or what it is refused with, and the state behind it."""
        return self._loop.run_until_complete(self._run(rights, text))

    async def _run(self, rights: GivenRights, text: str) -> tuple[Any, State]:
        connection = await asyncpg.connect(self._url)
        try:
            await connection.execute("TRUNCATE holder, thing")
            for table in ("holder", "thing"):
                rows = START[table].values()
                places = ", ".join(f"${number + 1}" for number in range(len(next(iter(rows)))))
                await connection.executemany(
                    f"INSERT INTO {table} VALUES ({places})",
                    [tuple(row.values()) for row in rows],
                )
            try:
                answer: Any = await self.ruled.write(rights, f"mutation {{ {text} }}", session=SESSION)
            except SelfgraphError as error:
                answer = error
            state: State = {}
            for table in ("holder", "thing"):
                found = await connection.fetch(f"SELECT * FROM {table} ORDER BY id")
                state[table] = {row["id"]: dict(row) for row in found}
            return answer, state
        finally:
            await connection.close()


@pytest.fixture(scope="module")
def world(embedded_server: EmbeddedServer) -> Generator[World]:
    with asyncio.Runner() as runner:
        stack = AsyncExitStack()

        async def open_world() -> World:
            url = await stack.enter_async_context(new_database(embedded_server.url, SCHEMA))
            served = await stack.enter_async_context(serving(url))
            return World(runner.get_loop(), await Ruled.of(served.database), url)

        yield runner.run(open_world())
        runner.run(stack.aclose())


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(case=cases())
def test_what_is_written_and_answered_is_what_the_rules_allow(world: World, case: Case) -> None:
    given_, change = case
    role = Role(given_)
    rights = GivenRights({table: rules.rights(world.ruled, table) for table, rules in given_.items()})

    answer, state = world.run(rights, change.text)

    try:
        after, written = change.simulate(role, START)
    except Refused:
        event(f"{change.kind} refused")
        assert isinstance(answer, ForbiddenError), answer
        assert state == START
        return
    event(f"{change.kind} of {len(written)} rows")
    assert not isinstance(answer, SelfgraphError), answer
    assert state == after
    (found,) = answer.values()
    count = len(written) + sum(map(len, change.inside))
    assert found["affectedRows"] == count
    names = ("id", "n", "m")
    expected = [{name: row[name] for name in names} for row in role.answered(change.table, written, after)]
    assert found["returning"] == expected
