"""The bound's SQL, by the query that it answers.

Each of the usual ways was written and measured alone on PostgreSQL 18: row_to_json, json_build_object and json_agg,
with joins, lateral joins, scalar subqueries, and flat joins grouped afterwards. The fastest stands here: JSON put
together as text with `to_json` for strings only (a third less time than json_build_object), lateral for a few
albums, grouped for all of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bench.cases import ALBUM_BY_KEY, ALL_ALBUMS, ARTIST_ALBUMS

if TYPE_CHECKING:
    from collections.abc import Mapping

ALBUM_BY_KEY_SQL: Final = """
select coalesce(
  (select '{"data":{"albumByPk":{"albumId":' || album.album_id || ',"title":' || to_json(album.title)
      || ',"artist":' || coalesce(
        (select '{"name":' || coalesce(to_json(artist.name)::text, 'null') || '}'
         from artist where artist.artist_id = album.artist_id), 'null') || '}}}'
   from album where album.album_id = $1),
  '{"data":{"albumByPk":null}}')
"""

ARTIST_ALBUMS_SQL: Final = """
select '{"data":{"album":[' || coalesce(string_agg(
    '{"albumId":' || album.album_id || ',"title":' || to_json(album.title)
      || ',"track":[' || coalesce(tracks.json, '') || ']}', ',' order by album.album_id), '') || ']}}'
from album
left join lateral (
  select string_agg('{"trackId":' || track.track_id || ',"name":' || to_json(track.name)
      || ',"milliseconds":' || track.milliseconds || ',"genre":' || coalesce(genre.json, 'null') || '}',
    ',' order by track.track_id) as json
  from track
  left join (
    select genre_id, '{"name":' || coalesce(to_json(name)::text, 'null') || '}' as json from genre offset 0
  ) genre using (genre_id)
  where track.album_id = album.album_id
) tracks on true
where album.artist_id = $1
"""

ALL_ALBUMS_SQL: Final = """
select '{"data":{"album":[' || coalesce(string_agg(
    '{"albumId":' || album.album_id || ',"title":' || to_json(album.title)
      || ',"track":[' || coalesce(tracks.json, '') || ']}', ',' order by album.album_id), '') || ']}}'
from album
left join (
  select track.album_id, string_agg('{"trackId":' || track.track_id || ',"name":' || to_json(track.name)
      || ',"milliseconds":' || track.milliseconds || ',"genre":' || coalesce(genre.json, 'null') || '}',
    ',' order by track.track_id) as json
  from track
  left join (
    select genre_id, '{"name":' || coalesce(to_json(name)::text, 'null') || '}' as json from genre offset 0
  ) genre using (genre_id)
  group by track.album_id
) tracks using (album_id)
"""

STATEMENTS: Final[Mapping[str, str]] = {
    ALBUM_BY_KEY.query: ALBUM_BY_KEY_SQL,
    ARTIST_ALBUMS.query: ARTIST_ALBUMS_SQL,
    ALL_ALBUMS.query: ALL_ALBUMS_SQL,
}
"""In each, `$1` is the query's only variable, where it has one."""
