from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from persistence.jobs import waiting
from persistence.jobs.waiting import fails_too_long, waits_too_long
from tests.persistence.jobs.running import enqueue

if TYPE_CHECKING:
    from persistence.database import Database


async def change(database: Database, assignments: str) -> None:
    async with database.acquire() as connection:
        await connection.execute(f"UPDATE selfgraph.procrastinate_jobs SET {assignments}")


async def test_no_job_does_not_wait(migrated: Database) -> None:
    assert not await waits_too_long(migrated, 600)


async def test_a_new_job_does_not_wait_yet(migrated: Database) -> None:
    await enqueue(migrated, "ada@example.com")
    assert not await waits_too_long(migrated, 600)


@pytest.mark.parametrize(
    ("assignments", "expected"),
    [
        ("scheduled_at = now() - interval '599 s'", False),
        ("scheduled_at = now() - interval '601 s'", True),
        ("scheduled_at = now() + interval '1 h', attempts = 5", False),
        ("scheduled_at = now() - interval '601 s', status = 'doing'", False),
        ("scheduled_at = now() - interval '601 s', status = 'failed'", False),
    ],
    ids=["shorter", "longer", "tried again later", "running", "failed"],
)
async def test_a_due_job_waits(migrated: Database, assignments: str, *, expected: bool) -> None:
    await enqueue(migrated, "ada@example.com")
    await change(migrated, assignments)
    assert await waits_too_long(migrated, 600) is expected


@pytest.mark.parametrize(
    ("attempts", "status", "age", "expected"),
    [(0, "todo", 601, False), (1, "todo", 599, False), (1, "todo", 601, True), (9, "failed", 601, False)],
    ids=["not tried yet", "new", "tried for long", "given up"],
)
async def test_a_job_that_is_tried_again_and_again_fails(
    migrated: Database, attempts: int, status: str, age: int, *, expected: bool
) -> None:
    await enqueue(migrated, "ada@example.com")
    await change(migrated, f"attempts = {attempts}, status = '{status}', scheduled_at = now() + interval '1 h'")
    async with migrated.acquire() as connection:
        await connection.execute(f"UPDATE selfgraph.procrastinate_events SET at = now() - interval '{age} s'")
    assert await fails_too_long(migrated, 600) is expected


async def test_the_question_is_answered_by_an_index_however_many_wait(migrated: Database) -> None:
    async with migrated.acquire() as connection:
        await connection.execute(
            "INSERT INTO selfgraph.procrastinate_jobs (queue_name, task_name, scheduled_at)"
            " SELECT 'q', 't', now() + interval '1 h' FROM generate_series(1, 5000);"
            " ANALYZE selfgraph.procrastinate_jobs"
        )
        plan = await connection.fetch(f"EXPLAIN {waiting._WAITING}", 600.0)
    assert "ix_procrastinate_jobs_due" in "\n".join(row[0] for row in plan)
    assert not await waits_too_long(migrated, 600)
