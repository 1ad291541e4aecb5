"""The commands and the JavaScript of docs/storage.md, run against a real server, do what the page shows."""

from __future__ import annotations

import asyncio
import json
import os
import re
import shutil
import subprocess
import sys
from itertools import zip_longest
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pytest
import pyvips  # type: ignore[import-untyped]  # it brings stubs, and does not say so

from tests.clients.conftest import HERE, installed, node_and_npm
from tests.docs.commands import documents, fits, run
from tests.docs.pages import ROOT, blocks
from tests.graph.commands.process import KEY, PATIENCE, running
from tests.graph.tables.serving import execute
from tests.persistence.objects.s3_server import ACCESS_KEY, BUCKET, SECRET_KEY, S3Server

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator, Mapping

PAGE = "docs/storage.md"
ADDRESS = "http://127.0.0.1:8000"

# What a page of an app has around the code: who calls, and files that somebody has chosen.
APP = """
const [, , server, accessToken, user, picture] = process.argv;
const { readFileSync } = await import('node:fs');
const bytes = readFileSync(picture);
const file = new File([bytes], 'cat.png', { type: 'image/png' });
bytes.type = file.type;  // tus-js-client takes no File in Node
"""
CALLS = """
const progress = [];
const made = {
  small: await uploadSmall('photos', `${user}/js/small.png`, file),
  apollo: await uploadByApollo('photos', `${user}/js/apollo.png`, file),
  address: await uploadToAddress('photos', `${user}/js/address.png`, file),
};
const id = await uploadResumably('photos', `${user}/js/tus.png`, bytes, (sent, all) => progress.push(sent === all));
made.tus = (await graphql('query ($id: ID!) { file(id: $id) { id path size contentType } }', { id })).file;
const taken = await uploadSmall('photos', `${user}/js/small.png`, file).catch((error) => error.cause.code);
console.log(JSON.stringify({ made, taken, progress: progress.at(-1) }));
process.exit(0);
"""


@pytest.fixture(scope="module")
def s3(tmp_path_factory: pytest.TempPathFactory) -> Generator[S3Server]:
    server = S3Server.make(tmp_path_factory.mktemp("s3"))
    server.start()
    try:
        yield server
    finally:
        server.stop()


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    image = pyvips.Image.black(640, 480, bands=3).copy(interpretation="srgb").linear(1, [200, 100, 50])
    file = tmp_path / "cat.png"
    file.write_bytes(bytes(image.cast("uchar").write_to_buffer(".png")))
    return file


def steps() -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """The commands of each block, with the blocks behind it that show what they print."""
    shown: list[tuple[str, str]] = []
    commands = ""
    for language, text in blocks(PAGE):
        if language == "sh":
            if commands:
                yield commands, shown
            commands, shown = text, []
        elif language in {"json", "http", "text"}:
            shown.append((language, text))
    yield commands, shown


def judge(printed: str, shown: list[tuple[str, str]]) -> None:
    """Hold what was printed against what the page shows of it."""
    if not shown:
        assert '"errors"' not in printed, printed
    for language, text in shown:
        if language == "json":
            for expected, found in zip_longest(documents(text), documents(printed)):
                assert fits(expected, found), printed
        else:
            lines = {line.strip() for line in printed.splitlines()}
            assert {line for line in text.splitlines() if line} <= lines, printed


def environment(database: str) -> Mapping[str, str]:
    """That of somebody who works beside the server."""
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    return {**os.environ, "PATH": path, "DATABASE_URL": database}


def test_the_commands_go_as_shown(tmp_path: Path, migrated_database: str, picture: Path) -> None:
    assert picture.exists()
    count = 0
    with running("serve", "--port", "0", folder=tmp_path, DATABASE_URL=migrated_database, SERVICE_KEY="") as server:
        address = server.line("GraphQL").removesuffix("/graphql")
        (prelude, _), *rest = steps()
        variables = environment(migrated_database)
        (restore,) = (commands for commands, _ in rest if "db restore" in commands)
        for commands, shown in rest:
            if commands != restore:
                printed, variables = run(f"{prelude.replace(ADDRESS, address)}\n{commands}", variables, tmp_path)
                judge(printed, shown)
                count += len(shown)
    assert count >= 12

    shutil.rmtree(tmp_path / ".selfgraph")
    (tmp_path / ".selfgraph").mkdir(mode=0o700)
    printed, _ = run(restore, variables, tmp_path)
    assert "MISSING" not in printed.upper(), printed


def test_the_rules_of_the_page_are_accepted(tmp_path: Path, migrated_database: str) -> None:
    asyncio.run(execute(migrated_database, "CREATE TABLE member (team text, user_id uuid)"))
    page = (ROOT / PAGE).read_text(encoding="utf-8")
    rules = re.findall(r"^\|[^|]+\| `(\{.*\})` \|$", page, re.MULTILINE)
    assert len(rules) > 3
    with running("serve", "--port", "0", folder=tmp_path, DATABASE_URL=migrated_database) as server:
        url = server.line("GraphQL")
        for rule in rules:
            query = f'mutation {{ setFileRule(input: {{role: "user", action: SELECT, rule: {rule}}}) {{ role }} }}'
            answer = httpx.post(url, json={"query": query}, headers={"apikey": KEY}, timeout=PATIENCE).json()
            assert answer == {"data": {"setFileRule": {"role": "user"}}}, rule


@pytest.mark.timeout(400)  # the first run installs the clients
@pytest.mark.parametrize("backend", ["disk", "s3"])
def test_the_javascript_uploads_as_it_says(
    tmp_path: Path, migrated_database: str, picture: Path, request: pytest.FixtureRequest, backend: str
) -> None:
    settings = on_s3(request.getfixturevalue("s3")) if backend == "s3" else {}
    with running("serve", "--port", "0", folder=tmp_path, DATABASE_URL=migrated_database, SERVICE_KEY="", **settings) as server:  # fmt: skip
        address = server.line("GraphQL").removesuffix("/graphql")
        (prelude, _), *rest = steps()
        variables = environment(migrated_database)
        for commands, _ in rest[:3]:  # Ann signs up, and gets her folder in a bucket.
            _, variables = run(f"{prelude.replace(ADDRESS, address)}\n{commands}", variables, tmp_path)
        done = in_node(tmp_path, address, variables["access_token"], variables["user_id"], str(picture))

    size = picture.stat().st_size
    for name, file in done["made"].items():
        assert file["path"] == f"{variables['user_id']}/js/{name}.png"
        assert (file["size"], file["contentType"]) == (size, "image/png")
    assert (done["taken"], done["progress"]) == ("CONFLICT", True)


def on_s3(server: S3Server) -> dict[str, str]:
    return {
        "STORAGE_BACKEND": "s3",
        "S3_ENDPOINT_URL": server.url,
        "S3_BUCKET": BUCKET,
        "S3_ADDRESSING": "path",
        "S3_ACCESS_KEY_ID": ACCESS_KEY,
        "S3_SECRET_ACCESS_KEY": SECRET_KEY,
    }


def in_node(folder: Path, *arguments: str) -> Any:
    """What the code of the page does in an app, as JSON."""
    (folder / "node_modules").symlink_to(installed(HERE, "clients") / "node_modules")
    code = "\n".join(text for language, text in blocks(PAGE) if language == "js")
    (folder / "app.mjs").write_text(APP + code + CALLS)
    node, _ = node_and_npm()
    command = [*node, "app.mjs", *arguments]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=PATIENCE, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)
