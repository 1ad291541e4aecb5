"""`selfgraph metadata`: what is said about tables, buckets and files, as a file."""

from __future__ import annotations

import asyncio
import difflib
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from graph.commands.target import failing_with_one_line

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence

    from domain.errors import SelfgraphError
    from domain.metadata.replacing import Replaced
    from domain.storage.definitions import FileDefinitions
    from domain.tables.hasura.report import NotTaken
    from domain.tables.metadata import Metadata
    from graph.commands.metadata_store import Said
    from graph.settings import Settings
    from persistence.hasura_files import HasuraFiles

app = typer.Typer(help="What is said about tables, buckets and files, as a file.", no_args_is_help=True)

File = Annotated[Path, typer.Argument(help="A file as `metadata export` writes it.")]
Misfits = Annotated[
    bool, typer.Option("--allow-misfits", help="Take what does not fit the database too; it is left out until it fits.")
]
_UNTRACKED = (
    "Hasura serves what it tracks; here other tables are served to administrators too, and other functions to whoever"
    " may read the rows that they return. --only-tracked hides them."
)


@app.command()
def export(
    file: Annotated[Path | None, typer.Argument(help="Write to this file instead of the standard output.")] = None,
) -> None:
    """Write the metadata of the database in use as YAML, in an order that is always the same."""
    from graph.commands.metadata_store import read

    settings = _settings()
    with failing_with_one_line():
        _write(_text(*asyncio.run(read(settings))), file)


@app.command()
def apply(file: File, *, allow_misfits: Misfits = False) -> None:
    """Put the metadata of a file in place of those that are there: checked whole first, in one transaction.

    What the file says of buckets and rules on files is taken with them; a bucket of which it says nothing stays as it
    is, and none is ever deleted.
    """
    settings = _settings()
    with failing_with_one_line():
        _apply(settings, _read(file), allow_misfits=allow_misfits)


@app.command()
def diff(file: File) -> None:
    """Show what `metadata apply` of a file would change, and exit with 1 if that is anything."""
    from graph.commands.metadata_store import read

    settings = _settings()
    with failing_with_one_line():
        said = _read(file)
        metadata, files = asyncio.run(read(settings))
        # Of what the file says nothing, nothing is changed.
        before, after = (None, None) if said.files is None else (files, said.files.over(files))
        lines = _difference(_text(metadata, before), _text(said.metadata, after), str(file))
    for line in lines:
        typer.echo(line)
    raise typer.Exit(1 if lines else 0)


@app.command()
def import_hasura(
    place: Annotated[Path, typer.Argument(help="A directory of Hasura's metadata, or a file of JSON or YAML.")],
    *,
    source: Annotated[str | None, typer.Option(help="The database to take, where there are several.")] = None,
    output: Annotated[Path | None, typer.Option("-o", "--output", help="Write the metadata to this file.")] = None,
    apply_: Annotated[bool, typer.Option("--apply", help="Put them in place of those that are there.")] = False,
    only_tracked: Annotated[
        bool, typer.Option("--only-tracked", help="Hide tables and functions that Hasura does not track.")
    ] = False,
    allow_misfits: Misfits = False,
) -> None:
    """Turn the metadata of Hasura v2 into ours, and tell of every part that is not taken on the standard error."""
    from domain.document import Node
    from domain.tables.hasura.importing import import_hasura
    from graph.commands.metadata_store import Said
    from persistence.hasura_files import read_hasura

    settings = _settings()
    with failing_with_one_line():
        files = read_hasura(place)
        with _naming_places(files):
            imported = import_hasura(Node(files.value), source)
        _tell(imported.not_taken, files)
        metadata = imported.metadata
        if only_tracked:
            metadata = _only_tracked(settings, metadata)
        else:
            typer.echo(_UNTRACKED, err=True)
        if output is not None or not apply_:
            _write(_text(metadata), output)
        if apply_:
            _apply(settings, Said(metadata, None), allow_misfits=allow_misfits)


def _only_tracked(settings: Settings, metadata: Metadata) -> Metadata:
    from domain.tables.hasura.tracked import only_tracked
    from graph.commands.metadata_store import read_catalog

    return only_tracked(metadata, asyncio.run(read_catalog(settings)))


def _apply(settings: Settings, said: Said, *, allow_misfits: bool) -> None:
    from domain.metadata.problems import MisfitsError, describe
    from graph.commands.metadata_store import replace

    try:
        replaced = asyncio.run(replace(settings, said, allow_misfits=allow_misfits))
    except MisfitsError as error:
        for misfit in error.misfits:
            typer.echo(describe(misfit), err=True)
        typer.echo("selfgraph: The metadata do not fit; nothing was changed.", err=True)
        raise typer.Exit(1) from None
    for misfit in replaced.misfits:
        typer.echo(f"left out until it fits: {describe(misfit)}", err=True)
    typer.echo(_summary(replaced, said.files))


def _summary(replaced: Replaced, files: FileDefinitions | None) -> str:
    if not replaced.changed:
        return "Nothing is another than before."
    made = f"; made the roles {', '.join(replaced.new_roles)}" if replaced.new_roles else ""
    after = replaced.after
    counts = f"{len(after.tables)} tables, {len(after.permissions)} permissions"
    if files is not None:
        counts += f", {len(files.buckets)} buckets, {files.rule_count} rules on files"
    return f"Applied: {counts}{made}."


def _read(file: Path) -> Said:
    """What a file says; errors begin with its name and the line."""
    from domain.document import DocumentError, Node
    from domain.storage import definitions_document
    from domain.tables.metadata_reading import from_document
    from graph.commands.metadata_store import Said
    from persistence.yaml_text import YamlError, read_yaml

    try:
        document = read_yaml(_contents(file))
    except YamlError as error:
        raise _at(f"{file}:{error.line}", error.why) from None
    try:
        node = Node(document.value)
        metadata = from_document(node, definitions_document.MEMBERS)
        return Said(metadata, definitions_document.from_document(node))
    except DocumentError as error:
        raise _at(f"{file}:{document.line(error.path)}", error.message) from None


def _contents(file: Path) -> str:
    from domain.errors import InvalidInputError

    try:
        return file.read_text(encoding="utf-8")
    except OSError as error:
        raise InvalidInputError(f"{file} cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise InvalidInputError(f"{file} is not UTF-8 text.") from None


def _write(text: str, file: Path | None) -> None:
    from domain.errors import InvalidInputError

    if file is None:
        typer.echo(text, nl=False)
        return
    try:
        file.write_text(text, encoding="utf-8")
    except OSError as error:
        raise InvalidInputError(f"{file} cannot be written: {error.strerror}") from None


def _text(metadata: Metadata, files: FileDefinitions | None = None) -> str:
    from domain.storage import definitions_document
    from domain.tables.metadata_document import to_document
    from persistence.yaml_text import write_yaml

    about_files = {} if files is None else definitions_document.to_document(files)
    return write_yaml(to_document(metadata) | about_files)


def _difference(before: str, after: str, name: str) -> list[str]:
    lines = difflib.unified_diff(before.splitlines(), after.splitlines(), "the database", name, lineterm="")
    return list(lines)


def _at(where: str, message: str) -> SelfgraphError:
    from domain.errors import InvalidInputError

    return InvalidInputError(f"{where}: {message}")


@contextmanager
def _naming_places(files: HasuraFiles) -> Generator[None]:
    """Begin what is wrong with a document with the file and the line."""
    from domain.document import DocumentError

    try:
        yield
    except DocumentError as error:
        raise _at(files.where(error.path), error.message) from None


def _tell(not_taken: Sequence[NotTaken], files: HasuraFiles) -> None:
    from domain.document import place

    for part in not_taken:
        typer.echo(f"{files.where(part.path)}: not taken: {place(part.path)}: {part.why}", err=True)
    if not_taken:
        typer.echo(f"{len(not_taken)} parts were not taken.", err=True)


def _settings() -> Settings:
    from graph.logs import configure_logs
    from graph.settings import load_settings

    settings = load_settings()
    # What a command tells, it prints; the log is left for warnings.
    configure_logs(settings.model_copy(update={"log_level": "WARNING"}), sys.stderr)
    return settings
