"""The caller of the benchmark: an account in the ordinary role, with a rule on the rows of every table."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

import httpx

from bench.contenders import JSON
from bench.failure import BenchError

if TYPE_CHECKING:
    from bench.contenders import Contender

# Each table with the column that its rule is about: no row is hidden, and PostgreSQL has to look at every one.
TABLES: Final = {
    "album": "album_id",
    "artist": "artist_id",
    "customer": "customer_id",
    "employee": "employee_id",
    "genre": "genre_id",
    "invoice": "invoice_id",
    "invoice_line": "invoice_line_id",
    "media_type": "media_type_id",
    "note": "note_id",
    "playlist": "playlist_id",
    "playlist_track": "playlist_id",
    "track": "track_id",
}
VARIABLE: Final = "x-hasura-least-id"
REGISTER: Final = """mutation {
  register(input: {email: "bench@example.com", password: "correct horse battery"}) {
    ... on SignedUp { session { accessToken user { id } } }
  }
}"""
CLAIM: Final = """mutation ($id: ID!, $claims: jsonb!) { updateUser(id: $id, input: {claims: $claims}) { id } }"""
PERMIT: Final = """mutation ($input: SetTablePermissionInput!) { setTablePermission(input: $input) { role } }"""


def ordinary_user(admin: Contender) -> Contender:
    """The same server, asked with an access token in the role `user` instead of the service key.

    Raises:
        BenchError: the account or a rule cannot be made.
    """
    with httpx.Client(timeout=60) as http:
        session = _call(http, admin, REGISTER)["register"]["session"]
        claims = {VARIABLE: "0"}
        _call(http, admin, CLAIM, id=session["user"]["id"], claims=claims)
        for table, column in TABLES.items():
            rule = {column: {"_gt": VARIABLE}}
            read = {"action": "SELECT", "columns": ["*"], "filter": rule, "allowAggregations": True}
            _call(http, admin, PERMIT, input={"table": table, "role": "user", **read})
        write = {"action": "INSERT", "columns": ["author", "body", "stars"], "check": {"note_id": {"_gt": VARIABLE}}}
        _call(http, admin, PERMIT, input={"table": "note", "role": "user", **write})
    return replace(admin, headers={**JSON, "authorization": f"Bearer {session['accessToken']}"})


def _call(http: httpx.Client, server: Contender, query: str, **variables: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    response = http.post(server.url, json={"query": query, "variables": variables}, headers=server.headers)
    answer = response.json()
    if answer.get("errors"):
        raise BenchError(f"the benchmark's account cannot be made: {response.text[:300]}")
    data: dict[str, Any] = answer["data"]
    return data
