"""The commands of docs/authentication.md, run one after the other against a real server, answer as the page shows."""

from __future__ import annotations

import json
import os
import subprocess
from itertools import zip_longest
from typing import TYPE_CHECKING, Any

from tests.docs.pages import blocks
from tests.lives.processes import serving
from tests.mail import text_of, token_in

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from tests.mail import Mailbox

PATIENCE = 60
MARK = "----- environment -----"


def steps() -> Iterator[tuple[str, list[Any]]]:
    """The commands of each block, with the answers that follow it."""
    answers: list[Any] = []
    commands = ""
    for language, text in blocks("docs/authentication.md"):
        if language == "sh":
            if commands:
                yield commands, answers
            commands, answers = text, []
        elif language == "json":
            answers.append(json.loads(text))
    yield commands, answers


def run(commands: str, environment: Mapping[str, str], folder: Path, typed: str) -> tuple[list[Any], dict[str, str]]:
    """What the commands print, answer by answer, and the variables that they leave."""
    done = subprocess.run(
        ["sh", "-aec", f"{commands}\nprintf '\\n{MARK}'; env -0"],
        cwd=folder,
        env=dict(environment),
        input=typed,
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE,
    )
    assert done.returncode == 0, done.stderr
    printed, _, left = done.stdout.partition(MARK)
    variables = dict(line.partition("=")[::2] for line in left.split("\0") if line)
    return list(documents(printed)), variables


def documents(text: str) -> Iterator[Any]:
    """The JSON documents that stand one after the other in a text."""
    decoder = json.JSONDecoder()
    rest = text.strip()
    while rest:
        document, end = decoder.raw_decode(rest)
        yield document
        rest = rest[end:].strip()


def fits(shown: Any, found: Any) -> bool:
    """Whether the answer is the one that the page shows; `...` in it stands for what differs from run to run."""
    match shown:
        case "...":
            return bool(found)
        case str() if shown.endswith("..."):
            return isinstance(found, str) and found.startswith(shown.removesuffix("..."))
        case dict():
            return (
                isinstance(found, dict)
                and shown.keys() == found.keys()
                and all(fits(each, found[name]) for name, each in shown.items())
            )
        case list():
            return isinstance(found, list) and len(shown) == len(found) and all(map(fits, shown, found))
        case _:
            return bool(shown == found)


def next_token(mailbox: Mailbox) -> str:
    """The token of the next mail that has one; others only tell something."""
    while "token=" not in text_of(message := mailbox.wait_for("ann@example.com")):
        pass
    return token_in(message)


def test_the_examples_go_as_shown(tmp_path: Path, empty_database: str, mailbox: Mailbox) -> None:
    count = 0
    with serving(tmp_path, empty_database, mailbox, SERVICE_KEY="", SECRET_KEY="") as server:
        (prelude, _), *rest = steps()
        prelude = prelude.replace("http://127.0.0.1:8000/graphql", server.url)
        environment: dict[str, str] = dict(os.environ)
        for commands, shown in rest:
            typed = next_token(mailbox) + "\n" if "read -r" in commands else ""
            found, environment = run(prelude + commands, environment, tmp_path, typed)
            for expected, answer in zip_longest(shown, found):
                assert fits(expected, answer), f"{commands}\n{json.dumps(answer)}"
                count += 1
    assert count >= 20
