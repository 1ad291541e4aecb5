"""The commands of a page, run by a shell, and what they print."""

from __future__ import annotations

import json
import subprocess
from typing import TYPE_CHECKING, Any

from tests.docs.pages import blocks

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

PATIENCE = 60
MARK = "----- environment -----"


def steps(page: str) -> Iterator[tuple[str, list[Any]]]:
    """The commands of each block of a page, with the answers that follow it."""
    answers: list[Any] = []
    commands = ""
    for language, text in blocks(page):
        if language == "sh":
            if commands:
                yield commands, answers
            commands, answers = text, []
        elif language == "json":
            answers.append(json.loads(text))
    yield commands, answers


def run(commands: str, environment: Mapping[str, str], folder: Path, typed: str = "") -> tuple[str, dict[str, str]]:
    """What the commands print, and the variables that they leave."""
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
    return printed, variables


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
