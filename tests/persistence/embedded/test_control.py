from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from persistence import embedded
from tests.persistence.embedded.conftest import all_end, kill

if TYPE_CHECKING:
    from pathlib import Path

    from tests.persistence.embedded.conftest import Ask, Installation, User


def test_a_started_server_stays_without_users(installation: Installation, ask: Ask) -> None:
    server = embedded.start(installation.data_dir)

    assert ask(server.url, "SELECT 1") == 1
    assert embedded.status(installation.data_dir).pinned


def test_a_started_server_stays_when_its_users_leave(installation: Installation, ask: Ask) -> None:
    embedded.start(installation.data_dir)

    server = embedded.acquire(installation.data_dir)
    server.release()

    assert ask(server.url, "SELECT 1") == 1


def test_starting_twice_is_no_mistake(installation: Installation) -> None:
    embedded.start(installation.data_dir)
    server = installation.server

    embedded.start(installation.data_dir)

    assert installation.server == server


def test_a_started_server_is_stopped_with_its_keeper(installation: Installation) -> None:
    embedded.start(installation.data_dir)
    processes = installation.processes()

    assert embedded.stop(installation.data_dir)
    assert all_end(processes)


def test_a_server_in_a_folder_with_an_odd_name_is_stopped(open_folder: Path, new_installation: Installation) -> None:
    new_installation.data_dir = open_folder / "it's a “datä” & \"#%?\\"
    embedded.start(new_installation.data_dir)

    assert embedded.stop(new_installation.data_dir)
    assert embedded.status(new_installation.data_dir).postmaster is None


def test_stopping_what_does_not_run_says_so(installation: Installation) -> None:
    assert not embedded.stop(installation.data_dir)


def test_stopping_what_was_never_made_makes_nothing(new_installation: Installation) -> None:
    assert not embedded.stop(new_installation.data_dir)
    assert not new_installation.data_dir.exists()


def test_a_used_server_is_not_stopped(installation: Installation, user: User, ask: Ask) -> None:
    process, url = user()

    with pytest.raises(embedded.EmbeddedError, match=rf"in use \(process {process.pid}\).*--force"):
        embedded.stop(installation.data_dir)

    assert ask(url, "SELECT 1") == 1


@pytest.mark.usefixtures("user")
def test_a_used_server_is_stopped_by_force(installation: Installation, user: User) -> None:
    user()

    assert embedded.stop(installation.data_dir, force=True)
    assert embedded.status(installation.data_dir).postmaster is None


def test_after_a_stop_the_server_leaves_with_its_users_again(installation: Installation) -> None:
    embedded.start(installation.data_dir)
    embedded.stop(installation.data_dir)

    embedded.acquire(installation.data_dir).release()

    assert embedded.status(installation.data_dir).postmaster is None


def test_a_crash_of_the_whole_machine_ends_the_wish_to_keep_it_running(installation: Installation) -> None:
    embedded.start(installation.data_dir)
    installation.kill()

    embedded.acquire(installation.data_dir).release()

    assert embedded.status(installation.data_dir).postmaster is None


def test_a_started_server_that_is_killed_comes_back(installation: Installation, ask: Ask) -> None:
    embedded.start(installation.data_dir)
    kill(installation.server)

    server = embedded.acquire(installation.data_dir)

    assert ask(server.url, "SELECT 1") == 1
    assert embedded.status(installation.data_dir).pinned


def test_looking_at_what_was_never_made_makes_nothing(new_installation: Installation) -> None:
    found = embedded.status(new_installation.data_dir)

    assert found.postmaster is None
    assert not new_installation.data_dir.exists()


def test_the_status_of_a_running_server_is_complete(installation: Installation) -> None:
    embedded.acquire(installation.data_dir)

    found = embedded.status(installation.data_dir)

    assert found.postmaster is not None
    assert found.postmaster.sockets == installation.home / "run"
    assert found.version.startswith("18.")
    assert found.size > 1_000_000
    assert found.started > 0
    assert not found.pinned
