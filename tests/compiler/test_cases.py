"""Each case: a document becomes exactly one statement, the expected one, and PostgreSQL answers as expected.

So it does where several ask the same at once, by one statement for all.

A feature with a `rows.sql` is about mutations: the script makes the rows before each case, a case has one statement or
more with their transaction, and `changes.json` holds the rows that went and those that came.

`pytest tests/compiler --update-cases` writes what is expected anew; read the difference before you commit it. A folder
of `cases` is a feature, with a `schema.sql` of its own or over Chinook, with settings in `settings.json`, with roles in
`roles.graphql` and, where it has a schema of its own, metadata in `metadata.yaml`; a case is asked by an administrator,
or as its `headers.json` say. That the statement is the only one is known from the pool's connections, each of which
reports all that it sends.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson
import pytest

from persistence.shared_reads import MOST
from persistence.sql.together import together, values_together
from tests.compiler.golden import all_rows, shown_answer, shown_changes, shown_statement
from tests.graph.tables.serving import execute

if TYPE_CHECKING:
    from tests.compiler.conftest import Features
    from tests.graph.tables.serving import Served

CASES = Path(__file__).with_name("cases")

pytestmark = pytest.mark.asyncio(loop_scope="module")


ALL = [
    pytest.param(path.parent, id=f"{path.parts[-3]}/{path.parts[-2]}")
    for path in sorted(CASES.glob("*/*/query.graphql"))
]


def _changes_rows(folder: Any) -> bool:
    return bool((folder.parent / "rows.sql").exists())


@pytest.mark.parametrize("folder", [case for case in ALL if not _changes_rows(case.values[0])])
async def test_becomes_its_statement_and_its_answer(folder: Path, features: Features, *, updating: bool) -> None:
    served = await features.get(folder.parent)
    variables = folder / "variables.json"
    given = json.loads(variables.read_text()) if variables.exists() else {}

    response = await served.respond((folder / "query.graphql").read_text(), given, _headers(folder))

    assert len(served.sent) == 1, response.text
    assert "errors" not in response.json(), response.text
    found = {
        "statement.sql": shown_statement(served.sent[0]),
        "result.json": shown_answer(response.text),
    }
    _compare(folder, found, updating=updating)
    await _compare_with_several_at_once(served)


@pytest.mark.parametrize("folder", [case for case in ALL if _changes_rows(case.values[0])])
async def test_becomes_its_statements_and_changes_its_rows(folder: Path, features: Features, *, updating: bool) -> None:
    served = await features.get(folder.parent)
    await execute(served.url, (folder.parent / "rows.sql").read_text())
    variables = folder / "variables.json"
    given = json.loads(variables.read_text()) if variables.exists() else {}
    before = await all_rows(served.url)

    response = await served.respond((folder / "query.graphql").read_text(), given, _headers(folder))

    assert "errors" not in response.json(), response.text
    assert len(served.sent) == 1 or served.sent[0].text == "BEGIN;"
    found = {
        "statement.sql": "\n".join(map(shown_statement, served.sent)),
        "result.json": shown_answer(response.text),
        "changes.json": shown_changes(before, await all_rows(served.url)),
    }
    _compare(folder, found, updating=updating)


async def _compare_with_several_at_once(served: Served) -> None:
    """What several are answered by one statement is what each is answered by its own."""
    (alone,) = served.sent
    row = tuple(await served.database.fetch_row(alone.text, alone.values) or ())
    given = orjson.dumps(values_together([alone.values] * MOST))
    columns = await served.database.fetch_row(together(alone.text, len(row), MOST), (given,))
    assert list(zip(*(columns or ()), strict=True)) == [row] * MOST


def _headers(folder: Path) -> dict[str, str]:
    headers = folder / "headers.json"
    return json.loads(headers.read_text()) if headers.exists() else {}


def _compare(folder: Path, found: dict[str, str], *, updating: bool) -> None:
    for name, text in found.items():
        if updating:
            (folder / name).write_text(text)
        assert text == (folder / name).read_text()
