"""The life of an account by @apollo/client and graphql-ws, as docs/authentication.md shows their use."""

from __future__ import annotations

import asyncio
import subprocess
from typing import TYPE_CHECKING, Any
from uuid import UUID

import orjson
import pytest

from tests.clients.conftest import SCRIPT_SECONDS, node_and_npm
from tests.docs.pages import blocks
from tests.lives.processes import serving, short_token
from tests.mail import token_in

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path

    from tests.lives.people import Server
    from tests.mail import Mailbox

pytestmark = pytest.mark.timeout(400)  # the first run installs the clients

EMAIL = "ann@example.com"


@pytest.fixture
def server(tmp_path: Path, migrated_database: str, mailbox: Mailbox) -> Generator[Server]:
    with serving(tmp_path, migrated_database, mailbox) as served:
        yield served


@pytest.fixture
def script(clients: Path) -> Path:
    """The script, beside the module that the page shows."""
    (module,) = (text for language, text in blocks("docs/authentication.md") if language == "js")
    (clients / "session.mjs").write_text(module, encoding="utf-8")
    return clients / "accounts.mjs"


def answer(question: str, server: Server, mailbox: Mailbox) -> str:
    """What the script cannot know: the token of the next mail, or an access token that is good for so many seconds."""
    match question.split():
        case ["mail"]:
            return token_in(mailbox.wait_for(EMAIL))
        case ["token", user_id, session_id, seconds]:
            return asyncio.run(short_token(server, UUID(user_id), UUID(session_id), int(seconds)))
        case _:
            raise AssertionError(question)


def converse(script: Path, server: Server, mailbox: Mailbox) -> Any:
    """Run the script, answer its questions; the JSON that it prints in the end."""
    node, _ = node_and_npm()
    pipe = subprocess.PIPE
    with subprocess.Popen(
        [*node, script.name, server.url], cwd=script.parent, stdin=pipe, stdout=pipe, stderr=pipe, text=True
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        last = ""
        for last in process.stdout:
            if last.startswith("?"):
                process.stdin.write(answer(last[1:], server, mailbox) + "\n")
                process.stdin.flush()
        _, errors = process.communicate(timeout=SCRIPT_SECONDS)
        assert process.returncode == 0, errors
    return orjson.loads(last)


def test_the_life_of_an_account_by_apollo_client_and_graphql_ws(script: Path, server: Server, mailbox: Mailbox) -> None:
    assert converse(script, server, mailbox) == {
        "email": EMAIL,
        "verified": True,
        "renewed": [EMAIL] * 3,
        "rotated": True,
        "tabs": [EMAIL] * 2,
        "sameSuccessor": True,
        "notRenewed": 4401,
        "overSocket": EMAIL,
        "loggedOut": 4403,
        "signedOut": ["REVOKED"] * 2,
        "reset": "PasswordChanged",
        "deleted": True,
    }
