"""Splitting a psql-style SQL file into its statements and blocks of COPY data.

Follows psql's own rules for quotes, comments, parentheses and SQL function bodies, so that what `psql` and `pg_dump`
write is cut where they mean it. What only makes sense inside psql is left out, or refused with its line.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator


class ScriptError(Exception):
    """A script cannot be read or run; `line` counts from 1, None where there is no line to name."""

    def __init__(self, message: str, line: int | None = None) -> None:
        super().__init__(f"line {line}: {message}" if line else message)
        self.message = message
        self.line = line


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement without its semicolon; `line` is where it begins."""

    text: str
    line: int


@dataclass(frozen=True, slots=True)
class CopyBlock:
    """A `COPY ... FROM stdin` and the rows that follow it; `data_line` is where they begin."""

    text: str
    line: int
    data: str = field(repr=False)
    data_line: int


Step = Statement | CopyBlock

_TOKEN: Final = re.compile(
    r"""
      (?P<line>--[^\n]*)
    | (?P<comment>/\*)
    | (?P<quoted>(?<![\w$])[eE]'[^'\\]*+(?:(?:''|\\.)[^'\\]*+)*+')
    | (?P<unclosed_escapes>(?<![\w$])[eE]')
    | (?P<literal>'[^']*+(?:''[^']*+)*+' | "[^"]*+(?:""[^"]*+)*+")
    | (?P<unclosed>['"])
    | (?P<dollars>(?<![\w$])\$(?:[^\W\d]\w*)?\$)
    | (?P<semicolon>;)
    | (?P<open>\()
    | (?P<close>\))
    | (?P<command>\\)
    | (?P<word>(?<![\w$])(?:begin|case|end)(?![\w$]))
    """,
    re.VERBOSE | re.DOTALL | re.IGNORECASE,
)
_SPACE: Final = re.compile(r"\s*")
_COMMENT_EDGE: Final = re.compile(r"/\*|\*/")
_WITH_BODY: Final = re.compile(r"create\s+(?:or\s+replace\s+)?(?:function|procedure)\b", re.IGNORECASE)
_COPY_IN: Final = re.compile(r"copy\s.*\sfrom\s+stdin\b", re.IGNORECASE | re.DOTALL)
_COPY_END: Final = re.compile(r"^\\\.[ \t\r]*(?:\n|\Z)", re.MULTILINE)
_DATABASE: Final = re.compile(r"(?:(?:create|drop|alter)|comment\s+on)\s+database\b", re.IGNORECASE)
_ENCODING: Final = re.compile(r"set\s+client_encoding\b", re.IGNORECASE)
_PSQL_ONLY: Final = frozenset(
    {"c", "connect", "set", "unset", "echo", "qecho", "warn", "pset", "timing", "encoding", "restrict", "unrestrict"}
)


def decode(content: bytes) -> str:
    """The text of a file in UTF-8 (or in UTF-16 with its mark, as PowerShell writes it).

    Raises:
        ScriptError: it is neither; names the line.
    """
    encoding = "utf-16" if content[:2] in {b"\xff\xfe", b"\xfe\xff"} else "utf-8-sig"
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise ScriptError(f"not {encoding.upper().removesuffix('-SIG')}", line) from None
    if "\0" in text:
        raise ScriptError("a NUL byte: not an SQL text (pg_restore reads pg_dump's other formats)", _line(text, "\0"))
    return text


def split(script: str) -> Iterator[Step]:
    """Cut a script into steps, leaving out what psql alone needs and every statement about whole databases.

    Raises:
        ScriptError: an unknown backslash command, or a quote or comment without an end.
    """
    return _Splitter(script).steps()


def _line(text: str, needle: str) -> int:
    return text.count("\n", 0, text.index(needle)) + 1


class _Splitter:
    """One pass over a script; `start` is where the current statement begins, `position` how far it is read."""

    def __init__(self, script: str) -> None:
        self.script: str = script
        self.newlines = [match.start() for match in re.finditer("\n", script)]
        self.start: int = 0
        self.position: int = 0
        self.parentheses: int = 0
        self.blocks: int = 0

    def steps(self) -> Iterator[Step]:
        while token := _TOKEN.search(self.script, self.position):
            self.position = token.end()
            if token.lastgroup != "semicolon":
                self._read(token)
            elif self.parentheses == 0 and self.blocks == 0:
                yield from self._finish(token.start())
        self.position = len(self.script)
        yield from self._finish(self.position)

    def _read(self, token: re.Match[str]) -> None:
        match token.lastgroup:
            case "open":
                self.parentheses += 1
            case "close":
                self.parentheses = max(0, self.parentheses - 1)
            case "line" | "comment":
                self._skip_comment(token)
            case "dollars":
                self._skip_dollars(token)
            case "command":
                self._skip_command(token)
            case "word":
                self._count_block(token.group().lower())
            case "unclosed" | "unclosed_escapes":
                raise ScriptError(f"a {token.group()} quote without an end", self._line_at(token.start()))
            case _:
                pass  # a whole literal or quoted name

    def _finish(self, end: int) -> Iterator[Step]:
        begin = end - len(self.script[self.start : end].lstrip())
        text = self.script[begin:end].rstrip()
        self.start = self.position
        self.parentheses = self.blocks = 0
        if not text or _DATABASE.match(text) or _ENCODING.match(text):
            return
        if _COPY_IN.match(text):
            yield self._copy(text, begin)
        else:
            yield Statement(text, self._line_at(begin))

    def _copy(self, text: str, begin: int) -> CopyBlock:
        first = self.script.find("\n", self.position) + 1 or len(self.script)
        end = _COPY_END.search(self.script, first)
        if end is None:
            raise ScriptError("the rows of this COPY have no end (a line with \\. alone)", self._line_at(begin))
        self.start = self.position = end.end()
        return CopyBlock(text, self._line_at(begin), self.script[first : end.start()], self._line_at(first))

    def _skip_comment(self, token: re.Match[str]) -> None:
        blank = not self.script[self.start : token.start()].strip()
        depth = 1 if token.group() == "/*" else 0
        while depth:
            edge = _COMMENT_EDGE.search(self.script, self.position)
            if edge is None:
                raise ScriptError("a comment without an end", self._line_at(token.start()))
            depth += 1 if edge.group() == "/*" else -1
            self.position = edge.end()
        if blank:
            self.start = self.position

    def _skip_dollars(self, token: re.Match[str]) -> None:
        end = self.script.find(token.group(), token.end())
        if end < 0:
            raise ScriptError(f"a {token.group()} quote without an end", self._line_at(token.start()))
        self.position = end + len(token.group())

    def _skip_command(self, token: re.Match[str]) -> None:
        line = self.script.find("\n", token.end())
        end = len(self.script) if line < 0 else line
        name = re.match(r"[\w!?.]*", self.script[token.end() : end])
        command = name.group() if name else ""
        inside = self.script[self.start : token.start()].strip()
        if command not in _PSQL_ONLY or inside:
            raise ScriptError(f"\\{command} works only in psql", self._line_at(token.start()))
        self.start = self.position = end

    def _count_block(self, word: str) -> None:
        # Only the body of an SQL-standard function holds semicolons between BEGIN and END.
        beginning = _SPACE.match(self.script, self.start)
        if self.parentheses or not beginning or not _WITH_BODY.match(self.script, beginning.end()):
            return
        if word == "begin" or (word == "case" and self.blocks):
            self.blocks += 1
        elif word == "end" and self.blocks:
            self.blocks -= 1

    def _line_at(self, position: int) -> int:
        return bisect_left(self.newlines, position) + 1
