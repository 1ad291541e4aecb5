"""Documents that mention tables in every way there is, with values for their variables."""

from __future__ import annotations

from typing import Any, Final

ROLES: Final = ("superadmin", "user", "heir")
DOCUMENTS: Final[dict[str, list[dict[str, Any]]]] = {
    "{ album(limit: 3, orderBy: {title: ASC}) { id title artist { name } } }": [{}],
    "{ album { __typename id artistId } system { version } }": [{}],
    "{ albumByPk(id: 1) { title feeling moodByMood { name } } }": [{}],
    "query ($id: Int!, $also: Boolean!) { trackByPk(id: $id) { name album @include(if: $also) { title } } }": [
        {"id": 1, "also": True}, {"id": 1, "also": False}, {"id": "x", "also": True},
    ],
    "query ($where: AlbumBoolExp) { album(where: $where) { id } }": [
        {}, {"where": {"id": {"_eq": 1}}}, {"where": {"artist": {"label": {"name": {"_eq": "a"}}}}},
        {"where": {"track": {"length": {"_gt": 1}}}}, {"where": {"mood": {"_eq": "loud"}}},
        {"where": {"feeling": {"_in": ["sad"]}}}, {"where": {"feeling": {"_eq": "calm"}}},
        {"where": {"label": {"id": {"_eq": 1}}}}, {"where": {"total": {"_gt": 2}}}, {"where": {"more": {"_isNull": True}}},
    ],
    "query ($by: [TrackOrderBy!]) { track(orderBy: $by) { id } }": [
        {"by": []}, {"by": [{"album": {"artist": {"name": "ASC"}}}]}, {"by": [{"name": "DESC"}, {"length": "ASC"}]},
    ],
    '{ artist(where: {album: {track: {name: {_eq: "a"}}}}) { name albumAggregate { aggregate { count max { title } } } } }': [{}],
    "{ artistAggregate { aggregate { count max { name } } nodes { id } } }": [{}],
    "{ trackAggregate(where: {length: {_gt: 3}}) { aggregate { count sum { length } } } }": [{}],
    "query ($first: Int, $after: String) { albumConnection(first: $first, after: $after, orderBy: {title: ASC}) "
    "{ edges { cursor node { id artist { id } } } pageInfo { hasNextPage } totalCount } }": [{"first": 2}, {"first": -1}],
    "{ trackGroup(by: [ALBUM_ID]) { key { albumId } aggregate { count } } }": [{}],
    "{ label { shortest { name length } album { title } albumsOf { id } } }": [{}],
    "query ($words: String) { albumsLike(args: {words: $words}) { id total } }": [{"words": "a"}],
    "query ($args: AlbumsLikeArgs!) { albumsLike(args: $args) { id } }": [{"args": {"words": "a"}}, {"args": {"words": 1}}],
    "query ($mood: MoodEnum, $feeling: feeling) { album(where: {mood: {_eq: $mood}, feeling: {_eq: $feeling}}) { id } }": [
        {"mood": "loud", "feeling": "sad"}, {"mood": "odd", "feeling": "sad"}, {"mood": "loud", "feeling": "calm"},
    ],
    "{ album(where: {feeling: {_eq: sad}, mood: {_neq: soft}}) { ...Of } } fragment Of on Album { id track { ...In } } "
    "fragment In on Track { name }": [{}],
    '{ __type(name: "Album") { name } __typename }': [{}],
    "{ system { version } }": [{}],
    # Checked, and never part of a plan.
    "{ label { id album @skip(if: true) { title } } }": [{}],
    '{ mood { name album @skip(if: true) { track(where: {album: {artist: {name: {_eq: "a"}}}}) { id } } } }': [{}],
    "{ unrelated { id note } }": [{}],
    'mutation { insertAlbumOne(object: {id: 1, title: "a", artistId: 2}) { id title } }': [{}],
    "mutation ($rows: [AlbumInsertInput!]!) { insertAlbum(objects: $rows) { affectedRows returning { id } } }": [
        {"rows": [{"id": 1, "title": "a"}]}, {"rows": [{"id": 1, "track": {"data": [{"id": 3, "name": "x", "length": 2}]}}]},
        {"rows": [{"id": 1, "artist": {"data": {"id": 3, "name": "x", "label": {"data": {"id": 1}}}}}]}, {"rows": []},
    ],
    'mutation { insertTrack(objects: [{id: 1, length: 3, album: {data: {id: 2, title: "b"}}}]) { affectedRows } }': [{}],
    "mutation ($on: AlbumOnConflict) { insertAlbumOne(object: {id: 1}, onConflict: $on) { id } }": [
        {}, {"on": {"constraint": "ALBUM_PKEY", "updateColumns": ["TITLE"]}},
        {"on": {"constraint": "ALBUM_TITLE", "updateColumns": [], "where": {"artist": {"id": {"_eq": 1}}}}},
    ],
    'mutation ($set: AlbumSetInput) { updateAlbum(where: {artist: {name: {_eq: "a"}}}, _set: $set) { affectedRows } }': [
        {"set": {"title": "a"}}, {"set": {"price": 3}}, {"set": {"feeling": "sad"}},
    ],
    'mutation { updateAlbumByPk(pkColumns: {id: 1}, _set: {title: "a"}) { id artist { name } } }': [{}],
    'mutation { deleteTrack(where: {album: {title: {_eq: "a"}}}) { affectedRows returning { name } } }': [{}],
    "mutation ($id: Int!) { deleteTrackByPk(id: $id) { id } }": [{"id": 1}],
    "mutation { reloadCatalog { version } }": [{}],
}  # fmt: skip
