from __future__ import annotations

from domain.tables.metadata import Action, Metadata, Permission
from domain.tables.model import build_model
from domain.tables.operators import Direction
from domain.tables.plan import ListOutput, ListRoot, OrderTerm, Plan, Rows
from domain.tables.role_rights import RoleRights
from domain.tables.secure import Policy, secure
from tests.domain.tables.catalogs import catalog, reference, table

ARTIST = table("artist", "id n?")
ALBUM = table("album", "id artist_id", reference("f", "artist_id", "artist"))
PERMISSIONS = (
    Permission(ARTIST.name, "p", Action.SELECT, ("id", "n"), filter={"n": 1}, limit=4),
    Permission(ARTIST.name, "q", Action.SELECT, ("n",), filter={"n": 2}, limit=2),
    Permission(ALBUM.name, "p", Action.SELECT, None, limit=3),
)
MODEL = build_model(catalog(ALBUM, ARTIST), Metadata(permissions=PERMISSIONS, inherits={"r": frozenset("pq")}))
TO_ALBUMS = MODEL.relationships[ARTIST.name]["album"]


def secured(role: str, rows: Rows) -> Rows:
    policy = Policy(10, RoleRights(MODEL, role))
    plan = secure(Plan((ListRoot("r", rows),)), policy)
    assert plan.rights is policy.rights
    return plan.roots[0].rows


def test_every_list_has_the_limit_of_the_role() -> None:
    rows = secured("p", Rows(ARTIST, (ListOutput("albums", TO_ALBUMS, Rows(ALBUM, ())),)))
    (albums,) = rows.output

    assert isinstance(albums, ListOutput)
    assert (rows.most, albums.rows.most) == (4, 3)
    assert (rows.cap, albums.rows.cap) == (10, 10)


def test_a_key_that_is_not_always_shown_ends_the_ordering_by_its_value() -> None:
    shown = OrderTerm(ARTIST.by_name["id"], Direction.DESC)
    rows = Rows(ARTIST, (), order_by=(shown,))

    assert secured("p", rows).order_by == (shown,)
    assert secured("r", rows).order_by == (
        shown,
        OrderTerm(ARTIST.by_name["id"], Direction.ASC, key_of=ARTIST.name),
    )
