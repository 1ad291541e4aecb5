"""Running SQL scripts on a connection: in batches for speed, one by one where a failure has to be found."""

from __future__ import annotations

import io
import re
from contextlib import asynccontextmanager, contextmanager
from typing import TYPE_CHECKING, Any, Final, cast

import asyncpg

from persistence.scripts import CopyBlock, ScriptError, Statement, Step, split

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Generator, Iterable, Iterator

_BATCH_CHARACTERS: Final = 262_144
_BEGIN_OR_COMMIT: Final = re.compile(r"(?:begin|start\s+transaction|commit|end)\b(?!\s+prepared)", re.IGNORECASE)
_ROLLBACK: Final = re.compile(r"(?:rollback|abort)\b(?!.*\bto\b)", re.IGNORECASE | re.DOTALL)
_OWNERSHIP: Final = re.compile(
    r"(?:alter\s.*\sowner\s+to\s|(?:grant|revoke|alter\s+default\s+privileges|set\s+session\s+authorization)\b)",
    re.IGNORECASE | re.DOTALL,
)
_COPY_LINE: Final = re.compile(r"^COPY .*, line (\d+)", re.MULTILINE)

Batch = list[Statement]


async def run_script(
    connection: asyncpg.Connection, script: str, *, one_transaction: bool = True, owners: bool = True
) -> int:
    """Run a script and return how many statements it had.

    Without `owners`, what it says about owners and privileges is left out: its roles need not exist here.

    In one transaction all of it happens or nothing: its own BEGIN and COMMIT are left out. Otherwise every statement
    stands alone, as in psql.

    Raises:
        ScriptError: with the line in the script and what the database said.
    """
    steps = [step for step in split(script) if owners or not _OWNERSHIP.match(step.text)]
    if one_transaction:
        async with all_or_nothing(connection):
            for part in _batches(_without_transactions(steps)):
                await (_run_alone(connection, part) if isinstance(part, CopyBlock) else _run_batch(connection, part))
    else:
        for step in steps:
            await _run_alone(connection, step)
    return len(steps)


@asynccontextmanager
async def all_or_nothing(connection: asyncpg.Connection) -> AsyncGenerator[None]:
    """One transaction; what fails when it is committed (a deferred constraint) is a ScriptError without a line."""
    try:
        async with connection.transaction():
            yield
    except asyncpg.PostgresError as error:
        raise ScriptError(_words(error)) from error


def _without_transactions(steps: Iterable[Step]) -> Iterator[Step]:
    for step in steps:
        if _ROLLBACK.match(step.text):
            raise ScriptError("ROLLBACK would undo the whole file; use --no-transaction", step.line)
        if not _BEGIN_OR_COMMIT.match(step.text):
            yield step


def _batches(steps: Iterable[Step]) -> Iterator[Batch | CopyBlock]:
    batch: Batch = []
    size = 0
    for step in steps:
        if isinstance(step, CopyBlock) or size > _BATCH_CHARACTERS:
            if batch:
                yield batch
            batch, size = [], 0
        if isinstance(step, CopyBlock):
            yield step
        else:
            batch.append(step)
            size += len(step.text)
    if batch:
        yield batch


async def _run_batch(connection: asyncpg.Connection, batch: Batch) -> None:
    # One round trip for many statements. PostgreSQL does not tell which of them failed, so they are tried again singly.
    try:
        async with connection.transaction():
            await connection.execute(";\n".join(statement.text for statement in batch))
    except asyncpg.PostgresError:
        for statement in batch:
            await _run_alone(connection, statement)


async def _run_alone(connection: asyncpg.Connection, step: Step) -> None:
    with failures_of(step):
        if isinstance(step, Statement):
            await connection.execute(step.text)
        else:
            # asyncpg's public method builds a COPY of its own; a dump's must run as it is written.
            copy_in = cast("Any", connection)._copy_in  # noqa: SLF001 - see above
            await copy_in(step.text, io.BytesIO(step.data.encode()), None)


@contextmanager
def failures_of(step: Step) -> Generator[None]:
    """Turn what the database says about a step into a ScriptError with its line."""
    try:
        yield
    except asyncpg.PostgresError as error:
        raise ScriptError(_words(error), _line_of(error, step)) from error


def _words(error: asyncpg.PostgresError) -> str:
    detail = getattr(error, "detail", None)
    message = " ".join(str(error.args[0]).splitlines())
    return f"{message} ({' '.join(str(detail).splitlines())})" if detail else message


def _line_of(error: asyncpg.PostgresError, step: Step) -> int:
    if isinstance(step, CopyBlock):
        row = _COPY_LINE.search(getattr(error, "context", None) or "")
        return step.data_line + int(row.group(1)) - 1 if row else step.line
    position = int(getattr(error, "position", None) or 1)
    return step.line + step.text.count("\n", 0, position - 1)
