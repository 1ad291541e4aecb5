"""Reads of the table API: those that come in the same turn of the event loop are asked of PostgreSQL together.

A statement costs this process and PostgreSQL about 60 us beside the rows that it reads. Under load several requests
that ask the same with other values arrive at once, and one statement answers some of them, as a DataLoader does for the
fields of one operation. Each sees the rows as they are after it has come, and nobody waits for others to come.
"""

from __future__ import annotations

import asyncio
from math import inf
from typing import TYPE_CHECKING, Final, TypeAlias

import orjson
from loguru import logger

from domain.bounded import BoundedCache
from persistence.explaining import planned
from persistence.sql.together import together, values_together

if TYPE_CHECKING:
    from collections.abc import Awaitable, Coroutine, Sequence

    from domain.tables.statement import Statement, Value
    from persistence.database import Database

Arguments: TypeAlias = "list[Value]"
Answers: TypeAlias = "tuple[bytes, ...]"
"""The JSON text of each root field."""

MOST: Final = 4
"""Callers of one statement. More of them would leave connections idle that could work on the others."""
MAX_COST: Final = 200.0
"""What a caller may cost by the planner's estimate: about a millisecond. Dearer ones gain little, and would be done one
after the other instead of side by side."""
_MORE: Final = 3.0
"""How many times what it costs with the values of one caller, which are not known when it is planned for several: an
index that serves one pattern does not serve any pattern."""
_LITTLE: Final = 25.0
"""What costs no more than this is shared anyway."""
SLOW_SECONDS: Final = 1.0
"""A statement that takes longer than this for several was estimated wrongly, and is shared no more."""
MEMORY_SECONDS: Final = 60.0
"""For how long both are known."""
_LANES: Final = 1024
_CHARACTERS: Final = 8_388_608


class SharedReads:
    """Runs statements that answer one row of finished JSON."""

    def __init__(self, database: Database, *, max_cost: float = MAX_COST) -> None:
        """`max_cost`: see `MAX_COST`; with 0 nothing is shared."""
        self._database = database
        self._max_cost = max_cost
        self._lanes: BoundedCache[str, _Lane] = BoundedCache(max_entries=_LANES, max_weight=_CHARACTERS)
        self._tasks: set[asyncio.Task[None]] = set()

    async def run(self, statement: Statement, arguments: Arguments) -> Answers:
        """The row that the statement has with these arguments.

        Raises:
            SelfgraphError: the domain's error for what the database said of this call.
        """
        lane = self._lanes.find(statement.text) or self._new_lane(statement)
        loop = asyncio.get_running_loop()
        now = loop.time()
        if now < lane.shared_until:
            if not lane.gathering:
                loop.call_soon(self._end_turn, lane)
            answers = await lane.join(arguments, loop)
            if answers is not None:
                return answers
        elif lane.alone and now >= lane.unknown_from and self._max_cost:
            lane.unknown_from = now + MEMORY_SECONDS
            self._begin(self._estimate(lane, statement, arguments))
        lane.alone += 1
        try:
            row = await self._database.fetch_row(statement.text, arguments)
        finally:
            lane.alone -= 1
        return () if row is None else tuple(row)

    def _new_lane(self, statement: Statement) -> _Lane:
        lane = _Lane(statement)
        self._lanes.add(statement.text, lane, weight=len(statement.text))
        return lane

    def _begin(self, work: Coroutine[None, None, None]) -> asyncio.Task[None]:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def _estimate(self, lane: _Lane, statement: Statement, arguments: Arguments) -> None:
        """Ask the planner whether the statement may be shared."""
        try:
            async with self._database.transaction(readonly=True) as connection:
                _, alone = await planned(connection, statement.text, *arguments)
                _, shared = await planned(connection, lane.shared_text, b"[]")
        except Exception as error:  # noqa: BLE001 - whatever it is, each is asked for alone as before
            logger.debug("What a statement costs for several callers is not known: {}", type(error).__name__)
            return
        if shared / MOST <= min(self._max_cost, max(_LITTLE, alone * _MORE)):
            lane.shared_until = lane.unknown_from

    def _end_turn(self, lane: _Lane) -> None:
        gathered, lane.gathering = lane.gathering, []
        for callers in gathered:
            if len(callers.arguments) == 1:
                callers.tell_to_go_alone()
            else:
                callers.task = self._begin(self._ask(lane, callers))

    async def _ask(self, lane: _Lane, callers: _Callers) -> None:
        clock = asyncio.get_running_loop().time
        begun = clock()
        try:
            values = orjson.dumps(values_together(callers.arguments))
            row = await self._database.fetch_row(lane.shared_text, (values,))
            callers.tell(list(zip(*(row or ()), strict=True)))
        except Exception as error:  # noqa: BLE001 - what fails for several says nothing of any one of them
            logger.debug("A statement for several callers failed, each asks alone: {}", type(error).__name__)
        finally:
            callers.tell_to_go_alone()
            if clock() - begun > SLOW_SECONDS:
                lane.shared_until = -inf
                lane.unknown_from = clock() + MEMORY_SECONDS


class _Lane:
    """What is known of one statement.

    Attributes:
        gathering: who has come in this turn of the loop, to be asked for together.
        alone: how many are being asked for alone.
        shared_until: it may be shared until then.
        unknown_from: whether it may be shared is known until then.
    """

    __slots__ = ("_shared_text", "_statement", "alone", "gathering", "shared_until", "unknown_from")

    def __init__(self, statement: Statement) -> None:
        self._statement = statement
        self._shared_text: str | None = None
        self.gathering: list[_Callers] = []
        self.alone = 0
        self.shared_until = -inf
        self.unknown_from = -inf

    @property
    def shared_text(self) -> str:
        """The statement for several callers."""
        if self._shared_text is None:
            self._shared_text = together(self._statement.text, len(self._statement.keys), MOST)
        return self._shared_text

    def join(self, arguments: Arguments, loop: asyncio.AbstractEventLoop) -> Awaitable[Answers | None]:
        """Be asked for with others; None: to be asked for alone."""
        if not self.gathering or len(self.gathering[-1].arguments) == MOST:
            self.gathering.append(_Callers())
        return self.gathering[-1].join(arguments, loop)


class _Callers:
    """Those of one statement.

    Attributes:
        arguments: what each of them gives.
        task: the statement under way, once there is one.
    """

    __slots__ = ("_waiting", "arguments", "task")

    def __init__(self) -> None:
        self.arguments: list[Arguments] = []
        self.task: asyncio.Task[None] | None = None
        self._waiting: list[asyncio.Future[Answers | None]] = []

    async def join(self, arguments: Arguments, loop: asyncio.AbstractEventLoop) -> Answers | None:
        """The answers to a caller who gives these arguments; None: it has to ask alone."""
        turn: asyncio.Future[Answers | None] = loop.create_future()
        self.arguments.append(arguments)
        self._waiting.append(turn)
        try:
            return await turn
        except asyncio.CancelledError:
            # The last to leave ends the statement, which is for nobody any more.
            if self.task is not None and all(each.cancelled() for each in self._waiting):
                self.task.cancel()
            raise

    def tell(self, answers: Sequence[Answers]) -> None:
        """Give each its answers."""
        for turn, of_one in zip(self._waiting, answers, strict=True):
            if not turn.done():
                turn.set_result(of_one)

    def tell_to_go_alone(self) -> None:
        """Send away whoever waits yet."""
        for turn in self._waiting:
            if not turn.done():
                turn.set_result(None)
