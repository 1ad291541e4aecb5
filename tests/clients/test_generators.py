"""Generators of typed clients on the schema of Chinook, and the programs that they help to write on a real server."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from tests.clients.granting import grant
from tests.clients.projects import CODEGEN, RELAY, Project, exported_schema, project
from tests.graph.commands.process import KEY, running
from tests.graph.tables.serving import CHINOOK, execute

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping
    from pathlib import Path

pytestmark = pytest.mark.timeout(400)  # the first run installs the generators

ADMIN = {"apikey": KEY}
USER = {"apikey": KEY, "x-role": "user"}
ROLES = [pytest.param("superadmin", ADMIN, id="admin"), pytest.param("user", USER, id="user")]


def reading(table: str, *columns: str, **more: Any) -> Mapping[str, Any]:
    return {"table": table, "action": "SELECT", "columns": columns, "filter": {}, **more}


def inserting(table: str, *columns: str) -> Mapping[str, Any]:
    return {"table": table, "action": "INSERT", "columns": columns, "check": {}}


ALBUM = ("album_id", "title", "artist_id")
FEW = (
    reading("album", *ALBUM, allowAggregations=True),
    reading("artist", "name", filter={"name": {"_like": "I%"}}),
    reading("playlist", "name"),
    inserting("playlist", "name"),
)
MORE = (
    *FEW,
    reading("track", "track_id", "name", "milliseconds", "unit_price", allowAggregations=True),
    inserting("album", *ALBUM),
)


@dataclass(frozen=True)
class Shop:
    """A server of Chinook, and where projects on it are made."""

    folder: Path
    database: str
    url: str
    generators: Path

    def project(self, role: str, *sources: str) -> Project:
        schema = exported_schema(self.folder, self.database, role)
        return project(self.folder / "project", self.generators, schema, *sources)


@pytest.fixture
def shop(tmp_path: Path, migrated_database: str, generators: Path) -> Generator[Shop]:
    asyncio.run(execute(migrated_database, CHINOOK.read_text()))
    with running("serve", "--port", "0", folder=tmp_path, DATABASE_URL=migrated_database) as process:
        yield Shop(tmp_path, migrated_database, process.line("GraphQL"), generators)


def test_codegen_types_what_an_administrator_asks_for(shop: Shop) -> None:
    program = shop.project("superadmin", "codegen", "codegen/admin")

    program.make(CODEGEN, "--config", "codegen.yml")
    program.compile()

    assert program.answer(shop.url, ADMIN) == {
        "opera": [
            (
                "Mozart Gala: Famous Arias by Sir Georg Solti, Sumi Jo & Wiener Philharmoniker: "
                'DIE ZAUBERFLÖTE, K.620: "DER HÖLLE RACHE KOCHT IN MEINEM HERZE"1.0'
            ),
            "Big Ones by Aerosmith: AMAZING1.0",
        ],
        "counted": [1, 15],
        "added": "Journey in Satchidananda by Alice Coltrane: ISIS AND OSIRIS1.0",
        "renamed": "Ptah, the El Daoud",
        "none": None,
        "pages": ["200 of 348", "148 of 348"],
    }


def test_codegen_types_what_permissions_leave(shop: Shop) -> None:
    grant(shop.url, KEY, FEW)
    program = shop.project("user", "codegen", "codegen/user")

    program.make(CODEGEN, "--config", "codegen.yml")
    program.compile()

    assert program.answer(shop.url, USER) == {
        "albums": [
            ["For Those About To Rock We Salute You", None],
            ["A Matter of Life and Death", "Iron Maiden"],
            ["A Real Dead One", "Iron Maiden"],
        ],
        "count": 3,
        "added": "Mine",
    }


def test_codegen_refuses_documents_beyond_the_permissions(shop: Shop) -> None:
    grant(shop.url, KEY, FEW)

    done = shop.project("user", "codegen", "codegen/admin").tool(CODEGEN, "--config", "codegen.yml")

    assert done.returncode == 1
    assert 'Cannot query field "track" on type "Album"' in done.stdout + done.stderr


@pytest.mark.parametrize(("role", "headers"), ROLES)
def test_relay_pages_through_connections(shop: Shop, role: str, headers: Mapping[str, str]) -> None:
    grant(shop.url, KEY, MORE)
    program = shop.project(role, "relay")
    (program.folder / "__generated__").mkdir()

    program.make(RELAY, "--noWatchman")
    program.compile()

    assert program.answer(shop.url, headers) == {
        "lengths": [2, 12, 21],
        "totalCount": 21,
        "ends": ["Virtual XI", "A Matter of Life and Death"],
        "backwards": [
            "Battlestar Galactica, Pt. 2",
            "The Man With Nine Lives",
            "Greetings from Earth, Pt. 1",
            "Through a Looking Glass",
            "Occupation / Precipice",
        ],
        "added": "Senjutsu",
        "asked": ["albumsQuery", *["albumsPageQuery"] * 2, *["albumsBackwardsQuery"] * 5, "albumsAddMutation"],
    }
