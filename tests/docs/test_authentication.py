"""The commands of docs/authentication.md, run one after the other against a real server, answer as the page shows."""

from __future__ import annotations

import json
import os
from itertools import zip_longest
from typing import TYPE_CHECKING

from tests.docs.commands import documents, fits, run, steps
from tests.lives.processes import serving
from tests.mail import text_of, token_in

if TYPE_CHECKING:
    from pathlib import Path

    from tests.mail import Mailbox

PAGE = "docs/authentication.md"


def next_token(mailbox: Mailbox) -> str:
    """The token of the next mail that has one; others only tell something."""
    while "token=" not in text_of(message := mailbox.wait_for("ann@example.com")):
        pass
    return token_in(message)


def test_the_examples_go_as_shown(tmp_path: Path, migrated_database: str, mailbox: Mailbox) -> None:
    count = 0
    with serving(tmp_path, migrated_database, mailbox, SERVICE_KEY="", SECRET_KEY="") as server:
        (prelude, _), *rest = steps(PAGE)
        prelude = prelude.replace("http://127.0.0.1:8000/graphql", server.url)
        environment: dict[str, str] = dict(os.environ)
        for commands, shown in rest:
            typed = next_token(mailbox) + "\n" if "read -r" in commands else ""
            printed, environment = run(prelude + commands, environment, tmp_path, typed)
            for expected, answer in zip_longest(shown, documents(printed)):
                assert fits(expected, answer), f"{commands}\n{json.dumps(answer)}"
                count += 1
    assert count >= 20
