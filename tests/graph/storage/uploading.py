"""Callers who upload: their GraphQL, their PUTs, their tus."""

from __future__ import annotations

import base64
import json
import uuid
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import asyncpg
import httpx

from tests.graph.accounts.serving import PASSWORD, REGISTER
from tests.graph.tables.serving import KEY

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Mapping

    from tests.graph.storage.site import Site

FILE = "id bucket path size contentType sha256 etag metadata version status ownerId"
UPLOAD_FILE = f"""
mutation($bucket: String!, $path: String!, $file: Upload!, $type: String, $metadata: jsonb, $checksum: String,
    $overwrite: Boolean! = false) {{
  uploadFile(bucket: $bucket, path: $path, file: $file, contentType: $type, metadata: $metadata, checksum: $checksum,
    overwrite: $overwrite) {{ {FILE} }}
}}
"""
CREATE = f"""
mutation($input: CreateUploadInput!) {{
  createUpload(input: $input) {{
    id method url headers {{ name value }} parts {{ number url offset size }} expiresAt file {{ {FILE} }}
  }}
}}
"""
COMPLETE = f"mutation($id: ID!) {{ completeUpload(id: $id) {{ {FILE} }} }}"
CANCEL = "mutation($id: ID!) { cancelUpload(id: $id) }"
PIECE = {"Tus-Resumable": "1.0.0", "Content-Type": "application/offset+octet-stream"}
PATIENCE = 30.0


@dataclass(frozen=True)
class Caller:
    """Somebody who calls the server; `http` carries the credentials."""

    site: Site
    http: httpx.AsyncClient
    id: uuid.UUID | None = None

    async def answer(self, query: str, variables: Mapping[str, Any] | None = None) -> dict[str, Any]:
        response = await self.http.post("/graphql", json={"query": query, "variables": variables or {}})
        answer: dict[str, Any] = response.json()
        return answer

    async def data(self, query: str, variables: Mapping[str, Any] | None = None) -> Any:
        """The one field of an answer without errors."""
        return _field(await self.answer(query, variables))

    async def code(self, query: str, variables: Mapping[str, Any] | None = None) -> str:
        """The code of the only error."""
        return _code(await self.answer(query, variables))

    async def upload(self, bucket: str, path: str, body: bytes, **given: Any) -> dict[str, Any]:
        """The whole answer to `uploadFile`."""
        variables = {"bucket": bucket, "path": path, "file": None, **given}
        form = {
            "operations": json.dumps({"query": UPLOAD_FILE, "variables": variables}),
            "map": '{"0":["variables.file"]}',
        }
        headers = {"GraphQL-Require-Preflight": "1"}
        response = await self.http.post("/graphql", data=form, files={"0": ("name.bin", body)}, headers=headers)
        answer: dict[str, Any] = response.json()
        return answer

    async def uploaded(self, bucket: str, path: str, body: bytes, **given: Any) -> dict[str, Any]:
        """The file that `uploadFile` has made."""
        file: dict[str, Any] = _field(await self.upload(bucket, path, body, **given))
        return file

    async def upload_code(self, bucket: str, path: str, body: bytes, **given: Any) -> str:
        """The code with which `uploadFile` fails."""
        return _code(await self.upload(bucket, path, body, **given))

    async def create(self, bucket: str, path: str, size: int, **given: Any) -> dict[str, Any]:
        """The target of a new upload."""
        made: dict[str, Any] = await self.data(
            CREATE, {"input": {"bucket": bucket, "path": path, "size": str(size), **given}}
        )
        return made

    async def tus(self, bucket: str, path: str, size: int, body: bytes | None = None, **said: str) -> httpx.Response:
        """The answer to the creation of an upload by tus."""
        metadata = tus_metadata(bucket=bucket, path=path, **said)
        headers = {"Tus-Resumable": "1.0.0", "Upload-Length": str(size), "Upload-Metadata": metadata}
        if body is not None:
            headers |= PIECE
        return await self.http.post("/files/tus", headers=headers, content=body)

    async def patch(self, place: str, offset: int, body: Any, **headers: str) -> httpx.Response:
        """The answer to a piece."""
        sent = {
            **PIECE,
            "Upload-Offset": str(offset),
            **{name.replace("_", "-"): text for name, text in headers.items()},
        }
        return await self.http.patch(place, headers=sent, content=body)

    async def offset(self, place: str) -> int:
        """How far an upload has come."""
        response = await self.http.head(place, headers={"Tus-Resumable": "1.0.0"})
        assert response.status_code == 200, response.headers
        return int(response.headers["Upload-Offset"])


def tus_metadata(**said: str) -> str:
    return ",".join(f"{name} {base64.b64encode(text.encode()).decode()}" for name, text in said.items())


@asynccontextmanager
async def calling(site: Site, **headers: str) -> AsyncGenerator[Caller]:
    """A caller with these headers; by default the superadmin."""
    sent = headers or {"apikey": KEY}
    async with httpx.AsyncClient(base_url=site.url, headers=sent, timeout=PATIENCE) as http:
        yield Caller(site, http)


@asynccontextmanager
async def somebody(site: Site) -> AsyncGenerator[Caller]:
    """A user, for whom a backend calls: whoever signs up is counted."""
    user = uuid.uuid4()
    add = "INSERT INTO selfgraph.users (id, email, role) VALUES ($1, $2, 'user')"
    await site.execute(add, user, f"{user.hex}@example.com")
    headers = {"apikey": KEY, "x-role": "user", "x-user-id": str(user)}
    async with httpx.AsyncClient(base_url=site.url, headers=headers, timeout=PATIENCE) as http:
        yield Caller(site, http, user)


@asynccontextmanager
async def newcomer(site: Site) -> AsyncGenerator[Caller]:
    """Somebody who has signed up, with an access token."""
    variables = {"input": {"email": f"{uuid.uuid4().hex}@example.com", "password": PASSWORD}}
    async with httpx.AsyncClient(base_url=site.url, timeout=PATIENCE) as http:
        answer = (await http.post("/graphql", json={"query": REGISTER, "variables": variables})).json()
        session = answer["data"]["register"]["session"]
        http.headers["Authorization"] = f"Bearer {session['accessToken']}"
        yield Caller(site, http, uuid.UUID(session["user"]["id"]))


async def rows(site: Site, query: str, *values: Any) -> list[Any]:
    connection = await asyncpg.connect(site.database)
    try:
        return [tuple(row) for row in await connection.fetch(query, *values)]
    finally:
        await connection.close()


async def nothing_is_left(site: Site, bucket: str) -> bool:
    """Whether a bucket holds nothing, nothing counts for its quota, and no byte of an upload is on the disk."""
    (state,) = await rows(
        site,
        """SELECT used_bytes, (SELECT count(*) FROM selfgraph.files WHERE bucket_id = bucket.id)
        FROM selfgraph.buckets AS bucket WHERE name = $1""",
        bucket,
    )
    return bool(state == (0, 0))


def staged(site: Site) -> list[str]:
    """The files that are being written."""
    return sorted(each.name for each in (site.objects / "staging").iterdir())


def code_of(response: httpx.Response) -> str:
    return _code(response.json())


def _field(answer: dict[str, Any]) -> Any:
    assert "errors" not in answer, answer
    (value,) = answer["data"].values()
    return value


def _code(answer: dict[str, Any]) -> str:
    assert len(answer.get("errors", ())) == 1, answer
    code: str = answer["errors"][0]["extensions"]["code"]
    return code
