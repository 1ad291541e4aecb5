"""`selfgraph create-superadmin`, and the superadmin of the settings."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import asyncpg
import pytest

from tests.graph.commands.process import running

if TYPE_CHECKING:
    from pathlib import Path

    from tests.graph.commands.conftest import Call

PASSWORD = "correct horse battery"


def superadmins(database: str) -> list[tuple[object, ...]]:
    async def read() -> list[tuple[object, ...]]:
        connection = await asyncpg.connect(database)
        try:
            query = "SELECT email, name, role, password_hash LIKE '$argon2id$%' FROM selfgraph.users ORDER BY email"
            return [tuple(row) for row in await connection.fetch(query)]
        finally:
            await connection.close()

    return asyncio.run(read())


@pytest.fixture
def keys(tmp_path: Path) -> dict[str, str | Path]:
    return {"DATA_DIR": tmp_path, "SECRET_KEY": "s" * 32, "SERVICE_KEY": "k" * 32, "ANON_KEY": "a" * 32}


def test_a_superadmin_is_made_by_command(call: Call, migrated_database: str, keys: dict[str, str | Path]) -> None:
    arguments = ("create-superadmin", "--email", "Root@x.test", "--name", "Root", "--password-stdin")

    made = call(*arguments, typed=PASSWORD + "\n", DATABASE_URL=migrated_database, **keys)
    again = call(*arguments, typed="another horse battery", DATABASE_URL=migrated_database, **keys)

    assert (made.code, made.out.partition(",")[0]) == (0, "root@x.test is a superadmin")
    assert (again.code, again.out) == (1, "")
    assert again.err == "selfgraph: This email address has an account already.\n"
    assert superadmins(migrated_database) == [("root@x.test", "Root", "superadmin", True)]
    assert PASSWORD not in made.out + made.err


@pytest.mark.parametrize(
    ("given", "line"),
    [
        (("no address", PASSWORD), "This is not an email address."),
        (("root@x.test", "short"), "The password is too weak"),
        (("root@x.test", ""), "The password is too weak"),
        (("root@x.test", "password1"), "The password is too weak"),
    ],
)
def test_a_refusal_is_one_line(
    call: Call, migrated_database: str, keys: dict[str, str | Path], given: tuple[str, str], line: str
) -> None:
    email, password = given
    called = call(
        "create-superadmin",
        "--email",
        email,
        "--password-stdin",
        typed=password,
        DATABASE_URL=migrated_database,
        **keys,
    )

    assert called.code == 1
    assert called.err.startswith(f"selfgraph: {line}")
    assert called.err.count("\n") == 1
    assert superadmins(migrated_database) == []


def test_the_settings_make_a_superadmin_and_never_change_one(migrated_database: str, tmp_path: Path) -> None:
    settings = {"DATABASE_URL": migrated_database, "SUPERADMIN_EMAIL": "root@x.test"}

    for password in (PASSWORD, "weak"):
        with running("serve", "--port", "0", folder=tmp_path, SUPERADMIN_PASSWORD=password, **settings) as process:
            process.line("Keys")
            process.end()
            assert not [line for line in process.lines if line.startswith("Set up")]
    assert superadmins(migrated_database) == [("root@x.test", None, "superadmin", True)]


def test_a_weak_password_of_the_settings_fails_the_start(migrated_database: str, tmp_path: Path) -> None:
    settings = {"SUPERADMIN_EMAIL": "root@x.test", "SUPERADMIN_PASSWORD": "password"}
    with running("serve", "--port", "0", folder=tmp_path, DATABASE_URL=migrated_database, **settings) as process:
        assert process.wait() == 1

    (line,) = [line for line in process.errors.splitlines() if line.startswith("selfgraph: ")]
    assert "SUPERADMIN_PASSWORD: The password is too weak" in line


def test_half_a_superadmin_is_no_setting(call: Call, keys: dict[str, str | Path]) -> None:
    called = call("serve", typed="", SUPERADMIN_EMAIL="root@x.test", **keys)

    assert called.code == 2
    assert "SUPERADMIN_EMAIL and SUPERADMIN_PASSWORD are set together" in called.err


def test_each_start_prints_a_link_until_there_is_a_superadmin(
    call: Call, migrated_database: str, keys: dict[str, str | Path], tmp_path: Path
) -> None:
    links = set()
    for _ in range(2):
        with running(
            "serve", "--port", "0", "--workers", "2", folder=tmp_path, DATABASE_URL=migrated_database
        ) as process:
            links.add(process.line("Set up").partition("#token=")[2])
            process.end()
        assert not [link for link in links if link in process.errors]
    assert len(links) == 2

    arguments = ("create-superadmin", "--email", "root@x.test", "--password-stdin")
    assert call(*arguments, typed=PASSWORD, DATABASE_URL=migrated_database, **keys).code == 0
    with running("serve", "--port", "0", folder=tmp_path, DATABASE_URL=migrated_database) as process:
        process.line("Keys")
        process.end()
        assert not [line for line in process.lines if line.startswith("Set up")]
