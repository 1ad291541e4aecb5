"""What the triggers of the migrations tell of changes."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from tests.persistence.structure import execute

if TYPE_CHECKING:
    from persistence.database import Database

CHANNEL = "selfgraph_catalog"
PATIENCE = 30
THE_END = "the end"


async def notices_of(database: Database, *scripts: str) -> list[str]:
    """The payloads of all notices that some scripts cause, in their order: one of our own marks the end."""
    told: asyncio.Queue[str] = asyncio.Queue()
    listener = await database.open_connection()
    try:
        await listener.add_listener(CHANNEL, lambda *notice: told.put_nowait(str(notice[-1])))
        for script in (*scripts, f"NOTIFY {CHANNEL}, '{THE_END}'"):
            await execute(database.options.url, script)
        payloads: list[str] = []
        async with asyncio.timeout(PATIENCE):
            while (payload := await told.get()) != THE_END:
                payloads.append(payload)
        return payloads
    finally:
        await listener.close()
