"""Each case: a document becomes exactly one statement, the expected one, and PostgreSQL answers as expected.

`pytest tests/compiler --update-cases` writes what is expected anew; read the difference before you commit it. A folder
of `cases` is a feature, with a `schema.sql` of its own or over Chinook, and with settings in `settings.json`. That the
statement is the only one is known from the pool's connections, each of which reports all that it sends.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.compiler.golden import shown_answer, shown_statement

if TYPE_CHECKING:
    from tests.compiler.conftest import Features

CASES = Path(__file__).with_name("cases")

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest.mark.parametrize(
    "folder",
    [
        pytest.param(path.parent, id=f"{path.parts[-3]}/{path.parts[-2]}")
        for path in sorted(CASES.glob("*/*/query.graphql"))
    ],
)
async def test_becomes_its_statement_and_its_answer(folder: Path, features: Features, *, updating: bool) -> None:
    served = await features.get(folder.parent)
    variables = folder / "variables.json"
    given = json.loads(variables.read_text()) if variables.exists() else {}

    response = await served.respond((folder / "query.graphql").read_text(), given)

    assert len(served.sent) == 1, response.text
    assert "errors" not in response.json(), response.text
    found = {
        "statement.sql": shown_statement(served.sent[0]),
        "result.json": shown_answer(response.text),
    }
    for name, text in found.items():
        if updating:
            (folder / name).write_text(text)
        assert text == (folder / name).read_text()
