"""How long selfgraph takes to its first answer, and how much memory it then holds."""

from __future__ import annotations

import time
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Final

import psutil

from bench import contenders
from bench.database import embedded_database, load_chinook, wait_until_stopped

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path

    from bench.contenders import Contender

MEBIBYTE: Final = 1024 * 1024
SETTLING_SECONDS: Final = 1.0


@dataclass(frozen=True, slots=True)
class Startup:
    """Seconds to the first answered query, without data and with, and the memory of the idle process in MiB."""

    cold_seconds: float
    warm_seconds: float
    idle_memory_mib: float

    def as_dict(self) -> dict[str, float]:
        """For `results.json`."""
        return asdict(self)


def start_cold(data_dir: Path) -> tuple[float, str]:
    """Start on an empty folder, load Chinook, stop; gives the seconds to the first answer and PostgreSQL's version."""
    begun = time.perf_counter()
    with contenders.selfgraph(data_dir):
        seconds = time.perf_counter() - begun
        with embedded_database(data_dir) as url:
            version = load_chinook(url)
    wait_until_stopped(data_dir)
    return seconds, version


@contextmanager
def start_warm(data_dir: Path, cold_seconds: float) -> Generator[tuple[Contender, Startup]]:
    """Start on the folder that has the data now, PostgreSQL included, for the length of the block."""
    begun = time.perf_counter()
    with contenders.selfgraph(data_dir) as contender:
        seconds = time.perf_counter() - begun
        # Sleeping is the measurement: memory is asked for when the server has had nothing to do for a while.
        time.sleep(SETTLING_SECONDS)
        memory = psutil.Process(contender.process.pid).memory_info().rss / MEBIBYTE
        yield contender, Startup(round(cold_seconds, 2), round(seconds, 2), round(memory, 1))
