from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from tests.graph.commands.conftest import Call

SECRET = "a secret key of at least thirty-two characters"


@pytest.fixture
def given(migrated_database: str, tmp_path: Path) -> dict[str, Any]:
    return {"DATABASE_URL": migrated_database, "DATA_DIR": tmp_path / "data", "SECRET_KEY": SECRET}


def test_keys_are_rotated_and_listed(call: Call, given: dict[str, Any]) -> None:
    first = call("keys", "rotate", **given)
    second = call("keys", "rotate", **given, JWT_ALGORITHM="ES256")
    listed = call("keys", "list", **given)

    assert (first.code, second.code, listed.code) == (0, 0, 0), first.err + second.err + listed.err
    assert first.out.endswith("  HS256  signs from now on\n")
    lines = [re.split(r"  +", line) for line in listed.out.splitlines()]
    assert [(line[0], line[1]) for line in lines] == [(second.out.split()[0], "ES256"), (first.out.split()[0], "HS256")]
    assert lines[0][3] == "signs"
    assert lines[1][3].startswith("verifies until 20")


def test_a_leaked_key_is_dropped(call: Call, given: dict[str, Any]) -> None:
    call("keys", "rotate", **given)
    rotated = call("keys", "rotate", "--at-once", **given)
    keys = json.loads(call("keys", "list", "--json", **given).out)

    assert [(key["kid"], key["algorithm"], key["use"]) for key in keys] == [(rotated.out.split()[0], "HS256", "signs")]


def test_a_key_of_another_secret_is_told(call: Call, given: dict[str, Any]) -> None:
    call("keys", "rotate", **given)
    listed = call("keys", "list", **(given | {"SECRET_KEY": SECRET + " that changed"}))

    assert listed.out.strip().endswith("not opened by SECRET_KEY")


def test_no_database_is_one_line(call: Call, tmp_path: Path) -> None:
    failed = call(
        "keys",
        "rotate",
        DATABASE_URL="postgresql://nobody@127.0.0.1:1/none",
        DATABASE_CONNECT_TIMEOUT="0.1",
        DATA_DIR=tmp_path / "data",
        SECRET_KEY=SECRET,
    )

    assert failed.code == 1
    assert failed.out == ""
    assert failed.err.splitlines()[-1].startswith("selfgraph: cannot connect to PostgreSQL at 127.0.0.1:1/none")
    assert "Traceback" not in failed.err
