from __future__ import annotations

from pathlib import Path

import pytest

from bench.failure import BenchError
from bench.load import Measurement, Target, middle, read_summary

TARGET = Target("http://127.0.0.1:1/graphql", {}, Path("bodies"), shortest_answer=100)
SUMMARY = {
    "requests": 1000,
    "microseconds": 2_000_000,
    "bytes": 200_000,
    "p50": 1500.0,
    "p99": 9000.0,
    "bad_statuses": 0,
    "broken": 0,
}


def test_the_summary_of_wrk_becomes_requests_a_second_and_milliseconds() -> None:
    assert read_summary(SUMMARY, TARGET) == Measurement(rps=500.0, p50_ms=1.5, p99_ms=9.0)


@pytest.mark.parametrize("problem", [{"bad_statuses": 1}, {"broken": 1}, {"requests": 0}], ids=str)
def test_a_run_with_a_failed_request_does_not_count(problem: dict[str, int]) -> None:
    with pytest.raises(BenchError, match="failed under load"):
        read_summary({**SUMMARY, **problem}, TARGET)


def test_answers_shorter_than_a_right_one_do_not_count() -> None:
    with pytest.raises(BenchError, match="too short"):
        read_summary({**SUMMARY, "bytes": 99_999}, TARGET)


def test_each_figure_of_several_rounds_is_its_own_median() -> None:
    rounds = [Measurement(100, 1, 30), Measurement(300, 3, 20), Measurement(200, 2, 90)]

    assert middle(rounds) == Measurement(200, 2, 30)
