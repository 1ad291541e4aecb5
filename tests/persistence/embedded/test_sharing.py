from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from persistence.embedded import acquire, status
from tests.persistence.embedded.conftest import all_end

if TYPE_CHECKING:
    from tests.persistence.embedded.conftest import Ask, Installation, User

WAIT_SECONDS = 30


def test_users_share_one_server(installation: Installation) -> None:
    first = acquire(installation.data_dir)
    server = installation.server

    second = acquire(installation.data_dir)

    assert second.url == first.url
    assert installation.server == server


def test_the_server_stays_while_one_user_is_left(installation: Installation, ask: Ask) -> None:
    first = acquire(installation.data_dir)
    second = acquire(installation.data_dir)

    first.release()

    assert ask(second.url, "SELECT 1") == 1


def test_the_last_one_out_stops_the_server(installation: Installation) -> None:
    first = acquire(installation.data_dir)
    second = acquire(installation.data_dir)

    first.release()
    second.release()

    assert status(installation.data_dir).postmaster is None
    assert all_end(installation.processes())


def test_releasing_twice_takes_no_one_elses_share(installation: Installation, ask: Ask) -> None:
    first = acquire(installation.data_dir)
    second = acquire(installation.data_dir)

    first.release()
    first.release()

    assert ask(second.url, "SELECT 1") == 1


def test_data_and_password_stay_over_a_restart(installation: Installation, ask: Ask) -> None:
    first = acquire(installation.data_dir)
    ask(first.url, "CREATE TABLE kept AS SELECT 7 AS value")
    first.release()

    second = acquire(installation.data_dir)

    assert second.url == first.url
    assert ask(second.url, "SELECT value FROM kept") == 7


def test_threads_that_start_at_once_share_one_server(new_installation: Installation, ask: Ask) -> None:
    with ThreadPoolExecutor(6) as pool:
        servers = list(pool.map(lambda _: acquire(new_installation.data_dir), range(6)))

    assert len({server.url for server in servers}) == 1
    assert ask(servers[-1].url, "SELECT 1") == 1


def test_processes_that_start_at_once_share_one_server(user: User) -> None:
    with ThreadPoolExecutor(4) as pool:
        urls = {url for _, url in pool.map(lambda _: user(), range(4))}

    assert len(urls) == 1


def test_a_user_in_another_process_keeps_the_server(installation: Installation, user: User, ask: Ask) -> None:
    _, url = user()

    acquire(installation.data_dir).release()

    assert ask(url, "SELECT 1") == 1


def test_a_process_that_ends_in_order_stops_the_server(installation: Installation, user: User) -> None:
    process, _ = user()

    process.communicate(timeout=WAIT_SECONDS)

    assert status(installation.data_dir).postmaster is None


def test_the_users_are_known_by_their_process_ids(installation: Installation, user: User) -> None:
    process, _ = user()

    assert status(installation.data_dir).users == (process.pid,)
