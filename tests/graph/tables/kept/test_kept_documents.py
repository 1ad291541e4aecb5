"""A document outlives changes that have nothing to do with it, and none that has."""

from __future__ import annotations

import gc
import weakref
from random import Random
from typing import TYPE_CHECKING, Any

import pytest

from graph import documents
from graph.tables import compiler, footprint, survey, write_compiler
from tests.domain.tables.catalogs import table
from tests.graph.tables.kept.asked import DOCUMENTS, ROLES
from tests.graph.tables.kept.asking import Asking, Situation
from tests.graph.tables.kept.worlds import CHANGES, SAYING, START, STRUCTURE, with_table

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from graph.served import ServedSchema
    from tests.graph.tables.kept.worlds import World

    Question = tuple[str, dict[str, Any]]

QUESTIONS = [(query, given) for query, every in DOCUMENTS.items() for given in every]
STEPS = 8


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What is done again: documents validated, operations compiled."""
    called: list[str] = []

    def counted(owner: Any, name: str) -> None:
        real = getattr(owner, name)

        def call(*given: Any, **named: Any) -> Any:
            called.append(name)
            return real(*given, **named)

        monkeypatch.setattr(owner, name, call)

    for owner, name in ((documents, "validate"), (compiler, "Lowering"), (write_compiler, "WriteLowering")):
        counted(owner, name)
    return called


def each_role(situation: Situation, *roles: str) -> Iterator[ServedSchema]:
    for role in roles or ROLES:
        yield situation.schemas.for_role(role)
    if not roles:
        yield situation.schemas.for_role("user", backend=True)


async def assert_as_fresh(kept: Asking, situation: Situation, asked: Iterable[Question], *roles: str) -> None:
    """Who has kept documents answers each question as one who has kept nothing."""
    unknowing, fresh = Situation(situation.world, tables_first=situation.tables_first), Asking()
    await unknowing.becomes(situation.world)
    for served, anew in zip(each_role(situation, *roles), each_role(unknowing, *roles), strict=True):
        for query, given in asked:
            assert kept.ask(served, query, given) == fresh.ask(anew, query, given), (served.role, query, given)


@pytest.mark.parametrize("seed", range(4))
async def test_after_any_changes_documents_are_answered_as_if_they_were_new(seed: int) -> None:
    random = Random(seed)  # noqa: S311 - a test that can be repeated
    situation, kept = Situation(START), Asking()
    await situation.becomes(START)
    applied: list[Callable[[World], World]] = []
    for _ in range(STEPS):
        # Whatever was changed may be changed back.
        if applied and random.random() < 0.4:
            applied.pop(random.randrange(len(applied)))
        else:
            applied.append(random.choice(list(CHANGES.values())))
        world = START
        for change in applied:
            world = change(world)
        await situation.becomes(world)
        await assert_as_fresh(kept, situation, random.sample(QUESTIONS, 12))


@pytest.mark.parametrize("changes", [STRUCTURE, SAYING], ids=["structure", "metadata"])
async def test_each_change_is_heeded(changes: Mapping[str, Callable[[World], World]]) -> None:
    situation, kept = Situation(START), Asking()
    for name, change in changes.items():
        await situation.becomes(START)
        for served in each_role(situation, "superadmin", "user"):
            for query, given in QUESTIONS:
                kept.ask(served, query, given)
        await situation.becomes(change(START))
        try:
            await assert_as_fresh(kept, situation, QUESTIONS, "superadmin", "user")
        except AssertionError as error:
            raise AssertionError(name) from error


async def test_a_root_field_of_the_platform_that_gives_way_to_a_table_is_heeded() -> None:
    situation, kept = Situation(START, tables_first=True), Asking()
    asked: list[Question] = [("{ system { version } }", {}), ("{ platformSystem { version } }", {})]
    for world in (START, with_table(table("system"))(START), START):
        await situation.becomes(world)
        await assert_as_fresh(kept, situation, asked, "superadmin")


@pytest.mark.parametrize("change", ["a column more elsewhere", "a column less elsewhere", "a type of elsewhere"])
async def test_a_change_of_another_table_has_nothing_checked_or_compiled_again(change: str, made: list[str]) -> None:
    situation, kept = Situation(START), Asking()
    await situation.becomes(START)
    asked = [(query, given) for query, given in QUESTIONS if "unrelated" not in query]
    before = [kept.ask(situation.schemas.for_role("superadmin"), query, given) for query, given in asked]
    assert made.count("validate") == len({query for query, _ in asked})
    made.clear()

    await situation.becomes(CHANGES[change](START))
    after = [kept.ask(situation.schemas.for_role("superadmin"), query, given) for query, given in asked]

    assert after == before
    assert made == []


async def test_a_document_that_mentions_very_many_tables_is_not_kept(
    monkeypatch: pytest.MonkeyPatch, made: list[str]
) -> None:
    for module in (footprint, survey):
        monkeypatch.setattr(module, "MAX_TABLES", 2)
    situation, kept = Situation(START), Asking()
    query = "query ($where: AlbumBoolExp) { album(where: $where) { id } }"
    few, many = {"artist": {"id": {"_eq": 1}}}, {"artist": {"label": {"id": {"_eq": 1}}}}
    for given, checked in ((few, 1), (few, 1), (many, 1), (many, 2), (few, 3), (few, 3)):
        await situation.becomes(START)
        kept.ask(situation.schemas.for_role("superadmin"), query, {"where": given})
        assert made.count("validate") == checked


async def test_names_that_documents_make_up_are_not_remembered() -> None:
    situation, kept = Situation(START), Asking()
    await situation.becomes(START)
    served = situation.schemas.for_role("superadmin")

    for number in range(20):
        kept.ask(served, f"query ($given: MadeUp{number}) {{ album {{ id }} }}", {})

    assert served.aspects is not None
    assert set(served.aspects._owners) == {"Album"}


async def test_a_document_that_is_kept_refers_to_no_older_schema(made: list[str]) -> None:
    situation, kept = Situation(START), Asking()
    await situation.becomes(START)
    for query, given in QUESTIONS:
        kept.ask(situation.schemas.for_role("superadmin"), query, given)
    old = weakref.ref(situation.schemas.for_role("superadmin").graphql)

    await situation.becomes(CHANGES["a column more elsewhere"](START))
    kept.ask(situation.schemas.for_role("superadmin"), *QUESTIONS[0])
    gc.collect()

    assert old() is None
    assert kept.documents.remembered > 1
    assert made.count("validate") == len(DOCUMENTS)
