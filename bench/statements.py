"""The bound's SQL, by the query that it answers.

Each of the usual ways was written and measured alone on PostgreSQL 18: row_to_json, json_build_object and json_agg,
with joins, lateral joins, scalar subqueries, and flat joins grouped afterwards. The fastest stands here: JSON put
together as text with `to_json` for strings only (a third less time than json_build_object), lateral for a few
albums, grouped for all of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bench.cases import ALBUM_BY_KEY, ALL_ALBUMS, ARTIST_ALBUMS, GENRE_GROUPS, INSERT_MANY, INSERT_ONE, TRACK_PAGE

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

TRACK_PAGE_SQL: Final = """
with page as (select track_id, name, milliseconds, genre_id from track where track_id > $1 order by track_id limit 51)
select '{"data":{"trackConnection":{"nodes":[' || coalesce((
    select string_agg('{"trackId":' || shown.track_id || ',"name":' || to_json(shown.name)
      || ',"milliseconds":' || shown.milliseconds || ',"genre":' || coalesce(
        '{"name":' || coalesce(to_json(genre.name)::text, 'null') || '}', 'null') || '}', ',' order by shown.track_id)
    from (select * from page order by track_id limit 50) shown left join genre using (genre_id)), '')
  || '],"pageInfo":{"hasNextPage":' || (select (count(*) > 50)::text from page) || '}}}}'
"""

GENRE_GROUPS_SQL: Final = """
select '{"data":{"trackGroup":[' || coalesce(string_agg(
    '{"key":{"genreId":' || coalesce(genre_id::text, 'null') || '},"aggregate":{"count":' || count
      || ',"max":{"milliseconds":' || most || '}}}', ',' order by genre_id), '') || ']}}'
from (
  select genre_id, count(*) as count, max(milliseconds) as most from track where milliseconds >= $1 group by genre_id
) genres
"""

INSERT_ONE_SQL: Final = """
with note as (insert into note (author, body) values ($1, $2) returning author, body, stars)
select '{"data":{"insertNoteOne":{"author":' || to_json(author) || ',"body":' || to_json(body)
  || ',"stars":' || stars || '}}}' from note
"""

INSERT_MANY_SQL: Final = """
with note as (
  insert into note (author, body, stars)
  select author, body, stars from json_to_recordset($1::text::json) as given (author text, body text, stars integer)
  returning 1)
select '{"data":{"insertNote":{"affectedRows":' || count(*) || '}}}' from note
"""

STATEMENTS: Final[Mapping[str, str]] = {
    ALBUM_BY_KEY.query: ALBUM_BY_KEY_SQL,
    ARTIST_ALBUMS.query: ARTIST_ALBUMS_SQL,
    ALL_ALBUMS.query: ALL_ALBUMS_SQL,
    TRACK_PAGE.query: TRACK_PAGE_SQL,
    GENRE_GROUPS.query: GENRE_GROUPS_SQL,
    INSERT_ONE.query: INSERT_ONE_SQL,
    INSERT_MANY.query: INSERT_MANY_SQL,
}
"""In each, `$1` and so on are the query's variables in their order; a list is its JSON text."""
