"""The trail as a connection."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.graph.administration.people import ACTIVE, ROLES

if TYPE_CHECKING:
    from tests.graph.administration.people import People

PAGE = """
query($after: String, $last: Int, $actor: ID, $target: String) {
  auditEvents(after: $after, last: $last, actorId: $actor, target: $target) {
    nodes { action } pageInfo { hasNextPage endCursor } totalCount
  }
}
"""


async def test_what_was_done_is_read_in_pages(people: People) -> None:
    superadmin, user = await people.make("superadmin"), await people.make()
    await people.data(superadmin, ROLES, {"id": user.id, "role": "admin"})
    await people.data(superadmin, ACTIVE, {"id": user.id, "active": False})

    everything = await people.data(superadmin, "{ auditEvents(first: 100) { nodes { action } totalCount } }")
    first = await people.data(
        superadmin, "{ auditEvents(first: 2) { nodes { action } pageInfo { hasNextPage endCursor } } }"
    )
    rest = await people.data(superadmin, PAGE, {"after": first["pageInfo"]["endCursor"]})

    assert [node["action"] for node in everything["nodes"]][:2] == ["user.deactivate", "user.set_roles"]
    assert first["nodes"] + rest["nodes"] == everything["nodes"]
    assert everything["totalCount"] == len(everything["nodes"]) == rest["totalCount"]
    by_actor = await people.data(superadmin, PAGE, {"actor": superadmin.id, "target": f"user:{user.id}"})
    assert [node["action"] for node in by_actor["nodes"]] == ["user.deactivate", "user.set_roles"]
    details = await people.data(superadmin, '{ auditEvents(action: "user.set_roles") { nodes { details } } }')
    assert details["nodes"] == [{"details": {"role": "admin", "roles": [], "before": ["user"]}}]


async def test_only_superadmins_read_the_trail(people: People) -> None:
    for rung in ("user", "admin"):
        assert await people.code(await people.make(rung), "{ auditEvents { totalCount } }") == "FORBIDDEN"


async def test_the_trail_holds_no_secret(people: People) -> None:
    await people.data(None, 'mutation { createApiKey(input: {name: "k", role: "user"}) { secret } }')

    keys = await people.data(None, '{ auditEvents(action: "key.create") { nodes { details } } }')

    assert keys["nodes"] == [{"details": {"name": "k", "role": "user", "scopes": None}}]


async def test_the_trail_says_where_each_act_came_from(people: People) -> None:
    superadmin = await people.make("superadmin")
    for act in (
        'createRole(name: "editor")',
        'updateRole(name: "editor", description: "Edits.")',
        'deleteRole(name: "editor")',
    ):
        await people.data(superadmin, f"mutation {{ {act} {{ name }} }}")
    await people.data(superadmin, 'mutation { createApiKey(input: {name: "k", role: "user"}) { secret } }')
    await people.data(superadmin, 'mutation { updateMe(input: {name: "Ann"}) { id } }')

    events = await people.data(superadmin, "{ auditEvents { nodes { action address } } }")

    assert {event["action"] for event in events["nodes"]} >= {"role.create", "role.update", "role.delete", "key.create"}
    assert {event["address"] for event in events["nodes"]} == {"127.0.0.1"}
