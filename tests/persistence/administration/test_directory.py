"""The directory of users on real PostgreSQL: every order, both ways, held against Python's own sorting."""

from __future__ import annotations

import asyncio
from functools import cmp_to_key, partial
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import event

from domain.administration.directory import CountUsers, ListUsers, UserField, order_of
from domain.conditions import EVERYTHING, AllOf, AnyOf, Comparator, Comparison, Negation
from domain.errors import InvalidInputError
from domain.roles import LADDER
from persistence.administration.directory import PostgresUserDirectory
from persistence.database import Database, DatabaseOptions
from persistence.transactions import Transactions

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Sequence

    from domain.accounts.users import User
    from domain.paging import Order, SortKey

USERS = """
INSERT INTO selfgraph.users (id, email, username, name, phone, role, active, email_verified_at, created_at, last_seen_at)
SELECT md5(n::text)::uuid, 'u' || n || '@x.test',
    CASE WHEN n % 3 > 0 THEN 'user' || n END,
    (ARRAY['Ada', NULL, 'Bob', 'ada'])[1 + n % 4],
    CASE WHEN n % 2 = 0 THEN '+4144' || n END,
    (ARRAY['user', 'superadmin', 'admin'])[1 + n % 3],
    n % 5 > 0,
    CASE WHEN n % 2 = 0 THEN TIMESTAMPTZ '2026-01-01 12:00:00.123456Z' + n % 3 * INTERVAL '1 day' END,
    TIMESTAMPTZ '2026-01-01 00:00Z' + n / 4 * INTERVAL '1 second',
    CASE WHEN n % 4 > 0 THEN TIMESTAMPTZ '2026-02-01 00:00Z' - n * INTERVAL '1 microsecond' END
FROM generate_series(1, 57) n
"""
WALKS = [
    ("the newest first", []),
    ("by creation", [UserField.CREATED_AT.key()]),
    ("by role", [UserField.ROLE.key(descending=True)]),
    ("by name, NULLs last", [UserField.NAME.key()]),
    ("by name, NULLs first", [UserField.NAME.key(nulls_first=True)]),
    ("by name backwards, NULLs first", [UserField.NAME.key(descending=True, nulls_first=True)]),
    ("by name backwards, NULLs last", [UserField.NAME.key(descending=True)]),
    ("mixed", [UserField.ACTIVE.key(), UserField.EMAIL_VERIFIED_AT.key(descending=True), UserField.NAME.key()]),
    ("by times with NULLs", [UserField.LAST_SEEN_AT.key(descending=True, nulls_first=True)]),
    ("by the id", [UserField.ID.key(descending=True)]),
]


@pytest.fixture
async def directory(any_migrated_database: str) -> AsyncGenerator[PostgresUserDirectory]:
    database = await Database.connect(DatabaseOptions(any_migrated_database))
    async with database.acquire() as connection:
        await connection.execute(USERS)
    yield PostgresUserDirectory(Transactions(database))
    await database.close()


async def everybody(directory: PostgresUserDirectory) -> list[User]:
    found: list[User] = []
    list_users = ListUsers(directory)
    page = await list_users(EVERYTHING, order_of([]), first=100)
    found.extend(page.rows)
    return found


def compare(keys: Sequence[SortKey], one: User, other: User) -> int:
    for key in keys:
        left, right = getattr(one, key.attribute), getattr(other, key.attribute)
        if left == right:
            continue
        if left is None or right is None:
            return -1 if (left is None) == key.nulls_first else 1
        if key.attribute == "role":
            left, right = LADDER.index(left), LADDER.index(right)
        return -1 if (left < right) != key.descending else 1
    return 0


def expected(users: list[User], order: Order) -> list[str]:
    return [user.email for user in sorted(users, key=cmp_to_key(partial(compare, order.keys)))]


async def walk(directory: PostgresUserDirectory, order: Order, size: int) -> list[str]:
    emails: list[str] = []
    after: str | None = None
    for _ in range(60):
        page = await ListUsers(directory)(EVERYTHING, order, first=size, after=after)
        assert page.has_previous == (after is not None)
        emails += [user.email for user in page.rows]
        if not page.has_next:
            return emails
        after = order.cursor(page.rows[-1])
    raise AssertionError("the pages do not end")


async def walk_back(directory: PostgresUserDirectory, order: Order, size: int) -> list[str]:
    emails: list[str] = []
    before: str | None = None
    for _ in range(60):
        page = await ListUsers(directory)(EVERYTHING, order, last=size, before=before)
        assert page.has_next == (before is not None)
        emails = [user.email for user in page.rows] + emails
        if not page.has_previous:
            return emails
        before = order.cursor(page.rows[0])
    raise AssertionError("the pages do not end")


# Names are ordered by the database's collation, which Python knows only where it is C.
@pytest.mark.parametrize(("keys"), [keys for _, keys in WALKS], ids=[name for name, _ in WALKS])
async def test_pages_both_ways_hold_every_user_once_and_in_order(
    directory: PostgresUserDirectory, keys: list[SortKey]
) -> None:
    order = order_of(keys)

    forward = await walk(directory, order, 7)
    backward = await walk_back(directory, order, 10)

    assert forward == backward
    assert sorted(forward) == sorted(user.email for user in await everybody(directory))
    if not any(key.attribute == "name" for key in keys):
        assert forward == expected(await everybody(directory), order)


async def test_a_window_between_two_cursors(directory: PostgresUserDirectory) -> None:
    order = order_of([UserField.NAME.key(), UserField.CREATED_AT.key(descending=True)])
    users = (await ListUsers(directory)(EVERYTHING, order, first=57)).rows
    after, before = order.cursor(users[9]), order.cursor(users[20])

    first = await ListUsers(directory)(EVERYTHING, order, first=4, after=after, before=before)
    last = await ListUsers(directory)(EVERYTHING, order, last=100, after=after, before=before)

    assert first.rows == users[10:14]
    assert last.rows == users[10:20]


ADA = Comparison(UserField.NAME, Comparator.EQ, "Ada")


@pytest.mark.parametrize(
    ("condition", "count"),
    [
        (EVERYTHING, 57),
        (AnyOf(), 0),
        (Negation(AnyOf()), 57),
        (ADA, 14),
        (Comparison(UserField.NAME, Comparator.ILIKE, "ADA"), 28),
        (Comparison(UserField.NAME, Comparator.IS_NULL, True), 15),
        (Comparison(UserField.NAME, Comparator.IN, ("Ada", "Bob")), 28),
        (Comparison(UserField.NAME, Comparator.IN, ()), 0),
        (Comparison(UserField.NAME, Comparator.NIN, ("Ada",)), 28),
        (AllOf((ADA, Negation(Comparison(UserField.ACTIVE, Comparator.EQ, True)))), 2),
        (AnyOf((ADA, Comparison(UserField.EMAIL, Comparator.EQ, "u1@x.test"))), 15),
        (Comparison(UserField.ROLE, Comparator.IN, ("admin", "superadmin")), 38),
        (Comparison(UserField.EMAIL, Comparator.LIKE, "u5_@%"), 8),
    ],
)
async def test_filters(directory: PostgresUserDirectory, condition: Any, count: int) -> None:
    assert await CountUsers(directory)(condition) == count
    assert len((await ListUsers(directory)(condition, order_of([]), first=100)).rows) == count


@pytest.mark.parametrize("value", ["a\0b", "\ud800"])
async def test_text_that_no_database_holds_is_refused(directory: PostgresUserDirectory, value: str) -> None:
    with pytest.raises(InvalidInputError):
        await CountUsers(directory)(Comparison(UserField.NAME, Comparator.EQ, value))


async def test_a_page_costs_one_statement(directory: PostgresUserDirectory) -> None:
    statements: list[str] = []
    engine = directory._transactions._database.engine.sync_engine

    def note(_c: object, _cu: object, statement: str, *_: object) -> None:
        statements.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    await ListUsers(directory)(ADA, order_of([]), first=100)

    assert len(statements) == 1


async def test_a_page_of_many_users_is_read_from_the_index(directory: PostgresUserDirectory) -> None:
    order = order_of([])
    database = directory._transactions._database
    async with database.acquire() as connection:
        await connection.execute(
            "INSERT INTO selfgraph.users (id, email, created_at) SELECT gen_random_uuid(), 'm' || n || '@x.test',"
            " TIMESTAMPTZ '2025-01-01 00:00Z' + n * INTERVAL '1 second' FROM generate_series(1, 20000) n;"
            "ANALYZE selfgraph.users"
        )
    page = await ListUsers(directory)(EVERYTHING, order, first=100)
    plans: list[str] = []

    def explain(_c: object, _cu: object, statement: str, parameters: Any, *_: object) -> tuple[str, Any]:
        plans.append(statement)
        return statement, parameters

    event.listen(database.engine.sync_engine, "before_cursor_execute", explain, retval=True)
    cursor = order.cursor(page.rows[-1])
    after = order.read(cursor, "after")
    await ListUsers(directory)(EVERYTHING, order, first=100, after=cursor)
    async with database.acquire() as connection:
        plan = "\n".join(row[0] for row in await connection.fetch(f"EXPLAIN {plans[0]}", *after, 101))

    assert "ix_users_created_at_id" in plan
    assert "Index Cond: (ROW(" in plan
    assert "Sort" not in plan.split("SubPlan")[0]


async def test_a_page_goes_on_where_it_ended_whatever_happened_meanwhile(directory: PostgresUserDirectory) -> None:
    order = order_of([])
    first = await ListUsers(directory)(EVERYTHING, order, first=10)
    async with directory._transactions._database.acquire() as connection:
        await connection.execute("DELETE FROM selfgraph.users WHERE email = $1", first.rows[-1].email)

    second, again = await asyncio.gather(
        *(ListUsers(directory)(EVERYTHING, order, first=10, after=order.cursor(first.rows[-1])) for _ in range(2))
    )

    assert second == again
    assert not {user.id for user in first.rows} & {user.id for user in second.rows}
    assert len(second.rows) == 10
