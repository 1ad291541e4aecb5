from __future__ import annotations

import shutil
import stat
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from persistence.embedded import EmbeddedError, acquire
from persistence.embedded.keeper import KEPT_LOGS, prune_logs
from tests.persistence.embedded.conftest import all_end

if TYPE_CHECKING:
    from tests.persistence.embedded.conftest import Ask, Installation


def test_a_new_data_folder_is_closed_to_other_users(new_installation: Installation) -> None:
    acquire(new_installation.data_dir)

    assert stat.S_IMODE(new_installation.data_dir.stat().st_mode) & 0o067 == 0


def test_missing_parents_of_the_data_folder_are_made(open_folder: Path, new_installation: Installation) -> None:
    new_installation.data_dir = open_folder / "not" / "there" / "data"

    server = acquire(new_installation.data_dir)

    assert server.directory.is_relative_to(open_folder)


def test_a_relative_data_folder_is_taken_from_the_working_directory(
    open_folder: Path, new_installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(open_folder)

    server = acquire(Path("data"))

    assert server.directory == new_installation.data_dir / "postgres"


def test_a_data_folder_may_have_a_name_with_spaces_quotes_and_unicode(
    open_folder: Path, new_installation: Installation, ask: Ask
) -> None:
    new_installation.data_dir = open_folder / "it's a “datä” & #%?"

    assert ask(acquire(new_installation.data_dir).url, "SELECT 1") == 1


def test_a_path_too_long_for_a_socket_works_and_leaves_no_folder(
    open_folder: Path, new_installation: Installation, ask: Ask
) -> None:
    new_installation.data_dir = open_folder / ("long" * 40)
    server = acquire(new_installation.data_dir)
    sockets = Path(str(ask(server.url, "SHOW unix_socket_directories")))
    status = sockets.stat()

    server.release()

    assert stat.S_IMODE(status.st_mode) == 0o700
    assert not sockets.exists()


def test_a_long_path_keeps_its_socket_folder_after_a_crash(
    open_folder: Path, new_installation: Installation, ask: Ask
) -> None:
    new_installation.data_dir = open_folder / ("long" * 40)
    first = ask(acquire(new_installation.data_dir).url, "SHOW unix_socket_directories")
    new_installation.kill()

    server = acquire(new_installation.data_dir)

    assert ask(server.url, "SHOW unix_socket_directories") == first
    server.release()


def test_a_socket_folder_that_was_opened_to_others_is_not_used_again(
    open_folder: Path, new_installation: Installation, ask: Ask
) -> None:
    new_installation.data_dir = open_folder / ("long" * 40)
    first = Path(str(ask(acquire(new_installation.data_dir).url, "SHOW unix_socket_directories")))
    new_installation.kill()
    first.chmod(0o777)

    server = acquire(new_installation.data_dir)

    assert ask(server.url, "SHOW unix_socket_directories") != str(first)
    server.release()
    shutil.rmtree(first)


def test_a_data_directory_that_was_never_finished_is_set_aside(installation: Installation, ask: Ask) -> None:
    data = installation.data_dir / "postgres" / "data"
    (data / "global" / "pg_control").unlink()

    server = acquire(installation.data_dir)

    assert ask(server.url, "SELECT 1") == 1
    aside = list(data.parent.glob("data.incomplete-*"))
    assert [(path / "PG_VERSION").exists() for path in aside] == [True]
    assert str(aside[0]) in (server.notice or "")


def test_an_empty_data_directory_is_filled(installation: Installation, ask: Ask) -> None:
    data = installation.data_dir / "postgres" / "data"
    shutil.rmtree(data)
    data.mkdir()

    assert ask(acquire(installation.data_dir).url, "SELECT 1") == 1


def test_a_cluster_of_another_major_version_is_refused_with_both_versions(installation: Installation) -> None:
    (installation.data_dir / "postgres" / "data" / "PG_VERSION").write_text("17\n")

    with pytest.raises(EmbeddedError, match=r"PostgreSQL 17.*PostgreSQL 18") as refused:
        acquire(installation.data_dir)

    assert "\n" not in str(refused.value)


def test_a_data_folder_that_is_a_file_is_refused(open_folder: Path) -> None:
    (open_folder / "file").touch()

    with pytest.raises(EmbeddedError, match=r"DATA_DIR=.*/file cannot be used: .*Not a directory"):
        acquire(open_folder / "file")


def test_a_data_folder_below_a_file_is_refused(open_folder: Path) -> None:
    (open_folder / "file").touch()

    with pytest.raises(EmbeddedError, match=r"cannot be used: .*Not a directory"):
        acquire(open_folder / "file" / "data")


def test_a_data_folder_that_cannot_be_written_is_refused() -> None:
    with pytest.raises(EmbeddedError, match=r"DATA_DIR=/sys/selfgraph cannot be used: /sys/selfgraph: \w"):
        acquire(Path("/sys/selfgraph"))


def test_a_server_that_cannot_start_says_why_and_leaves_no_process(installation: Installation) -> None:
    (installation.data_dir / "postgres" / "data" / "postgresql.auto.conf").write_text("shared_buffers = 'nonsense'\n")

    with pytest.raises(EmbeddedError, match=r"did not start: .*(shared_buffers|contains errors)"):
        acquire(installation.data_dir)

    assert all_end(installation.processes())


def test_what_alter_system_sets_holds_after_a_restart(installation: Installation, ask: Ask) -> None:
    first = acquire(installation.data_dir)
    ask(first.url, "ALTER SYSTEM SET work_mem = '7MB'")
    first.release()

    assert ask(acquire(installation.data_dir).url, "SHOW work_mem") == "7MB"


def test_only_the_newest_log_files_are_kept(tmp_path: Path) -> None:
    names = [f"postgresql-2026010100000{number}.log" for number in range(KEPT_LOGS + 3)]
    for name in names:
        (tmp_path / name).touch()

    prune_logs(tmp_path)

    assert sorted(path.name for path in tmp_path.iterdir()) == names[-KEPT_LOGS:]


def test_log_files_have_a_limit(installation: Installation, ask: Ask) -> None:
    assert ask(acquire(installation.data_dir).url, "SHOW log_rotation_size") == "5MB"
