"""The Chinook database of a run, on the embedded PostgreSQL of a data folder."""

from __future__ import annotations

import asyncio
import shutil
import time
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final

import asyncpg

from bench.failure import BenchError
from persistence.embedded import acquire
from persistence.embedded.layout import locate

if TYPE_CHECKING:
    from collections.abc import Generator

CHINOOK: Final = Path(__file__).with_name("chinook.sql")
NOTES: Final = """
create table note (
  note_id bigint generated always as identity primary key,
  author text not null,
  body text not null,
  stars integer not null default 0,
  written_at timestamptz not null default now()
)"""
"""What is inserted into."""
STOP_SECONDS: Final = 30.0
POLL_SECONDS: Final = 0.02


@contextmanager
def data_folder() -> Generator[Path]:
    """A temporary DATA_DIR; when the block is over its PostgreSQL has stopped and its files are gone."""
    with TemporaryDirectory(prefix="selfgraph-bench-") as folder:
        # As root, PostgreSQL runs as another user, who has to get in.
        Path(folder).chmod(0o711)
        data_dir = Path(folder) / "data"
        layout = locate(data_dir)
        try:
            yield data_dir
        finally:
            wait_until_stopped(data_dir)
            shutil.rmtree(layout.home, ignore_errors=True)


@contextmanager
def embedded_database(data_dir: Path) -> Generator[str]:
    """Share the embedded PostgreSQL of `data_dir` for the length of the block; gives its URL."""
    server = acquire(data_dir)
    try:
        yield server.url
    finally:
        server.release()


def wait_until_stopped(data_dir: Path) -> None:
    """Wait until PostgreSQL has stopped, as it does when nobody shares it any more.

    Raises:
        BenchError: it still runs after `STOP_SECONDS`.
    """
    note = locate(data_dir).data / "postmaster.pid"
    deadline = time.monotonic() + STOP_SECONDS
    while note.exists():
        if time.monotonic() > deadline:
            raise BenchError(f"the embedded PostgreSQL in {data_dir} does not stop")
        time.sleep(POLL_SECONDS)


def load_chinook(url: str) -> str:
    """Load the data set into the empty database, make its statistics, and give PostgreSQL's version."""
    return asyncio.run(_load(url))


async def _load(url: str) -> str:
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(CHINOOK.read_text(encoding="utf-8"))
        await connection.execute(NOTES)
        await connection.execute("analyze")
        version: str = await connection.fetchval("show server_version")
    finally:
        await connection.close()
    return version
