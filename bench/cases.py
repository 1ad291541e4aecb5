"""What every contender is asked: one case, one answer, each contender's own words for the question."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import orjson

SELFGRAPH: Final = "selfgraph"
BOUND: Final = "bound"
POSTGRAPHILE: Final = "postgraphile"
CONTENDERS: Final = (SELFGRAPH, BOUND, POSTGRAPHILE)

ALBUMS: Final = 347
IRON_MAIDEN: Final = 90


@dataclass(frozen=True, slots=True)
class Case:
    """One question of the benchmark.

    `postgraphile` asks the same as `query` in PostGraphile's names; its aliases make the answers equal, key by key.
    Requests take the `variables` in turn.
    """

    name: str
    query: str
    postgraphile: str
    variables: tuple[dict[str, int], ...]

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

CASES: Final = (ALBUM_BY_KEY, ARTIST_ALBUMS, ALL_ALBUMS)
