from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

import asyncpg
import orjson
import pytest

from bench.bound import connect
from bench.cases import (
    ALBUM_BY_KEY,
    ALL_ALBUMS,
    ARTIST_ALBUMS,
    GENRE_GROUPS,
    INSERT_MANY,
    INSERT_ONE,
    IRON_MAIDEN,
    TRACK_PAGE,
)
from bench.database import CHINOOK, NOTES

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from bench.bound import Connections


@pytest.fixture
async def chinook(empty_database: str) -> str:
    connection = await asyncpg.connect(empty_database)
    await connection.execute(CHINOOK.read_text(encoding="utf-8"))
    await connection.execute(NOTES)
    await connection.close()
    return empty_database


@pytest.fixture
async def bound(chinook: str) -> AsyncGenerator[Connections]:
    connections = await connect(chinook, size=2)
    yield connections
    connections.pool.terminate()


async def rows(url: str, sql: str) -> list[dict[str, Any]]:
    connection = await asyncpg.connect(url)
    try:
        return [dict(row) for row in await connection.fetch(sql)]
    finally:
        await connection.close()


async def albums_put_together_in_python(url: str) -> list[dict[str, Any]]:
    genres = {row["genre_id"]: {"name": row["name"]} for row in await rows(url, "select * from genre")}
    tracks: defaultdict[int, list[dict[str, Any]]] = defaultdict(list)
    for row in await rows(url, "select * from track order by track_id"):
        tracks[row["album_id"]].append(
            {
                "trackId": row["track_id"],
                "name": row["name"],
                "milliseconds": row["milliseconds"],
                "genre": genres.get(row["genre_id"]),
            }
        )
    albums = await rows(url, "select * from album order by album_id")
    return [{"albumId": row["album_id"], "title": row["title"], "track": tracks[row["album_id"]]} for row in albums]


async def test_an_album_by_key_comes_with_its_artist(bound: Connections) -> None:
    answer = orjson.loads(await bound.answer(ALBUM_BY_KEY.query, {"albumId": 1}))

    assert answer == {
        "data": {
            "albumByPk": {"albumId": 1, "title": "For Those About To Rock We Salute You", "artist": {"name": "AC/DC"}}
        }
    }


async def test_an_unknown_album_is_null(bound: Connections) -> None:
    assert orjson.loads(await bound.answer(ALBUM_BY_KEY.query, {"albumId": 0})) == {"data": {"albumByPk": None}}


async def test_all_albums_hold_all_tracks_with_their_genres(bound: Connections, chinook: str) -> None:
    answer = orjson.loads(await bound.answer(ALL_ALBUMS.query, {}))

    assert answer == {"data": {"album": await albums_put_together_in_python(chinook)}}
    assert sum(len(album["track"]) for album in answer["data"]["album"]) == 3503


async def test_the_albums_of_an_artist_are_those_of_the_whole_list(bound: Connections, chinook: str) -> None:
    keys = [row["album_id"] for row in await rows(chinook, f"select * from album where artist_id = {IRON_MAIDEN}")]
    everything = orjson.loads(await bound.answer(ALL_ALBUMS.query, {}))["data"]["album"]

    answer = orjson.loads(await bound.answer(ARTIST_ALBUMS.query, {"artistId": IRON_MAIDEN}))

    assert answer == {"data": {"album": [album for album in everything if album["albumId"] in keys]}}
    assert len(keys) == 21


async def test_an_artist_without_albums_has_an_empty_list(bound: Connections) -> None:
    assert orjson.loads(await bound.answer(ARTIST_ALBUMS.query, {"artistId": 0})) == {"data": {"album": []}}


async def test_a_page_tells_whether_there_is_another(bound: Connections, chinook: str) -> None:
    keys = [row["track_id"] for row in await rows(chinook, "select track_id from track order by track_id limit 50")]

    first = orjson.loads(await bound.answer(TRACK_PAGE.query, {"after": 0}))["data"]["trackConnection"]
    last = orjson.loads(await bound.answer(TRACK_PAGE.query, {"after": 3500}))["data"]["trackConnection"]

    assert [node["trackId"] for node in first["nodes"]] == keys
    assert first["pageInfo"] == {"hasNextPage": True}
    assert [node["trackId"] for node in last["nodes"]] == [3501, 3502, 3503]
    assert last["pageInfo"] == {"hasNextPage": False}


async def test_genres_are_counted_with_their_longest_track(bound: Connections, chinook: str) -> None:
    counted = await rows(
        chinook,
        "select genre_id, count(*), max(milliseconds) from track where milliseconds >= 250000 group by 1 order by 1",
    )

    answer = orjson.loads(await bound.answer(GENRE_GROUPS.query, {"least": 250_000}))["data"]["trackGroup"]

    assert answer == [
        {
            "key": {"genreId": row["genre_id"]},
            "aggregate": {"count": row["count"], "max": {"milliseconds": row["max"]}},
        }
        for row in counted
    ]


async def test_notes_are_written_one_by_one_and_a_thousand_at_once(bound: Connections, chinook: str) -> None:
    one = orjson.loads(await bound.answer(INSERT_ONE.query, {"author": "a", "body": "b"}))
    many = orjson.loads(await bound.answer(INSERT_MANY.query, INSERT_MANY.variables[0]))

    assert one == {"data": {"insertNoteOne": {"author": "a", "body": "b", "stars": 0}}}
    assert many == {"data": {"insertNote": {"affectedRows": 1000}}}
    assert await rows(chinook, "select count(*), sum(stars) as stars from note") == [{"count": 1001, "stars": 499_500}]
