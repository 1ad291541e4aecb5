"""Prints mails, for development without a mail server."""

from __future__ import annotations

import asyncio
import sys
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable
    from email.message import EmailMessage

_RULE: Final = "-" * 72


class ConsoleTransport:
    """Writes the text of each message, with its links, to the standard output; to no log."""

    def __init__(self, write: Callable[[str], None] | None = None) -> None:
        self._write = write or _print

    async def send(self, message: EmailMessage) -> None:
        """Print it; in a thread, because the reader of the output may be slow."""
        body = message.get_body(("plain",))
        text = "" if body is None else str(body.get_content()).strip()
        lines = (_RULE, f"Mail to {message['To']}", f"Subject: {message['Subject']}", "", text, _RULE)
        await asyncio.to_thread(self._write, "".join(f"{line}\n" for line in lines))


def _print(text: str) -> None:
    sys.stdout.write(text)
    sys.stdout.flush()
