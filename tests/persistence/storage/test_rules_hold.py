"""Random rules over random files: PostgreSQL lists and reaches what plain Python says that they let through."""

from __future__ import annotations

import json
import random
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest

from domain.actor import Actor
from domain.conditions import EVERYTHING
from domain.errors import ForbiddenError, NotFoundError
from domain.storage.authority import require
from domain.storage.listing_files import FileQuery, ListFiles, order_of
from domain.storage.reach import EVERY_FILE, Action
from tests.persistence.storage.kept import ANN, BOB, OTHER, SHELF, keeping_shelves

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable
    from pathlib import Path

    from tests.persistence.storage.kept import Kept

INHERITED = {"child": ["parent", "aunt"], "parent": ["grandparent"], "aunt": ["grandparent"], "grandparent": []}
ROUNDS = 12


@dataclass(frozen=True)
class Row:
    """A file as it was put in."""

    id: UUID
    bucket_id: UUID
    path: str
    size: int
    content_type: str
    owner_id: UUID | None
    metadata: dict[str, Any]

    @property
    def top_folder(self) -> str:
        """The first folder of the path."""
        return self.path.split("/")[0] if "/" in self.path else ""


def random_rows(dice: random.Random) -> list[Row]:
    tops = ["", f"{ANN}/", f"{BOB}/", "shared/", "shared/deep/"]
    return [
        Row(
            id=UUID(int=dice.getrandbits(128)),
            bucket_id=dice.choice([SHELF, OTHER]),
            path=f"{dice.choice(tops)}{number}",
            size=dice.randint(0, 3),
            content_type=dice.choice(["image/png", "image/gif", "text/plain"]),
            owner_id=dice.choice([ANN, BOB, None]),
            metadata=dice.choice([{}, {"tag": "a"}, {"tag": "b"}]),
        )
        for number in range(40)
    ]


def random_rule(dice: random.Random, depth: int = 2) -> dict[str, Any]:
    kind = dice.choice(["test", "test", "test", "and", "or", "not"]) if depth else "test"
    match kind:
        case "and" | "or":
            return {f"_{kind}": [random_rule(dice, depth - 1) for _ in range(dice.randint(0, 3))]}
        case "not":
            return {"_not": random_rule(dice, depth - 1)}
        case _:
            return dice.choice(
                [
                    {},
                    {"owner_id": {"_eq": "X-User-Id"}},
                    {"owner_id": {"_is_null": dice.choice([True, False])}},
                    {"top_folder": "X-User-Id"},
                    {"top_folder": {"_eq": "shared"}},
                    {"size": {dice.choice(["_gt", "_lte"]): dice.randint(0, 3)}},
                    {"content_type": {"_like": "image/%"}},
                    {"metadata": {"_contains": {"tag": "a"}}},
                    {"path": {"_in": [f"shared/{dice.randint(0, 39)}", str(dice.randint(0, 39))]}},
                ]
            )


def holds(rule: dict[str, Any], row: Row, user: UUID) -> bool | None:
    """What a rule says of a file, by SQL's logic of three values."""
    return every([member(name, value, row, user) for name, value in rule.items()])


def every(values: list[bool | None]) -> bool | None:
    if False in values:
        return False
    return None if None in values else True


def member(name: str, value: Any, row: Row, user: UUID) -> bool | None:
    match name:
        case "_and":
            return every([holds(each, row, user) for each in value])
        case "_or":
            found = every([None if each is None else not each for each in (holds(one, row, user) for one in value)])
            return None if found is None else not found
        case "_not":
            inner = holds(value, row, user)
            return None if inner is None else not inner
        case _:
            return fulfils(getattr(row, name), value, user)


TESTS: dict[str, Callable[[Any, Any], bool]] = {
    "_eq": lambda held, operand: str(held) == operand,
    "_gt": lambda held, operand: held > operand,
    "_lte": lambda held, operand: held <= operand,
    "_like": lambda held, operand: held.startswith(operand.removesuffix("%")),
    "_in": lambda held, operand: held in operand,
    "_contains": lambda held, operand: operand.items() <= held.items(),
}


def fulfils(held: Any, value: Any, user: UUID) -> bool | None:
    (operator, operand), *_ = value.items() if isinstance(value, dict) else {"_eq": value}.items()
    if operator == "_is_null":
        return (held is None) == bool(operand)
    return None if held is None else TESTS[operator](held, str(user) if operand == "X-User-Id" else operand)


@pytest.fixture
async def kept(migrated_database: str, tmp_path: Path) -> AsyncGenerator[Kept]:
    async with keeping_shelves(migrated_database, tmp_path) as kept:
        for role in reversed(INHERITED):
            await kept.execute("INSERT INTO selfgraph.roles (name) VALUES ($1)", role)
        for role, inherited in INHERITED.items():
            for name in inherited:
                await kept.execute("INSERT INTO selfgraph.role_inheritance VALUES ($1, $2)", role, name)
        yield kept


async def keep(kept: Kept, rows: list[Row], rules: list[tuple[str, UUID | None, Action, dict[str, Any]]]) -> None:
    """In place of what was there."""
    await kept.execute("DELETE FROM selfgraph.files")
    await kept.execute("DELETE FROM selfgraph.file_rules")
    insert = """INSERT INTO selfgraph.files
        (id, bucket_id, path, object_key, size, content_type, etag, owner_id, status, metadata)
        VALUES ($1::uuid, $2, $3, $1::uuid::text, $4, $5, '"e"', $6, 'ready', $7)"""
    for row in rows:
        metadata = json.dumps(row.metadata)
        await kept.execute(insert, row.id, row.bucket_id, row.path, row.size, row.content_type, row.owner_id, metadata)
    for role, bucket, action, rule in rules:
        await kept.execute(
            "INSERT INTO selfgraph.file_rules VALUES (gen_random_uuid(), $1, $2, $3, $4)",
            bucket,
            role,
            action.value,
            json.dumps(rule),
        )


def lineage(role: str) -> set[str]:
    return {role}.union(*(lineage(each) for each in INHERITED[role]))


async def may(kept: Kept, actor: Actor, row: Row, action: Action) -> str | None:
    """The code of the refusal, or None."""
    async with kept.open() as work:
        file = await work.files.find(row.id, EVERY_FILE)
        assert file is not None
        rights = await kept.authority.rights(work, actor, row.bucket_id)
        try:
            await require(work, rights, file, action)
        except (ForbiddenError, NotFoundError) as error:
            return error.code
        return None


@pytest.mark.parametrize("seed", range(ROUNDS))
async def test_what_a_caller_reaches_is_what_the_rules_say(kept: Kept, seed: int) -> None:
    dice = random.Random(seed)  # noqa: S311 - the same rules each time
    rows = random_rows(dice)
    places = {(role, bucket, action) for role in INHERITED for bucket in (None, SHELF, OTHER) for action in Action}
    chosen = sorted(places, key=str)
    rules = [(*place, random_rule(dice)) for place in dice.sample(chosen, 10)]
    await keep(kept, rows, rules)
    for role in INHERITED:
        user = dice.choice([ANN, BOB])
        actor = Actor(role, {"x-user-id": str(user)}, user)

        def reaches(row: Row, action: Action, role: str = role, user: UUID = user) -> bool:
            # Ann owns the other bucket.
            return (row.bucket_id == OTHER and user == ANN) or any(
                holds(rule, row, user) is True
                for name, bucket, about, rule in rules
                if name in lineage(role) and bucket in {None, row.bucket_id} and about is action
            )

        for bucket, name in ((SHELF, "shelf"), (OTHER, "other")):
            expected = sorted(row.path for row in rows if row.bucket_id == bucket and reaches(row, Action.SELECT))
            try:
                query = FileQuery(name, "", EVERYTHING)
                page = await ListFiles(kept.open, kept.authority)(actor, query, order_of(None), first=100)
                assert [file.path for file in page.rows] == expected
            except (ForbiddenError, NotFoundError):
                assert expected == []
        for row in dice.sample(rows, 6):
            for action in Action:
                seen = reaches(row, Action.SELECT)
                code = None if seen and reaches(row, action) else "FORBIDDEN" if seen else "NOT_FOUND"
                assert await may(kept, actor, row, action) == code
