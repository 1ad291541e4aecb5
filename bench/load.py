"""One measurement: wrk against one contender for some seconds."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Final

import orjson

from bench.failure import BenchError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

SCRIPT: Final = Path(__file__).with_name("post.lua")
GRACE_SECONDS: Final = 30


@dataclass(frozen=True, slots=True)
class Measurement:
    """Requests per second, and the latencies in milliseconds that half and 99 % of them stay under."""

    rps: float
    p50_ms: float
    p99_ms: float


@dataclass(frozen=True, slots=True)
class Target:
    """Where the load goes: one contender's URL and headers, and the shortest body of a right answer.

    `bodies` is a file of request bodies, or of paths to ask for, one a line.
    """

    url: str
    headers: Mapping[str, str]
    bodies: Path
    shortest_answer: int


@dataclass(frozen=True, slots=True)
class Load:
    """wrk with a number of keep-alive connections, all driven by one thread; `script` makes the requests."""

    command: Sequence[str]
    environment: Mapping[str, str]
    connections: int
    script: Path = SCRIPT

    def measure(self, target: Target, seconds: float) -> Measurement:
        """Load the target for whole seconds, at least one.

        Raises:
            BenchError: wrk failed, or an answer was an error or too short to be right.
        """
        whole = max(1, round(seconds))
        headers = [f"-H{name}: {value}" for name, value in target.headers.items()]
        command = [*self.command, "-t1", f"-c{self.connections}", f"-d{whole}s", *headers]
        command += ["--timeout", "10s", "-s", str(self.script), target.url, "--", str(target.bodies)]
        run = subprocess.run(
            command,
            env={**os.environ, **self.environment},
            capture_output=True,
            check=False,
            timeout=whole + GRACE_SECONDS,
        )
        if run.returncode:
            raise BenchError(f"wrk failed: {run.stderr.decode(errors='replace').strip()}")
        return read_summary(orjson.loads(run.stdout.splitlines()[-1]), target)


def middle(measurements: Sequence[Measurement]) -> Measurement:
    """The median of several rounds, each figure by itself."""
    return Measurement(
        rps=round(median(one.rps for one in measurements), 1),
        p50_ms=round(median(one.p50_ms for one in measurements), 3),
        p99_ms=round(median(one.p99_ms for one in measurements), 3),
    )


def read_summary(summary: Mapping[str, float], target: Target) -> Measurement:
    """What wrk's script says of a run, as a measurement.

    Raises:
        BenchError: a request failed, or the answers are shorter on average than the shortest right one.
    """
    if summary["bad_statuses"] or summary["broken"] or not summary["requests"]:
        raise BenchError(f"{target.url} failed under load: {summary}")
    if summary["bytes"] < summary["requests"] * target.shortest_answer:
        raise BenchError(f"{target.url} gave answers under load that are too short to be right: {summary}")
    return Measurement(
        rps=summary["requests"] / summary["microseconds"] * 1e6,
        p50_ms=summary["p50"] / 1e3,
        p99_ms=summary["p99"] / 1e3,
    )
