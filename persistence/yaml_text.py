"""YAML text: the values of JSON in it, the line of each of them, and the way back.

What a plain word stands for is what YAML 1.2 says (its core schema), so that `no`, `on` and `2020-01-01` are texts;
what is written is read alike by readers of YAML 1.1. JSON is YAML.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import yaml

from domain.errors import InvalidInputError

if TYPE_CHECKING:
    from domain.document import Json, Path

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # libyaml's is ten times as fast
_WIDTH: Final = 120
_CORE: Final = (
    ("bool", re.compile(r"true|True|TRUE|false|False|FALSE"), "tTfF"),
    ("null", re.compile(r"~|null|Null|NULL|"), ["~", "n", "N", ""]),
    ("int", re.compile(r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+"), "-+0123456789"),
    ("float", re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?"), "-+.0123456789"),
    ("merge", re.compile(r"<<"), "<"),
)
_TAG: Final = "tag:yaml.org,2002:"
_LINE_ENDS: Final = re.compile("[\r\x85\u2028\u2029]")
_INCLUDE: Final = "!include"
_MAX_DEPTH: Final = 200
_MAX_DIGITS: Final = 4000
"""Of a number; Python itself reads a few more."""


class YamlError(InvalidInputError):
    """A text is no YAML, or none that can be taken; `line` is where, from 1 on, and `why` the reason."""

    def __init__(self, line: int, why: str) -> None:
        super().__init__(f"line {line}: {why}")
        self.line = line
        self.why = why


@dataclass(frozen=True, slots=True)
class YamlDocument:
    """What a text holds.

    Attributes:
        value: mappings, lists and scalars of JSON. A value with the tag `!include` is the text `!include NAME`.
        lines: of each value by its path, from 1 on.
    """

    value: object
    lines: dict[Path, int] = field(default_factory=dict["Path", int])

    def line(self, path: Path) -> int:
        """The line of the value at a path or, where it is missing, of what it should be in."""
        return next((self.lines[path[:end]] for end in range(len(path), -1, -1) if path[:end] in self.lines), 1)


def read_yaml(text: str) -> YamlDocument:
    """Read a text of one document.

    Raises:
        YamlError: it is no YAML, has a name twice, refers to itself, or holds what JSON does not.
    """
    reader = _Reader()
    try:
        _refuse_depth(text)
        node = _compose(text)
        return YamlDocument(reader.read(node, ()) if node is not None else None, reader.lines)
    except yaml.YAMLError as error:
        raise _unreadable(error) from None


def write_yaml(value: Json) -> str:
    """The text of a value, members in the order that they have."""
    return yaml.dump(value, Dumper=_CoreDumper, sort_keys=False, allow_unicode=True, width=_WIDTH)


def _refuse_depth(text: str) -> None:
    """Count the levels by a parser that does not call itself; libyaml's composer does, and takes the process along."""
    depth = 0
    for event in yaml.parse(text, Loader=_CoreLoader):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > _MAX_DEPTH:
                raise YamlError(_line(event), f"A document has at most {_MAX_DEPTH} levels.")
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1


def _compose(text: str) -> yaml.Node | None:
    loader = _CoreLoader(text)
    try:
        node: yaml.Node | None = loader.get_single_node()
        return node
    finally:
        loader.dispose()


class _CoreLoader(_Loader):  # type: ignore[misc] # which one it is shows when it runs
    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}  # noqa: RUF012 - PyYAML's way


class _CoreDumper(yaml.SafeDumper):
    """Quotes every text that this reader or one of YAML 1.1 would take for something else."""

    def ignore_aliases(self, data: object) -> bool:  # noqa: ARG002 - PyYAML's
        """A value that occurs twice is written twice."""
        return True

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:  # noqa: ARG002, FBT001, FBT002 - PyYAML's
        """The items of a list stand deeper than its name."""
        super().increase_indent(flow, indentless=False)


def _represent_text(dumper: _CoreDumper, text: str) -> yaml.ScalarNode:
    # Line ends other than the usual one are lost outside double quotes.
    style = '"' if _LINE_ENDS.search(text) else None
    return dumper.represent_scalar(f"{_TAG}str", text, style)  # pyright: ignore[reportUnknownMemberType] - bare


_CoreDumper.add_representer(str, _represent_text)
for _name, _pattern, _first in _CORE:
    _whole = re.compile(rf"(?:{_pattern.pattern})\Z")
    for _class in (_CoreLoader, _CoreDumper):
        _class.add_implicit_resolver(_TAG + _name, _whole, [*_first])  # pyright: ignore[reportUnknownMemberType] - bare


class _Reader:
    """Turns PyYAML's nodes into values."""

    def __init__(self) -> None:
        self.lines: dict[Path, int] = {}
        self._open: set[int] = set()

    def read(self, node: yaml.Node, path: Path) -> object:
        self.lines.setdefault(path, _line(node))
        if id(node) in self._open:
            raise _refusal(node, "A value cannot hold itself.")
        self._open.add(id(node))
        try:
            return self._value(node, path)
        finally:
            self._open.discard(id(node))

    def _value(self, node: yaml.Node, path: Path) -> object:
        match node:
            case yaml.MappingNode():
                return self._mapping(node, path)
            case yaml.SequenceNode():
                return [self.read(each, (*path, index)) for index, each in enumerate(node.value)]
            case _:
                return _scalar(node)

    def _mapping(self, node: yaml.MappingNode, path: Path) -> dict[object, object]:
        own: dict[object, object] = {}
        merged: dict[object, object] = {}
        for name_node, each in node.value:
            if name_node.tag == f"{_TAG}merge":
                merged |= self._merged(each, path)
                continue
            name = _scalar(name_node) if isinstance(name_node, yaml.ScalarNode) else None
            if name is None or name in own:
                raise _refusal(name_node, "A name is a text." if name is None else f"{name} is there twice.")
            self.lines[(*path, str(name))] = _line(name_node)
            own[name] = self.read(each, (*path, str(name)))
        return {**merged, **own}

    def _merged(self, node: yaml.Node, path: Path) -> dict[object, object]:
        """What `<<` brings in; of a list of mappings the first goes before the others."""
        parts = node.value if isinstance(node, yaml.SequenceNode) else [node]
        found: dict[object, object] = {}
        for part in reversed(parts):
            if not isinstance(part, yaml.MappingNode):
                raise _refusal(part, "A mapping is expected after <<.")
            found |= self._mapping(part, path)
        return found


def _scalar(node: yaml.Node) -> object:
    text: str = node.value
    match node.tag.removeprefix(_TAG):
        case "str":
            return text
        case "null":
            return None
        case "bool":
            return text.lower() == "true"
        case "int" if len(text) <= _MAX_DIGITS:
            return int(text, 0) if text[:2] in {"0o", "0x"} else int(text)
        case "float":
            return float(text)
        case "!include":
            return f"{_INCLUDE} {text}"
        case tag:
            raise _refusal(node, f"{tag} is not taken here.")


def _line(node: yaml.Node | yaml.Event) -> int:
    return node.start_mark.line + 1 if node.start_mark else 1


def _refusal(node: yaml.Node, why: str) -> YamlError:
    return YamlError(_line(node), why)


def _unreadable(error: yaml.YAMLError) -> YamlError:
    if isinstance(error, yaml.MarkedYAMLError) and error.problem_mark:
        return YamlError(error.problem_mark.line + 1, f"This is no YAML: {error.problem}.")
    return YamlError(1, "This is no YAML: a character in it cannot be read.")
