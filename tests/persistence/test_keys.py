from __future__ import annotations

import os
import re
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from persistence.keys import GivenKeys, KeysError, load_or_create

ROOT = Path(__file__).parents[2]
GIVEN = "given-" + "x" * 32


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    return tmp_path / "parent" / "data"


def test_keys_are_made_once(data_dir: Path) -> None:
    assert load_or_create(data_dir, GivenKeys()) == load_or_create(data_dir, GivenKeys())


def test_keys_are_recognisable_and_long(data_dir: Path) -> None:
    keys = load_or_create(data_dir, GivenKeys())
    assert re.fullmatch(r"sg_service_[\w-]{48}", keys.service)
    assert re.fullmatch(r"sg_anon_[\w-]{48}", keys.anon)
    assert re.fullmatch(r"[\w-]{48}", keys.secret)


def test_the_folder_and_the_file_are_private(data_dir: Path) -> None:
    load_or_create(data_dir, GivenKeys())
    assert mode(data_dir) == 0o700
    assert mode(data_dir / "keys.env") == 0o600
    assert [path.name for path in data_dir.iterdir()] == ["keys.env"]


def test_an_existing_folder_keeps_its_mode(data_dir: Path) -> None:
    data_dir.mkdir(parents=True)
    data_dir.chmod(0o710)
    load_or_create(data_dir, GivenKeys())
    assert mode(data_dir) == 0o710


def test_a_given_key_wins_and_is_not_written(data_dir: Path) -> None:
    made = load_or_create(data_dir, GivenKeys())
    assert load_or_create(data_dir, GivenKeys(service=GIVEN)).service == GIVEN
    assert load_or_create(data_dir, GivenKeys()) == made
    assert GIVEN not in (data_dir / "keys.env").read_text()


def test_nothing_is_touched_when_every_key_is_given(data_dir: Path) -> None:
    assert load_or_create(data_dir, GivenKeys(GIVEN, GIVEN, GIVEN)).secret == GIVEN
    assert not data_dir.exists()


def test_a_key_that_the_environment_no_longer_gives_is_made(data_dir: Path) -> None:
    first = load_or_create(data_dir, GivenKeys(anon=GIVEN))
    second = load_or_create(data_dir, GivenKeys())
    assert (first.secret, first.service) == (second.secret, second.service)
    assert second.anon.startswith("sg_anon_")


def test_a_file_that_others_can_read_is_closed(data_dir: Path) -> None:
    load_or_create(data_dir, GivenKeys())
    (data_dir / "keys.env").chmod(0o644)
    load_or_create(data_dir, GivenKeys())
    assert mode(data_dir / "keys.env") == 0o600


@pytest.mark.parametrize(
    "line", ["SERVICE_KEY=short", "OTHER_KEY=" + "x" * 40, "nonsense", "SERVICE_KEY=" + "ä" * 40, "\0"]
)
def test_a_garbled_file_is_told_in_one_line_without_its_keys(data_dir: Path, line: str) -> None:
    load_or_create(data_dir, GivenKeys())
    file = data_dir / "keys.env"
    file.write_text(f"# comment\n\n{line}\n")
    with pytest.raises(KeysError, match=r"keys\.env, line 3: not one of SECRET_KEY, SERVICE_KEY, ANON_KEY") as caught:
        load_or_create(data_dir, GivenKeys())
    assert "\n" not in str(caught.value)
    assert "short" not in str(caught.value)


def test_a_file_that_cannot_be_read_is_told_in_one_line(data_dir: Path) -> None:
    (data_dir / "keys.env").mkdir(parents=True)
    with pytest.raises(KeysError, match=r"the keys cannot be kept in .*Is a directory"):
        load_or_create(data_dir, GivenKeys())


def test_a_link_in_place_of_the_file_is_not_followed(data_dir: Path, tmp_path: Path) -> None:
    load_or_create(tmp_path / "elsewhere", GivenKeys())
    data_dir.mkdir(parents=True)
    (data_dir / "keys.env").symlink_to(tmp_path / "elsewhere" / "keys.env")
    with pytest.raises(KeysError, match=r"keys\.env"):
        load_or_create(data_dir, GivenKeys())


def test_a_data_directory_that_is_a_file_is_told_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(KeysError, match=r"/file: File exists"):
        load_or_create(tmp_path / "file" / "data", GivenKeys())


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can start a server in somebody else's folder")
def test_the_owner_of_the_folder_owns_the_keys_that_root_makes(data_dir: Path) -> None:
    data_dir.mkdir(parents=True)
    os.chown(data_dir, 65534, 65534)
    load_or_create(data_dir, GivenKeys())
    assert (data_dir / "keys.env").stat().st_uid == 65534


def test_processes_that_start_at_once_agree(data_dir: Path) -> None:
    code = "import sys, pathlib; from persistence.keys import *; print(load_or_create(pathlib.Path(sys.argv[1]), GivenKeys()).service)"
    started = [
        subprocess.Popen([sys.executable, "-c", code, data_dir], cwd=ROOT, stdout=subprocess.PIPE, text=True)
        for _ in range(5)
    ]
    printed = {process.communicate(timeout=60)[0].strip() for process in started}
    assert printed == {load_or_create(data_dir, GivenKeys()).service}


def test_keys_do_not_show_themselves(data_dir: Path) -> None:
    keys = load_or_create(data_dir, GivenKeys(secret=GIVEN))
    assert GIVEN not in repr(keys) + repr(GivenKeys(secret=GIVEN))
    assert keys.service not in repr(keys)
