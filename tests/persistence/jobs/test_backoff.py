from __future__ import annotations

import pytest

from persistence.jobs.registry import Backoff


def test_each_delay_is_twice_as_long_up_to_the_longest() -> None:
    backoff = Backoff(jitter=0)
    delays = [backoff.delay(attempt) for attempt in range(1, 13)]
    assert delays == [5, 10, 20, 40, 80, 160, 320, 640, 1280, 1800, 1800, None]


@pytest.mark.parametrize("attempt", [3, 4, 10_000])
def test_there_is_an_end(attempt: int) -> None:
    assert Backoff(attempts=3).delay(attempt) is None


def test_jobs_that_failed_together_are_not_tried_together() -> None:
    delays = {Backoff().delay(1) for _ in range(100)}
    assert len(delays) > 90
    assert all(delay is not None and 3.75 <= delay <= 6.25 for delay in delays)
