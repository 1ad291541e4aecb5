"""`selfgraph storage`: whether files and their bytes agree, and another place for the bytes."""

from __future__ import annotations

import asyncio
import sys
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from graph.commands.progress import Progress
from graph.commands.target import failing_with_one_line

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from domain.storage.checking import CheckStorage, Finding
    from domain.storage.mending import MendStorage
    from domain.storage.migrating import Migration
    from graph.settings import Settings
    from persistence.storage.work import PostgresStorage

_HOUR = 3600

app = typer.Typer(help="The files and their bytes.", no_args_is_help=True)


@app.command()
def check(
    *,
    deep: Annotated[bool, typer.Option("--deep", help="Read all bytes, and compare their SHA-256.")] = False,
    grace: Annotated[
        int, typer.Option(min=0, help="Seconds for which what is new or under way is left alone.")
    ] = _HOUR,
    repair: Annotated[
        bool, typer.Option("--repair", help="Remove what no file needs, end what is stuck, count anew.")
    ] = False,
    forget_missing: Annotated[
        bool,
        typer.Option("--forget-missing", help="With --repair: delete files for good whose bytes are missing."),
    ] = False,
) -> None:
    """Compare the files with the bytes that are kept; exit 1 if something is wrong, or is still wrong after --repair.

    It may run beside the server. A file whose bytes are missing or damaged stays as it is, unless --forget-missing is
    given too; the audit trail names each that is forgotten.
    """
    if forget_missing and not repair:
        raise typer.BadParameter("It goes with --repair.", param_hint="--forget-missing")
    settings = _settings()
    with failing_with_one_line():
        wrong = asyncio.run(
            _Checking(deep=deep, grace=timedelta(seconds=grace), repair=repair, forget_missing=forget_missing)(settings)
        )
    raise typer.Exit(1 if wrong else 0)


@app.command()
def migrate(
    *,
    to: Annotated[Literal["disk", "s3"], typer.Option(help="Where the objects are to be.")],
    trust_sizes: Annotated[
        bool,
        typer.Option("--trust-sizes", help="Take an object of the right size for the right one, without reading it."),
    ] = False,
) -> None:
    """Copy every object from STORAGE_BACKEND to another one; the settings of both have to be given.

    What is copied is read back and compared by SHA-256. Broken off, it goes on with what is not there yet. Run it while
    the server works, then stop the server, run it once more for what was written meanwhile, set STORAGE_BACKEND, and
    start the server. Nothing is removed from where it was.
    """
    settings = _settings()
    if to == settings.storage_backend:
        raise typer.BadParameter(f"STORAGE_BACKEND is {to} already.", param_hint="--to")
    if to == "s3" and not settings.s3_bucket:
        raise typer.BadParameter("S3_BUCKET is not set.", param_hint="--to")
    with failing_with_one_line():
        migration = asyncio.run(_migrate(settings, to, trust_sizes=trust_sizes))
    for key in migration.damaged:
        typer.echo(f"damaged     {key}  is not what its file says, and is not copied")
    typer.echo(f"{migration.copied} copied, {migration.skipped} there already, {len(migration.damaged)} damaged")
    if migration.damaged:
        raise typer.Exit(1)
    typer.echo(
        f"Stop the server, run this once more for what was written meanwhile, set STORAGE_BACKEND={to}, start it."
    )


class _Checking:
    """One run of `check`."""

    def __init__(self, *, deep: bool, grace: timedelta, repair: bool, forget_missing: bool) -> None:
        self._deep = deep
        self._grace = grace
        self._repair = repair
        self._forget_missing = forget_missing

    async def __call__(self, settings: Settings) -> bool:
        """Check, and mend if that was asked for; whether something is wrong at the end."""
        from domain.storage.checking import CheckStorage
        from domain.storage.mending import MendStorage
        from domain.storage.removing import PurgeFiles
        from graph.wiring.objects import open_objects

        async with _storage(settings) as open_storage, open_objects(settings) as objects:
            checking = CheckStorage(open_storage, objects, grace=self._grace)
            mend = MendStorage(open_storage, objects, forget_missing=self._forget_missing) if self._repair else None
            found, left = await self._walk(open_storage, checking, mend)
            if found and mend is not None:
                await PurgeFiles(open_storage, objects)()
        typer.echo(f"{found} found, {found - left} mended" if found else "Everything is as it should be.")
        return bool(left)

    async def _walk(
        self, open_storage: PostgresStorage, checking: CheckStorage, mend: MendStorage | None
    ) -> tuple[int, int]:
        async with open_storage() as work:
            total = await work.inventory.total()
        found = left = 0
        with Progress("Comparing", total.objects, "objects") as progress:
            async for finding in checking(deep=self._deep, passed=progress.advance):
                mended = mend is not None and await mend(finding)
                found, left = found + 1, left + (not mended)
                progress.say(_told(finding) + ("  mended" if mended else ""))
        return found, left


async def _migrate(settings: Settings, to: str, *, trust_sizes: bool) -> Migration:
    from domain.storage.migrating import MigrateObjects
    from graph.storage_settings import StorageBackend
    from graph.wiring.objects import open_objects

    other = settings.model_copy(update={"storage_backend": StorageBackend(to)})
    async with (
        _storage(settings) as open_storage,
        open_objects(settings) as source,
        open_objects(other) as target,
    ):
        await target.check()
        async with open_storage() as work:
            total = await work.inventory.total()
        with Progress("Copying", total.bytes, "bytes") as progress:
            return await MigrateObjects(open_storage, source, target)(trust_sizes=trust_sizes, passed=progress.advance)


@asynccontextmanager
async def _storage(settings: Settings) -> AsyncGenerator[PostgresStorage]:
    from graph.wiring.database import database_place, open_database
    from persistence.storage.work import PostgresStorage
    from persistence.transactions import Transactions

    async with database_place(settings) as place, open_database(settings, place) as database:
        yield PostgresStorage(Transactions(database))


def _told(finding: Finding) -> str:
    named, miscount = finding.named, finding.miscount
    if miscount is not None:
        what = miscount.bucket
    elif named is not None:
        what = f"{named.bucket}/{named.path}  file {named.file_id}, object {named.key}"
    else:
        what = f"object {finding.key}"
    return f"{finding.fault.value:<11} {what}: {finding.detail}"


def _settings() -> Settings:
    from graph.logs import configure_logs
    from graph.settings import load_settings

    settings = load_settings()
    # What a command tells, it prints; the log is left for warnings.
    configure_logs(settings.model_copy(update={"log_level": "WARNING"}), sys.stderr)
    return settings
