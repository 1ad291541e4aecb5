"""The bundled list of common passwords."""

from __future__ import annotations

import asyncio
import gzip
from pathlib import Path
from typing import Final

_FILE: Final = Path(__file__).parent / "common_passwords.txt.gz"


class BundledCommonPasswords:
    """The port `CommonPasswords` on a file: about 8400 passwords of 8 characters and more, from Django.

    It is read when it is first asked for, in a thread, once (0.6 MB of memory). Its licence is beside it.
    """

    def __init__(self) -> None:
        self._passwords: frozenset[str] | None = None
        self._reading = asyncio.Lock()

    async def contains(self, password: str) -> bool:
        """Whether `password`, case-folded, is listed."""
        if self._passwords is None:
            async with self._reading:
                if self._passwords is None:
                    self._passwords = await asyncio.to_thread(_read)
        return password in self._passwords


def _read() -> frozenset[str]:
    return frozenset(gzip.decompress(_FILE.read_bytes()).decode().splitlines())
