"""Real servers on new databases, whose mail goes to a real mail server."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING, Any, Protocol

import pytest

from tests.graph.commands.process import running
from tests.lives.people import Server

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path

    from tests.mail import Mailbox

SECRET = "secret-key-of-the-tests-0123456789-abcdef"


class Start(Protocol):
    def __call__(self, *arguments: str, **settings: str) -> Server: ...


@pytest.fixture
def start(tmp_path: Path, empty_database: str, mailbox: Mailbox) -> Generator[Start]:
    """Starts `selfgraph serve` with these arguments and settings; it ends with the test."""
    with ExitStack() as stack:

        def begin(*arguments: str, **settings: str) -> Server:
            environment: dict[str, Any] = {
                "DATABASE_URL": empty_database,
                "SECRET_KEY": SECRET,
                "TRUSTED_PROXIES": "127.0.0.1",
                **mailbox.settings,
                **settings,
            }
            process = stack.enter_context(running("serve", "--port", "0", *arguments, folder=tmp_path, **environment))
            return Server(process.line("GraphQL"))

        yield begin


@pytest.fixture
def server(start: Start) -> Server:
    """One process with the default settings."""
    return start()
