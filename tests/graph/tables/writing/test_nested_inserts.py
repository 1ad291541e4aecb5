"""Rows inside of rows, beside what the compiler's cases show: numbers of statements, conflicts, refusals, rights."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import pytest_asyncio

from domain.errors import ForbiddenError, InvalidInputError
from domain.tables.operators import Operator
from domain.tables.plan import EVERYTHING, Comparison, Exists, Fixed, SessionVariable
from domain.tables.rights import DeleteRight, InsertRight, SelectRight, TableRights, UpdateRight
from domain.tables.violations import RowForbiddenError
from tests.compiler.golden import all_rows
from tests.graph.tables.serving import execute, new_database, serving
from tests.graph.tables.writing.ruled import GivenRights, Ruled

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from domain.tables.plan import Predicate
    from persistence.embedded import EmbeddedServer
    from tests.graph.tables.serving import Served

pytestmark = pytest.mark.asyncio(loop_scope="module")

FOLDER = Path(__file__).parents[3] / "compiler" / "cases" / "nested_inserts"
ARTISTS = "mutation ($rows: [ArtistInsertInput!]!) { insertArtist(objects: $rows) { affectedRows } }"
SONGS = "mutation ($rows: [SongInsertInput!]!) { insertSong(objects: $rows) { affectedRows } }"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def music_server(embedded_server: EmbeddedServer) -> AsyncGenerator[Served]:
    async with (
        new_database(embedded_server.url, (FOLDER / "schema.sql").read_text()) as url,
        serving(url) as served,
    ):
        yield served


@pytest_asyncio.fixture(loop_scope="module")
async def music(music_server: Served) -> Served:
    await execute(music_server.url, (FOLDER / "rows.sql").read_text())
    return music_server


def artists(count: int, albums: int) -> list[dict[str, Any]]:
    return [
        {
            "name": f"artist {n}",
            "biography": {"data": {"body": f"life {n}"}},
            "album": {"data": [{"title": f"{n}.{each}", "song": {"data": [{"title": "s"}]}} for each in range(albums)]},
        }
        for n in range(count)
    ]


@pytest.mark.parametrize(("count", "albums"), [(1, 1), (1000, 3)])
async def test_as_many_statements_as_sets_of_rows_however_many_rows(music: Served, count: int, albums: int) -> None:
    data = await music.data(ARTISTS, {"rows": artists(count, albums)})

    assert data["insertArtist"]["affectedRows"] == count * (2 + 2 * albums)
    assert len(music.sent) == 7  # artists, biographies, albums, songs, the answer, BEGIN and COMMIT
    joined = await music.data(
        """query ($count: Int!) {
            artist(where: {name: {_like: "artist %"}}, orderBy: {id: ASC}, limit: $count) {
                name biography { body } album(orderBy: {id: ASC}) { title songAggregate { aggregate { count } } }
            }
        }""",
        {"count": count},
    )
    assert joined["artist"] == [
        {
            "name": f"artist {n}",
            "biography": {"body": f"life {n}"},
            "album": [{"title": f"{n}.{each}", "songAggregate": {"aggregate": {"count": 1}}} for each in range(albums)],
        }
        for n in range(count)
    ]


async def test_rows_of_the_same_form_are_compiled_once(music: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    await music.data(ARTISTS, {"rows": artists(1, 1)})

    def refuse(*_: object) -> None:
        raise AssertionError("compiled again")

    monkeypatch.setattr("graph.tables.write_compiler.WriteLowering.writes", refuse)
    more = [{**row, "name": row["name"] + "x"} for row in artists(3, 2)]

    assert await music.data(ARTISTS, {"rows": more}) == {"insertArtist": {"affectedRows": 18}}


async def test_rows_of_several_forms_come_back_in_their_order(music: Served) -> None:
    forms: list[dict[str, Any]] = [
        {},
        {"album": {"data": [{"title": "a"}, {"title": "b", "song": {"data": [{"title": "x", "seconds": 3}]}}]}},
        {"rank": 5, "album": {"data": [{"title": "c"}]}},
        {"album": {"data": []}},
        {"album": None, "rank": None},
        {"biography": {"data": {"body": "long"}}, "album": {"data": {"title": "d"}}},
    ]
    rows = [{"name": f"n{n}", **forms[n % 6]} for n in range(30)]
    for row in rows:
        row.pop("rank", None) if row.get("rank") is None else None

    data = await music.data(
        """mutation ($rows: [ArtistInsertInput!]!) { insertArtist(objects: $rows) {
            returning { name rank biography { body } album(orderBy: {id: ASC}) { title song { title seconds } } } } }""",
        {"rows": rows},
    )

    answers = data["insertArtist"]["returning"]
    assert [row["name"] for row in answers] == [f"n{n}" for n in range(30)]
    expected: list[tuple[Any, ...]] = [
        (1, None, []),
        (1, None, [("a", []), ("b", [{"title": "x", "seconds": 3}])]),
        (5, None, [("c", [])]),
        (1, None, []),
        (1, None, []),
        (1, {"body": "long"}, [("d", [])]),
    ]
    found = [(row["rank"], row["biography"], [(a["title"], a["song"]) for a in row["album"]]) for row in answers]
    assert found == [expected[n % 6] for n in range(30)]


async def test_variables_at_every_place(music: Served) -> None:
    query = """mutation ($title: String!, $album: AlbumInsertInput!, $albums: [AlbumInsertInput!]!,
            $life: BiographyObjRelInsertInput, $rest: AlbumArrRelInsertInput, $none: AlbumArrRelInsertInput) {
        insertArtist(objects: [
            {name: "A", album: {data: [{title: $title}, $album, {title: "1", song: {data: [{title: $title}]}}]}}
            {name: "B", album: {data: $albums}}
            {name: "C", biography: $life, album: $rest}
            {name: "D", album: $none}
        ]) { affectedRows returning { name biography { body } album(orderBy: {title: ASC}) { title song { title } } } }
    }"""
    variables = {
        "title": "t",
        "album": {"title": "u", "song": {"data": [{"title": "v"}, {"title": "w"}]}},
        "albums": [{"title": "x"}, {"title": "y", "song": {"data": {"title": "z"}}}],
        "life": {"data": {"body": "life"}},
        "rest": {"data": [{"title": "q"}]},
        "none": None,
    }

    data = (await music.data(query, variables))["insertArtist"]

    assert data["affectedRows"] == 15
    assert {
        row["name"]: [(a["title"], [s["title"] for s in a["song"]]) for a in row["album"]] for row in data["returning"]
    } == {
        "A": [("1", ["t"]), ("t", []), ("u", ["v", "w"])],
        "B": [("x", []), ("y", ["z"])],
        "C": [("q", [])],
        "D": [],
    }


# --- conflicts -----------------------------------------------------------------------------------------------------


def tagged(*tags: dict[str, Any], columns: tuple[str, ...] = ("NAME",)) -> list[dict[str, Any]]:
    conflict = {"constraint": "TAG_NAME", "updateColumns": list(columns)}
    return [
        {"title": f"{n}", "albumId": 1, "songTag": {"data": [{"tag": {"data": tag, "onConflict": conflict}}]}}
        for n, tag in enumerate(tags)
    ]


async def test_a_row_that_many_refer_to_is_inserted_once(music: Served) -> None:
    data = await music.data(SONGS, {"rows": tagged(*[{"name": "calm"}, {"name": "new"}] * 50)})

    assert data["insertSong"]["affectedRows"] == 300
    assert len(music.sent) == 6
    tags = await music.data("{ tag(orderBy: {name: ASC}) { name uses songTagAggregate { aggregate { count } } } }")
    assert tags["tag"] == [
        {"name": "calm", "uses": 7, "songTagAggregate": {"aggregate": {"count": 50}}},
        {"name": "new", "uses": 1, "songTagAggregate": {"aggregate": {"count": 50}}},
    ]


async def test_rows_with_the_same_key_are_inserted_one_after_the_other(music: Served) -> None:
    tags = [{"name": "new", "uses": uses} for uses in (3, 4, 4, 5)]

    data = await music.data(SONGS, {"rows": tagged(*tags, columns=("USES",))})

    assert data["insertSong"]["affectedRows"] == 12
    assert (await music.data('{ tagByPk(name: "new") { uses } }'))["tagByPk"] == {"uses": 5}


@pytest.mark.parametrize(
    ("query", "path"),
    [
        (
            """mutation { insertArtist(objects: [{name: "Cid"}, {name: "Ada", album: {data: [{title: "x"}]}}],
                onConflict: {constraint: ARTIST_NAME, updateColumns: []}) { affectedRows } }""",
            ["insertArtist", "objects", 1],
        ),
        (
            """mutation { insertAlbum(objects: [{title: "x", artist: {data: {name: "Ada"},
                onConflict: {constraint: ARTIST_NAME, updateColumns: []}}}]) { affectedRows } }""",
            ["insertAlbum", "objects", 0, "artist"],
        ),
        (
            """mutation { insertAlbum(objects: [{title: "x", artist: {data: {name: "Ada"},
                onConflict: {constraint: ARTIST_NAME, updateColumns: [RANK], where: {rank: {_gt: 99}}}}}])
                { affectedRows } }""",
            ["insertAlbum", "objects", 0, "artist"],
        ),
    ],
)
async def test_what_others_belong_to_cannot_be_left_out(music: Served, query: str, path: list[str | int]) -> None:
    before = await all_rows(music.url)

    error = await music.refusal(query)

    assert error["extensions"] == {"code": "CONFLICT", "path": path}
    assert await all_rows(music.url) == before


async def test_what_nothing_belongs_to_is_left_out(music: Served) -> None:
    query = """mutation { insertArtist(
        objects: [{name: "Ada", album: {data: []}}, {name: "Bob"}, {name: "Cid", album: {data: [{title: "x"}]}}]
        onConflict: {constraint: ARTIST_NAME, updateColumns: []}
    ) { affectedRows returning { name album { title } } } }"""

    data = await music.data(query)

    assert data["insertArtist"] == {"affectedRows": 2, "returning": [{"name": "Cid", "album": [{"title": "x"}]}]}


# --- refusals ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "path"),
    [
        (
            'mutation { insertAlbum(objects: [{title: "x", artistId: 1, artist: {data: {name: "y"}}}]) { affectedRows } }',
            ["insertAlbum", "objects", 0, "artist"],
        ),
        (
            'mutation { insertArtist(objects: [{name: "x", album: {data: [{title: "y", artistId: 2}]}}]) { affectedRows } }',
            ["insertArtist", "objects", 0, "album"],
        ),
    ],
)
async def test_what_rows_belong_to_is_said_once(music: Served, query: str, path: list[str | int]) -> None:
    before = await all_rows(music.url)

    assert (await music.refusal(query))["extensions"] == {"code": "VALIDATION", "path": path}
    assert await all_rows(music.url) == before


@pytest.mark.parametrize(
    ("query", "path"),
    [
        (
            """mutation ($rows: [ArtistInsertInput!]!) { insertArtist(objects: $rows) { affectedRows } }""",
            ["insertArtist", "objects", 1, "album", "data", 1, "song", "data", 0, "seconds"],
        ),
        (
            """mutation ($song: SongInsertInput!) { insertArtistOne(object: {name: "x", album: {data: [
                {title: "y"}, {title: "z", song: {data: [{title: "a", seconds: 1}, $song]}}]}}) { id } }""",
            ["insertArtistOne", "object", "album", "data", 1, "song", "data", 1, "seconds"],
        ),
        (
            """mutation ($songs: [SongInsertInput!]!) { insertArtistOne(object: {name: "x", album: {data: [
                {title: "y"}, {title: "z", song: {data: $songs}}]}}) { id } }""",
            ["insertArtistOne", "object", "album", "data", 1, "song", "data", 0, "seconds"],
        ),
    ],
)
async def test_a_value_that_does_not_fit_is_named_by_its_place(
    music: Served, query: str, path: list[str | int]
) -> None:
    """The number fits GraphQL's Int, and not a smallint."""
    song = {"title": "a", "seconds": 99_999}
    albums = [
        {"title": "1", "song": {"data": [{"title": "s", "seconds": 1}]}},
        {"title": "2", "song": {"data": [song]}},
    ]
    rows = [{"name": "x", "album": {"data": albums[:1]}}, {"name": "y", "album": {"data": albums}}]
    every = {"rows": rows, "song": song, "songs": [song]}
    variables = {name: value for name, value in every.items() if f"${name}:" in query}
    before = await all_rows(music.url)

    error = await music.refusal(query, variables)

    assert error["extensions"] == {"code": "VALIDATION", "path": path}
    assert await all_rows(music.url) == before


@pytest.mark.parametrize(
    ("row", "path"),
    [
        ({"name": "x", "album": {"data": [{"title": "y"}, {"title": 1}]}}, ["album", "data", 1, "title"]),
        ({"name": "x", "album": {"data": [{"titel": "y"}]}}, ["album", "data", 0, "titel"]),
        ({"name": "x", "album": {"data": [None]}}, ["album", "data", 0]),
        ({"name": "x", "album": {"rows": []}}, ["album", "rows"]),
        ({"name": "x", "album": {}}, ["album", "data"]),
        ({"name": "x", "album": 7}, ["album"]),
        ({"name": "x", "biography": {"data": {"body": {}}}}, ["biography", "data", "body"]),
        ({"name": "x", "biography": {"data": [{"body": "b"}]}}, ["biography", "data"]),
        (
            {"name": "x", "album": {"data": [], "onConflict": {"constraint": "NO"}}},
            ["album", "onConflict", "constraint"],
        ),
    ],
)
async def test_rows_in_a_variable_are_held_against_their_types(
    music: Served, row: dict[str, Any], path: list[str | int]
) -> None:
    error = await music.refusal(ARTISTS, {"rows": [{"name": "w"}, row]})

    assert error["extensions"] == {"code": "VALIDATION", "path": ["rows", 1, *path]}


async def test_a_constraint_that_is_broken_below_rolls_everything_back(music: Served) -> None:
    before = await all_rows(music.url)
    albums = [{"title": "a"}, {"title": "a"}]

    error = await music.refusal(ARTISTS, {"rows": [{"name": "Cid", "album": {"data": albums}}]})

    assert error["extensions"] == {"code": "CONFLICT", "table": "album", "columns": ["artistId", "title"]}
    assert await all_rows(music.url) == before


async def test_rows_cannot_be_nested_without_end(music: Served) -> None:
    row: dict[str, Any] = {"name": "last"}
    for _ in range(21):
        row = {"name": "x", "person": {"data": [row]}}
    query = "mutation ($rows: [PersonInsertInput!]!) { insertPerson(objects: $rows) { affectedRows } }"

    error = await music.refusal(query, {"rows": [row]})

    assert error["extensions"]["code"] == "VALIDATION"
    assert await music.data(query, {"rows": [row["person"]["data"][0]]}) == {"insertPerson": {"affectedRows": 21}}


# --- rights --------------------------------------------------------------------------------------------------------


@pytest_asyncio.fixture(loop_scope="module")
async def ruled(music: Served) -> Ruled:
    return await Ruled.of(music.database)


def rights(ruled: Ruled, **inserts: InsertRight | None) -> GivenRights:
    """Every right, but to insert into these tables only as it is said."""
    tables: dict[str, TableRights] = {}
    for table in ruled.catalog.tables:
        columns = frozenset(table.by_name)
        select = SelectRight(dict.fromkeys(columns, EVERYTHING))
        given = inserts.get(table.name.name, InsertRight(columns))
        tables[table.name.name] = TableRights(select, given, UpdateRight(columns), DeleteRight())
    return GivenRights(tables)


def equal(ruled: Ruled, table: str, name: str, value: str) -> Predicate:
    column = ruled.table(table).by_name[name]
    return Comparison(column, Operator.EQ, Fixed(value, column.type))


def columns_of(ruled: Ruled, table: str) -> frozenset[str]:
    return frozenset(ruled.table(table).by_name)


NESTED = """mutation {
    insertArtistOne(object: {name: "Cid", album: {data: [{title: "x", song: {data: [{title: "s"}]}}]}}) { name }
}"""


@pytest.mark.parametrize("table", ["artist", "album", "song"])
async def test_every_level_needs_its_right(ruled: Ruled, music: Served, table: str) -> None:
    before = await all_rows(music.url)

    assert type(await ruled.refusal(rights(ruled, **{table: None}), NESTED)) is ForbiddenError
    assert await all_rows(music.url) == before


@pytest.mark.parametrize("table", ["artist", "album", "song"])
async def test_every_level_has_its_columns(ruled: Ruled, table: str) -> None:
    given = rights(ruled, **{table: InsertRight(frozenset({"id"}))})

    assert type(await ruled.refusal(given, NESTED)) is ForbiddenError


@pytest.mark.parametrize(("table", "column"), [("artist", "name"), ("album", "title"), ("song", "title")])
async def test_every_level_is_held_against_its_check(ruled: Ruled, music: Served, table: str, column: str) -> None:
    check = equal(ruled, table, column, "other")
    before = await all_rows(music.url)

    error = await ruled.refusal(rights(ruled, **{table: InsertRight(columns_of(ruled, table), check)}), NESTED)

    assert isinstance(error, RowForbiddenError)
    assert error.violation.table.name == table
    assert await all_rows(music.url) == before


async def test_presets_are_in_rows_of_every_level(ruled: Ruled) -> None:
    seconds = ruled.table("song").by_name["seconds"]
    preset = InsertRight(
        columns_of(ruled, "song") - {"seconds"}, presets={"seconds": SessionVariable("x-length", seconds.type)}
    )
    query = NESTED.replace("{ name }", "{ album { song { seconds } } }")

    data = await ruled.write(rights(ruled, song=preset), query, session={"x-length": "60"})

    assert data["insertArtistOne"]["album"] == [{"song": [{"seconds": 60}]}]


async def test_a_preset_of_a_column_that_joins_is_no_place_to_nest(ruled: Ruled) -> None:
    column = ruled.table("album").by_name["artist_id"]
    preset = InsertRight(frozenset({"title"}), presets={"artist_id": Fixed("1", column.type)})

    error = await ruled.refusal(rights(ruled, album=preset), NESTED)

    assert isinstance(error, InvalidInputError)
    assert error.path == ("insertArtistOne", "object", "album")


@pytest.mark.parametrize(("title", "accepted"), [("s", True), ("other", False)])
@pytest.mark.parametrize("table", ["artist", "album", "song"])
async def test_a_check_through_relationships_sees_all_rows_of_the_operation(
    ruled: Ruled, music: Served, table: str, title: str, *, accepted: bool
) -> None:
    """Of each level: below the artist there is a song of this title."""
    song = equal(ruled, "song", "title", title)
    album = Exists(ruled.way("album", "song"), ruled.table("song"), song)
    checks: dict[str, Predicate] = {
        "artist": Exists(ruled.way("artist", "album"), ruled.table("album"), album),
        "album": album,
        "song": Exists(ruled.way("song", "album"), ruled.table("album"), album),
    }
    given = rights(ruled, **{table: InsertRight(columns_of(ruled, table), checks[table])})
    before = await all_rows(music.url)

    if accepted:
        assert await ruled.write(given, NESTED) == {"insertArtistOne": {"name": "Cid"}}
        return
    error = await ruled.refusal(given, NESTED)
    assert isinstance(error, RowForbiddenError)
    assert error.violation.table.name == table
    assert await all_rows(music.url) == before


async def test_a_conflict_below_updates_by_the_rule_only(ruled: Ruled) -> None:
    whole = rights(ruled)
    right = UpdateRight(columns_of(ruled, "artist"), filter=equal(ruled, "artist", "name", "Bob"))
    given = GivenRights({**whole.tables, "artist": replace(whole.tables["artist"], update=right)})
    query = """mutation ($name: String!) { insertAlbumOne(object: {title: "x", artist: {data: {name: $name, rank: 9},
        onConflict: {constraint: ARTIST_NAME, updateColumns: [RANK]}}}) { artist { rank } } }"""

    assert await ruled.write(given, query, {"name": "Bob"}) == {"insertAlbumOne": {"artist": {"rank": 9}}}
    assert (await ruled.refusal(given, query, {"name": "Ada"})).code == "CONFLICT"
