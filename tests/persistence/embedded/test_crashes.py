from __future__ import annotations

import asyncio
import contextlib
import os
import signal
from typing import TYPE_CHECKING

import asyncpg
import psutil
import pytest

from persistence.embedded import acquire, status, stop
from tests.persistence.embedded.conftest import all_end, has_ended, kill, wait_until

if TYPE_CHECKING:
    from tests.persistence.embedded.conftest import Ask, Installation, Start, User

WAIT_SECONDS = 30
CONNECTION_LOST = (OSError, asyncpg.PostgresError, asyncpg.InterfaceError)


async def connect_again(url: str) -> asyncpg.Connection:
    """A connection as soon as the server gives one; waiting for a new server process is all that can be done here."""
    async with asyncio.timeout(WAIT_SECONDS):
        while True:
            with contextlib.suppress(*CONNECTION_LOST):
                return await asyncpg.connect(url, timeout=WAIT_SECONDS)
            await asyncio.sleep(0.01)


def test_the_server_stops_when_its_only_user_is_killed(installation: Installation, user: User) -> None:
    process, _ = user()
    processes = installation.processes()
    processes.remove(psutil.Process(process.pid))

    process.kill()

    assert all_end(processes)


def test_the_server_stays_for_the_others_when_one_user_is_killed(
    installation: Installation, user: User, ask: Ask
) -> None:
    server = acquire(installation.data_dir)
    process, _ = user()

    process.kill()
    process.wait(WAIT_SECONDS)

    assert ask(server.url, "SELECT 1") == 1


def test_the_server_outlives_the_process_that_started_it(installation: Installation, user: User, ask: Ask) -> None:
    starter, _ = user()
    server = acquire(installation.data_dir)

    starter.kill()
    starter.wait(WAIT_SECONDS)

    assert ask(server.url, "SELECT 1") == 1


def test_keeper_and_server_are_out_of_the_starters_session(installation: Installation) -> None:
    acquire(installation.data_dir)

    assert os.getsid(installation.keeper.pid) != os.getsid(0)
    assert os.getsid(installation.server.pid) != os.getsid(0)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_signal_meant_for_the_users_does_not_end_the_keeper(
    installation: Installation, ask: Ask, number: signal.Signals
) -> None:
    server = acquire(installation.data_dir)
    keeper = installation.keeper

    keeper.send_signal(number)

    with pytest.raises(psutil.TimeoutExpired):
        keeper.wait(0.5)
    assert ask(server.url, "SELECT 1") == 1


def test_a_killed_server_comes_back_by_itself(installation: Installation, ask: Ask) -> None:
    server = acquire(installation.data_dir)
    ask(server.url, "CREATE TABLE kept AS SELECT 7 AS value")

    kill(installation.server)

    async def value() -> int:
        connection = await connect_again(server.url)
        try:
            return int(await connection.fetchval("SELECT value FROM kept"))
        finally:
            await connection.close()

    assert asyncio.run(value()) == 7


async def test_a_killed_server_comes_back_although_a_backend_is_busy(installation: Installation) -> None:
    server = acquire(installation.data_dir)
    busy = await asyncpg.connect(server.url)
    backend = psutil.Process(await busy.fetchval("SELECT pg_backend_pid()"))
    endless = asyncio.create_task(busy.execute("DO $$ BEGIN LOOP END LOOP; END $$"))
    assert await asyncio.to_thread(wait_until, lambda: backend.cpu_times().user > 0.05)

    kill(installation.server)

    connection = await connect_again(server.url)
    assert has_ended(backend)
    await connection.close()
    with contextlib.suppress(*CONNECTION_LOST):
        await endless


def test_acquiring_right_after_the_server_was_killed_works(installation: Installation, ask: Ask) -> None:
    acquire(installation.data_dir)
    kill(installation.server)

    second = acquire(installation.data_dir)

    assert ask(second.url, "SELECT 1") == 1


def test_the_server_stays_when_its_keeper_is_killed(installation: Installation, ask: Ask) -> None:
    server = acquire(installation.data_dir)

    kill(installation.keeper)

    assert ask(server.url, "SELECT 1") == 1


def test_a_server_without_a_keeper_is_adopted_by_the_next_user(installation: Installation) -> None:
    acquire(installation.data_dir)
    running = installation.server
    kill(installation.keeper)

    acquire(installation.data_dir)

    assert installation.server == running
    assert installation.keeper.is_running()


def test_an_adopted_server_that_is_killed_comes_back(installation: Installation) -> None:
    acquire(installation.data_dir)
    kill(installation.keeper)
    server = acquire(installation.data_dir)

    kill(installation.server)

    async def version() -> str:
        connection = await connect_again(server.url)
        try:
            return str(await connection.fetchval("SHOW server_version"))
        finally:
            await connection.close()

    assert asyncio.run(version())


def test_the_last_one_out_stops_a_server_whose_keeper_was_killed(installation: Installation) -> None:
    server = acquire(installation.data_dir)
    processes = installation.processes()
    kill(installation.keeper)

    server.release()

    assert all_end(processes)


def test_a_server_left_by_its_keeper_and_its_user_can_be_stopped(installation: Installation, user: User) -> None:
    process, _ = user()
    kill(installation.keeper)
    process.kill()
    process.wait(WAIT_SECONDS)

    assert stop(installation.data_dir)
    assert status(installation.data_dir).postmaster is None


def test_everything_killed_at_once_loses_nothing_that_was_committed(
    installation: Installation, user: User, ask: Ask
) -> None:
    _, url = user()
    ask(url, "CREATE TABLE kept AS SELECT 7 AS value")

    installation.kill()

    assert ask(acquire(installation.data_dir).url, "SELECT value FROM kept") == 7


def test_a_start_killed_while_it_makes_the_data_directory_leaves_nothing(
    new_installation: Installation, start: Start, ask: Ask
) -> None:
    starter = psutil.Process(start().pid)
    home = new_installation.data_dir / "postgres"
    assert wait_until(lambda: any(home.glob("data.making-*/global")))
    starter.suspend()
    kill(starter, *starter.children(recursive=True))
    assert list(home.glob("data.making-*/global"))

    server = acquire(new_installation.data_dir)

    assert ask(server.url, "SELECT 1") == 1
    assert not list(home.glob("data.making-*"))
