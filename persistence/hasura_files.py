"""Hasura's metadata on disk: one file of JSON or YAML, or a directory of files that include each other."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, TypeGuard, cast

from domain.errors import InvalidInputError
from persistence.yaml_text import YamlDocument, YamlError, read_yaml

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from domain import document

_INCLUDE: Final = "!include "
_SUFFIXES: Final = frozenset({".yaml", ".yml", ".graphql"})
_MAX_BYTES: Final = 50_000_000
"""Of one file."""
_MAX_INCLUDES: Final = 10
"""Files that include each other in a chain."""
_NAMES: Final = {"allow_list": "allowlist"}
"""Members of the whole document by the names of their files, where these differ."""
_SPREAD: Final = frozenset({"version", "actions"})
"""Files that hold members of the whole document rather than one of them."""


class HasuraFilesError(InvalidInputError):
    """A file cannot be read; the message begins with its name."""


@dataclass(slots=True)
class HasuraFiles:
    """The metadata as one document, and where its parts stand.

    Attributes:
        value: mappings, lists and scalars of JSON.
        parts: of each file, the path of what it holds in the whole, its name and its lines.
    """

    value: object = None
    parts: dict[document.Path, tuple[str, YamlDocument]] = field(
        default_factory=dict["document.Path", tuple[str, YamlDocument]]
    )

    def where(self, path: document.Path) -> str:
        """The file and the line of a part: `tables/public_article.yaml:12`."""
        for end in range(len(path), -1, -1):
            found = self.parts.get(path[:end])
            if found is not None:
                name, lines = found
                return f"{name}:{lines.line(path[end:])}" if lines.lines else name
        return ""


def read_hasura(place: Path) -> HasuraFiles:
    """Read a file or a directory; a project's directory is taken for the `metadata` in it.

    Raises:
        HasuraFilesError: a file is missing, is no YAML or JSON, or includes one from outside of the directory.
    """
    if not place.is_dir():
        files = HasuraFiles()
        files.value = _Reader(place.parent, files).file(place, ())
        return files
    if (place / "metadata").is_dir() and not (place / "version.yaml").exists():
        place /= "metadata"
    return _read_directory(place)


def _read_directory(root: Path) -> HasuraFiles:
    files = HasuraFiles()
    reader = _Reader(root, files)
    whole: dict[str, object] = {}
    for file in sorted(each for each in root.iterdir() if each.suffix in _SUFFIXES):
        if file.suffix == ".graphql":
            if text := _text(file, file.name).strip():
                whole[file.name] = text
                files.parts[(file.name,)] = (file.name, YamlDocument(text))
            continue
        name = _NAMES.get(file.stem, file.stem)
        whole |= reader.members(file) if name in _SPREAD else {name: reader.file(file, (name,))}
    sources = root / "databases" / "databases.yaml"
    if sources.exists():
        whole["sources"] = reader.file(sources, ("sources",))
    if not whole:
        raise HasuraFilesError(f"{root}: There is no metadata of Hasura in this directory.")
    files.value = whole
    return files


class _Reader:
    """Reads files below one directory, with those that they include."""

    def __init__(self, root: Path, files: HasuraFiles) -> None:
        self._root = root
        self._files = files
        self._open: list[Path] = []

    def file(self, file: Path, path: document.Path) -> object:
        name = self._name(file)
        read = _parse(_text(file, name), name)
        self._files.parts[path] = (name, read)
        self._open.append(file)
        try:
            return self._included(read.value, path)
        finally:
            self._open.pop()

    def members(self, file: Path) -> dict[str, object]:
        """The members of a file that are members of the whole."""
        name = self._name(file)
        read = _parse(_text(file, name), name)
        found: object = {} if read.value is None else read.value
        if not _is_mapping(found):
            raise HasuraFilesError(f"{name}: A mapping is expected.")
        for member, value in found.items():
            lines = {path[1:]: line for path, line in read.lines.items() if path[:1] == (member,)}
            self._files.parts[(member,)] = (name, YamlDocument(value, lines))
        return dict(found)

    def _included(self, value: object, path: document.Path) -> object:
        """The value with the files that it includes in it."""
        match value:
            case str() if value.startswith(_INCLUDE):
                return self._include(value.removeprefix(_INCLUDE).strip(), path)
            case list():
                items = cast("Sequence[object]", value)
                return [self._included(each, (*path, index)) for index, each in enumerate(items)]
            case dict():
                members = cast("Mapping[object, object]", value)
                return {name: self._included(each, (*path, str(name))) for name, each in members.items()}
            case _:
                return value

    def _include(self, name: str, path: document.Path) -> object:
        including = self._open[-1]
        file = including.parent / name
        where = self._files.where(path)
        if not file.resolve().is_relative_to(self._root.resolve()):
            raise HasuraFilesError(f"{where}: {name} is outside of the directory.")
        if len(self._open) > _MAX_INCLUDES:
            raise HasuraFilesError(f"{where}: At most {_MAX_INCLUDES} files include each other.")
        return self.file(file, path)

    def _name(self, file: Path) -> str:
        return str(file.relative_to(self._root)) if file.is_relative_to(self._root) else str(file)


def _is_mapping(value: object) -> TypeGuard[Mapping[str, object]]:
    return isinstance(value, dict)


def _text(file: Path, name: str) -> str:
    try:
        if file.stat().st_size > _MAX_BYTES:
            raise HasuraFilesError(f"{name}: The file is larger than {_MAX_BYTES // 1_000_000} MB.")
        return file.read_text(encoding="utf-8")
    except OSError as error:
        raise HasuraFilesError(f"{name}: The file cannot be read: {error.strerror}.") from None
    except UnicodeDecodeError:
        raise HasuraFilesError(f"{name}: The file is not UTF-8 text.") from None


def _parse(text: str, name: str) -> YamlDocument:
    """JSON has spellings that YAML has not, as escaped surrogates; its lines are not known."""
    try:
        if text.lstrip().startswith(("{", "[")) or name.endswith(".json"):
            return YamlDocument(json.loads(text))
        return read_yaml(text)
    except json.JSONDecodeError as error:
        raise HasuraFilesError(f"{name}:{error.lineno}: This is no JSON: {error.msg}.") from None
    except RecursionError:
        raise HasuraFilesError(f"{name}: The document is nested too deeply.") from None
    except YamlError as error:
        raise HasuraFilesError(f"{name}:{error.line}: {error.why}") from None
