"""Lends the connections of a pool without giving them back to it between two requests.

A pool of asyncpg starts a task for every release, and newcomers overtake who waits. Here the connection used last is
the next one to be lent, and who waits is served in turn. The pool still opens connections, sets them up and closes
those that have been idle for long.
"""

from __future__ import annotations

import asyncio
from collections import deque
from typing import TYPE_CHECKING, Final

from domain.deadline import TimeLimit
from persistence.lent import Lent

if TYPE_CHECKING:
    import asyncpg

IDLE_SECONDS: Final = 60.0
"""Connections that were idle all that time go back to the pool, which closes them some minutes later."""


class Lending:
    """The connections of one pool.

    Args:
        pool: opens and closes them.
        size: how many there are at most.
        patience: seconds that a caller waits for one.
    """

    def __init__(self, pool: asyncpg.Pool, size: int, patience: float) -> None:
        self._pool = pool
        self._patience = TimeLimit(patience)
        self._unopened = size
        self._idle: deque[Lent] = deque()
        self._least_idle = 0
        self._turns: deque[asyncio.Future[Lent | None]] = deque()
        self._timer: asyncio.TimerHandle | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    def take_idle(self) -> Lent | None:
        """As `take`, where there is nothing to wait for; None otherwise."""
        if not self._idle or self._turns:
            return None
        lent = self._idle.pop()
        if (left := len(self._idle)) < self._least_idle:
            self._least_idle = left
        if lent.is_open:
            return lent
        self._begin(lent)
        return None

    async def take(self) -> Lent:
        """A connection that works as far as is known; whoever takes it gives it back, or up.

        Raises:
            TimeoutError: none became free in time.
        """
        while self._idle and not self._turns:
            if (lent := self.take_idle()) is not None:
                return lent
        with self._patience.start():
            if self._unopened and not self._turns:
                self._unopened -= 1
                return await self._open()
            return await self._turn() or await self._open()

    def give_back(self, lent: Lent) -> None:
        """Take back a connection whose statements are done."""
        if lent.is_in_transaction:
            self._begin(lent)
        else:
            self.keep(lent)

    def keep(self, lent: Lent) -> None:
        """As `give_back`, of a connection on which no transaction was begun."""
        if self._turns and not lent.is_open:
            self._begin(lent)
        elif not self._turns or not self._hand(lent):
            self._idle.append(lent)
            if self._timer is None:
                self._timer = asyncio.get_running_loop().call_later(IDLE_SECONDS, self._trim)

    async def give_up(self, lent: Lent) -> None:
        """Take back a connection after a failure: the pool sees what it is still good for."""
        try:
            await self._pool.release(lent.connection)
        finally:
            self._reopen()

    async def close(self) -> None:
        """Give what is idle back to the pool, so that it can be closed."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        while self._idle:
            await self.give_up(self._idle.pop())

    async def _open(self) -> Lent:
        try:
            return Lent(await self._pool.acquire())
        except BaseException:
            self._reopen()
            raise

    async def _turn(self) -> Lent | None:
        """Wait for a connection, or for the permission to open one."""
        turn: asyncio.Future[Lent | None] = asyncio.get_running_loop().create_future()
        self._turns.append(turn)
        try:
            return await turn
        except asyncio.CancelledError:
            if turn.cancelled():
                self._turns.remove(turn)
            elif (lent := turn.result()) is None:
                self._reopen()
            else:
                self.give_back(lent)
            raise

    def _hand(self, lent: Lent | None) -> bool:
        """Let the caller who has waited longest have it; whether there is one."""
        while self._turns:
            turn = self._turns.popleft()
            if not turn.done():
                turn.set_result(lent)
                return True
        return False

    def _reopen(self) -> None:
        """One connection less is open."""
        if not self._hand(None):
            self._unopened += 1

    def _begin(self, lent: Lent) -> None:
        task = asyncio.ensure_future(self.give_up(lent))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _trim(self) -> None:
        for _ in range(min(self._least_idle, len(self._idle))):
            self._begin(self._idle.popleft())
        self._least_idle = len(self._idle)
        self._timer = asyncio.get_running_loop().call_later(IDLE_SECONDS, self._trim) if self._idle else None
