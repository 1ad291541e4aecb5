from __future__ import annotations

import pytest

from graph.pace import Pace


def test_enough_in_the_time_is_never_lost() -> None:
    pace = Pace(rate=10, seconds=2)

    for _ in range(100):
        pace.count(10, 1.0)
        assert not pace.is_lost


def test_too_little_is_lost_at_the_end_of_the_time_and_not_before() -> None:
    pace = Pace(rate=10, seconds=2)

    pace.count(9, 1.0)
    assert (pace.is_lost, pace.left) == (False, 1.0)
    pace.count(10, 1.0)

    assert (pace.is_lost, pace.left, pace.shortfall) == (True, 0.0, "less than 20 bytes")


def test_nothing_is_put_by_for_later() -> None:
    pace = Pace(rate=10, seconds=2)
    pace.count(1_000_000, 0.5)

    pace.count(19, 2.0)

    assert pace.is_lost


def test_time_that_nobody_was_waited_for_does_not_count() -> None:
    pace = Pace(rate=10, seconds=2)

    for _ in range(1000):
        pace.count(1, 0.0)

    assert not pace.is_lost


@pytest.mark.parametrize(("moved", "lost"), [(0, True), (1, False)])
def test_without_a_rate_something_is_enough(moved: int, *, lost: bool) -> None:
    pace = Pace(rate=0, seconds=2)

    pace.count(moved, 2.0)

    assert pace.is_lost is lost
    assert not lost or pace.shortfall == "nothing"
