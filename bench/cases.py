"""What every contender is asked: one case, one answer, each contender's own words for the question."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import orjson

SELFGRAPH: Final = "selfgraph"
SELFGRAPH_ADMIN: Final = "selfgraph-admin"
BOUND: Final = "bound"
POSTGRAPHILE: Final = "postgraphile"
CONTENDERS: Final = (SELFGRAPH, SELFGRAPH_ADMIN, BOUND, POSTGRAPHILE)

ALBUMS: Final = 347
IRON_MAIDEN: Final = 90


@dataclass(frozen=True, slots=True)
class Case:
    """One question of the benchmark.

    `postgraphile` asks the same as `query` in PostGraphile's names; its aliases make the answers equal, key by key.
    Without one it takes no part. Requests take the `variables` in turn.
    """

    name: str
    query: str
    variables: tuple[dict[str, Any], ...]
    postgraphile: str | None = None

    def is_for(self, contender: str) -> bool:
        """Whether the contender is asked at all."""
        return contender != POSTGRAPHILE or self.postgraphile is not None

    def bodies(self, contender: str) -> list[bytes]:
        """The request bodies that the contender is sent, one for each set of variables."""
        query = self.postgraphile if contender == POSTGRAPHILE else self.query
        return [orjson.dumps({"query": query, "variables": values}) for values in self.variables]


ALBUM_BY_KEY: Final = Case(
    name="album_by_key",
    query="""
query AlbumByKey($albumId: Int!) {
  albumByPk(albumId: $albumId) { albumId title artist { name } }
}""",
    postgraphile="""
query AlbumByKey($albumId: Int!) {
  albumByPk: albumByAlbumId(albumId: $albumId) { albumId title artist: artistByArtistId { name } }
}""",
    variables=tuple({"albumId": key} for key in range(1, ALBUMS + 1)),
)

ARTIST_ALBUMS: Final = Case(
    name="artist_albums",
    query="""
query ArtistAlbums($artistId: Int!) {
  album(where: {artistId: {_eq: $artistId}}, orderBy: {albumId: ASC}) {
    albumId
    title
    track(orderBy: {trackId: ASC}) { trackId name milliseconds genre { name } }
  }
}""",
    postgraphile="""
query ArtistAlbums($artistId: Int!) {
  album: allAlbumsList(condition: {artistId: $artistId}, orderBy: [ALBUM_ID_ASC]) {
    albumId
    title
    track: tracksByAlbumIdList(orderBy: [TRACK_ID_ASC]) { trackId name milliseconds genre: genreByGenreId { name } }
  }
}""",
    variables=({"artistId": IRON_MAIDEN},),
)

ALL_ALBUMS: Final = Case(
    name="all_albums",
    query="""
query AllAlbums {
  album(orderBy: {albumId: ASC}) {
    albumId
    title
    track(orderBy: {trackId: ASC}) { trackId name milliseconds genre { name } }
  }
}""",
    postgraphile="""
query AllAlbums {
  album: allAlbumsList(orderBy: [ALBUM_ID_ASC]) {
    albumId
    title
    track: tracksByAlbumIdList(orderBy: [TRACK_ID_ASC]) { trackId name milliseconds genre: genreByGenreId { name } }
  }
}""",
    variables=({},),
)

TRACK_PAGE: Final = Case(
    name="track_page",
    query="""
query TrackPage($after: Int!) {
  trackConnection(where: {trackId: {_gt: $after}}, orderBy: {trackId: ASC}, first: 50) {
    nodes { trackId name milliseconds genre { name } }
    pageInfo { hasNextPage }
  }
}""",
    variables=tuple({"after": key} for key in range(0, 3400, 50)),
)

GENRE_GROUPS: Final = Case(
    name="genre_groups",
    query="""
query GenreGroups($least: Int!) {
  trackGroup(by: [GENRE_ID], where: {milliseconds: {_gte: $least}}, orderBy: {key: {genreId: ASC}}) {
    key { genreId }
    aggregate { count max { milliseconds } }
  }
}""",
    variables=({"least": 200_000}, {"least": 250_000}),
)

INSERT_ONE: Final = Case(
    name="insert_one",
    query="""
mutation InsertOne($author: String!, $body: String!) {
  insertNoteOne(object: {author: $author, body: $body}) { author body stars }
}""",
    variables=tuple({"author": f"author {n}", "body": f"a note of some words, number {n}"} for n in range(20)),
)

INSERT_MANY: Final = Case(
    name="insert_1000",
    query="""
mutation InsertMany($objects: [NoteInsertInput!]!) {
  insertNote(objects: $objects) { affectedRows }
}""",
    variables=(
        {
            "objects": [
                {"author": f"author {n}", "body": f"a note of some words, number {n}", "stars": n} for n in range(1000)
            ]
        },
    ),
)

CASES: Final = (ALBUM_BY_KEY, ARTIST_ALBUMS, ALL_ALBUMS, TRACK_PAGE, GENRE_GROUPS, INSERT_ONE, INSERT_MANY)
