"""`FileDefinitions` as a part of a document of plain values, for files, and the way back.

    buckets:
      photos:
        max_file_size: 10000000
        allowed_types: [image/*]
        rules:
          user:
            select: {top_folder: {_eq: X-User-Id}}
    file_rules:
      auditor:
        select: {}

It has a stable order, and everything is left out that is a default; a document with neither says nothing about files.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final

from domain.errors import InvalidInputError
from domain.storage.changing_buckets import NewBucket, checked
from domain.storage.definitions import BucketDefinition, FileDefinitions
from domain.storage.reach import Action

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from domain.document import Json, Node
    from domain.storage.definitions import Rules

MEMBERS: Final = ("buckets", "file_rules")
"""Of a document, that are about files."""
_BUCKET: Final = ("description", "public", "max_file_size", "allowed_types", "quota", "rules")


def to_document(definitions: FileDefinitions) -> dict[str, Json]:
    """The part of a document that says this; empty where nothing is said."""
    buckets: dict[str, Json] = {name: _bucket(each) for name, each in sorted(definitions.buckets.items())}
    rules = _rules(definitions.rules)
    return {**({"buckets": buckets} if buckets else {}), **({"file_rules": rules} if rules else {})}


def from_document(document: Node) -> FileDefinitions | None:
    """What a document says about files; None if that is nothing.

    Raises:
        DocumentError: a part of it is not what is expected there.
    """
    members = document.members()
    if not members.keys() & set(MEMBERS):
        return None
    buckets = members["buckets"].each(lambda node: node) if "buckets" in members else {}
    return FileDefinitions(
        buckets={name: _read_bucket(name, node) for name, node in buckets.items()},
        rules=_read_rules(members.get("file_rules")),
    )


def _bucket(definition: BucketDefinition) -> dict[str, Json]:
    settings, rules = definition.settings, _rules(definition.rules)
    types: list[Json] | None = None if settings.allowed_types is None else [*settings.allowed_types]
    members: dict[str, Json] = {
        "description": settings.description,
        "public": settings.public or None,
        "max_file_size": settings.max_file_size,
        "allowed_types": types,
        "quota": settings.quota,
        "rules": rules or None,
    }
    return {name: value for name, value in members.items() if value is not None}


def _rules(rules: Rules) -> dict[str, Json]:
    roles: defaultdict[str, dict[str, Json]] = defaultdict(dict)
    for action in Action:
        for (role, each), rule in rules.items():
            if each is action:
                roles[role][action.value] = _sorted(dict(rule))
    return {role: roles[role] for role in sorted(roles)}


def _sorted(value: Json) -> Json:
    """With the members of objects in their order: that of a rule means nothing, and the database has one of its own."""
    match value:
        case dict():
            return {name: _sorted(value[name]) for name in sorted(value)}
        case list():
            return [_sorted(each) for each in value]
        case _:
            return value


def _read_bucket(name: str, node: Node) -> BucketDefinition:
    members = node.members(_BUCKET)
    settings = NewBucket(
        name=name,
        description=members["description"].text() if "description" in members else None,
        public=members["public"].flag() if "public" in members else False,
        max_file_size=_number(members, "max_file_size"),
        allowed_types=_texts(members, "allowed_types"),
        quota=_number(members, "quota"),
    )
    try:
        settings = checked(settings)
    except InvalidInputError as error:
        node.refuse(f"{error.path[0]}: {error.message}" if error.path else error.message)
    return BucketDefinition(settings, _read_rules(members.get("rules")))


def _read_rules(roles: Node | None) -> Rules:
    return dict(_each_rule(roles)) if roles else {}


def _each_rule(roles: Node) -> Iterator[tuple[tuple[str, Action], dict[str, Json]]]:
    for role, node in roles.each(lambda node: node).items():
        node.members(tuple(Action))
        for action, rule in node.each(lambda node: node.json_object()).items():
            yield (role, Action(action)), rule


def _number(members: Mapping[str, Node], name: str) -> int | None:
    return members[name].count() if name in members else None


def _texts(members: Mapping[str, Node], name: str) -> tuple[str, ...] | None:
    return tuple(each.text() for each in members[name].items()) if name in members else None
