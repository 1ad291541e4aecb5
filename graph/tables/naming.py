"""Turns words of the database and of the dialect into GraphQL names, in one of two styles."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING, Final, Protocol

if TYPE_CHECKING:
    from collections.abc import Container

_ILLEGAL: Final = re.compile(r"[^_0-9A-Za-z]+")
_LEGAL: Final = re.compile(r"_?[A-Za-z][_0-9A-Za-z]*")
_LEADING_CAPITALS: Final = re.compile(r"^[A-Z]+(?![a-z])|^[A-Z]")
_KEPT: Final = 20_000
"""Names that are kept in their spelling: those of columns recur in most tables."""


def legal(text: str) -> str:
    """The text with what a GraphQL name cannot hold replaced (GraphQL specification, section 2.1.9).

    Accents are dropped, other characters become underscores; a leading digit gets an underscore before it; two
    leading underscores, which are the specification's own, become one.
    """
    if _LEGAL.fullmatch(text):
        return text
    plain = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    name = _ILLEGAL.sub("_", plain)
    if name.startswith("__"):
        name = "_" + name.lstrip("_")
    if not name.strip("_"):
        return "_" + "_".join(f"{ord(c):x}" for c in text)
    return f"_{name}" if name[0].isdigit() else name


def is_legal(text: str) -> bool:
    """Whether the text is a GraphQL name as it stands."""
    return legal(text) == text


class Naming(Protocol):
    """How the dialect's names are spelled."""

    def field(self, *words: str) -> str:
        """A field or argument: `invoice_line`, `by_pk` -> `invoiceLineByPk`."""
        ...

    def type(self, *words: str) -> str:
        """A type: `invoice_line`, `bool_exp` -> `InvoiceLineBoolExp`."""
        ...

    def behind(self, name: str, word: str) -> str:
        """A name as it is with a word behind it: `InvoiceLine`, `bool_exp` -> `InvoiceLineBoolExp`."""
        ...

    def before(self, word: str, type_name: str) -> str:
        """A field from a word and the name of a type: `insert`, `InvoiceLine` -> `insertInvoiceLine`."""
        ...

    def operator(self, word: str) -> str:
        """An operator: `is_null` -> `_isNull`."""
        ...

    def root(self, name: str) -> str:
        """The type of a root: of `Query`, `Mutation` or `Subscription`."""
        ...

    def enum_value(self, word: str) -> str:
        """A value of one of the dialect's own enums: `asc_nulls_first` -> `ASC_NULLS_FIRST`."""
        ...


class CamelNaming:
    """Hasura's `graphql-default`: fields in camelCase, types in PascalCase, enum values in upper case."""

    def field(self, *words: str) -> str:
        """Words joined in camelCase; leading underscores stay."""
        return _camel(_joined(words))

    def type(self, *words: str) -> str:
        """Words joined in PascalCase; leading underscores stay."""
        return _pascal(_joined(words))

    def behind(self, name: str, word: str) -> str:
        """The word in PascalCase behind the name."""
        return name + _pascal(word)

    def before(self, word: str, type_name: str) -> str:
        """The name with a capital and without leading underscores behind the word."""
        return word + _capitalised(type_name.lstrip("_") or type_name)

    def operator(self, word: str) -> str:
        """The word in camelCase after an underscore."""
        return "_" + self.field(word)

    def root(self, name: str) -> str:
        """The name as it is."""
        return name

    def enum_value(self, word: str) -> str:
        """The word in upper case."""
        return word.upper()


class SnakeNaming:
    """Hasura's `hasura-default`: everything as the database spells it, joined by underscores."""

    def field(self, *words: str) -> str:
        """Words joined by underscores."""
        return _joined(words)

    def type(self, *words: str) -> str:
        """Words joined by underscores."""
        return _joined(words)

    def behind(self, name: str, word: str) -> str:
        """Joined by an underscore."""
        return f"{name}_{word}"

    def before(self, word: str, type_name: str) -> str:
        """Joined by an underscore."""
        return f"{word}_{type_name}"

    def operator(self, word: str) -> str:
        """The word after an underscore."""
        return f"_{word}"

    def root(self, name: str) -> str:
        """As Hasura has it: `query_root`."""
        return f"{name.lower()}_root"

    def enum_value(self, word: str) -> str:
        """The word as it is."""
        return word


def _joined(words: tuple[str, ...]) -> str:
    return "_".join(legal(word) for word in words)


@lru_cache(_KEPT)
def _camel(name: str) -> str:
    leading, first, *rest = _parts(name)
    return leading + _uncapitalised(first) + "".join(map(_capitalised, rest))


@lru_cache(_KEPT)
def _pascal(name: str) -> str:
    leading, *parts = _parts(name)
    return leading + "".join(map(_capitalised, parts))


def _parts(name: str) -> list[str]:
    """The leading underscores, then the words between underscores; of `legal` names there is one at least."""
    bare = name.lstrip("_")
    return [name[: len(name) - len(bare)], *(part for part in bare.split("_") if part)]


def _capitalised(part: str) -> str:
    return part[0].upper() + part[1:]


def _uncapitalised(part: str) -> str:
    """`Invoice` -> `invoice`, `URLPath` -> `urlPath`, `URL` -> `url`."""
    return _LEADING_CAPITALS.sub(lambda found: found.group().lower(), part, count=1)


class AnyOf:
    """Contains what any of some containers does, at no cost of its own where these are large."""

    def __init__(self, *parts: Container[str]) -> None:
        self._parts = parts

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and any(name in part for part in self._parts)


def unused(name: str, taken: Container[str]) -> str:
    """The name, or the name with the smallest number from 2 on that makes it free."""
    if name not in taken:
        return name
    number = 2
    while f"{name}{number}" in taken:
        number += 1
    return f"{name}{number}"
