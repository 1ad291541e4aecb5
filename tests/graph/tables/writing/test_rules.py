"""What a role's rules let its mutations do, and what of it they answer."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
import pytest_asyncio

from domain.errors import ForbiddenError
from domain.tables.operators import Operator
from domain.tables.plan import EVERYTHING, And, Comparison, Exists, Fixed, Not, SessionVariable
from domain.tables.rights import DeleteRight, InsertRight, SelectRight, TableRights, UpdateRight
from domain.tables.violations import RowForbiddenError
from tests.compiler.golden import all_rows
from tests.graph.tables.writing.ruled import GivenRights, Ruled

if TYPE_CHECKING:
    from domain.tables.plan import Predicate
    from tests.graph.tables.serving import Served

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(loop_scope="module")
async def ruled(library: Served) -> Ruled:
    return await Ruled.of(library.database)


def fixed(ruled: Ruled, name: str, value: str, operator: Operator = Operator.EQ, table: str = "author") -> Predicate:
    column = ruled.table(table).by_name[name]
    return Comparison(column, operator, Fixed(value, column.type))


def own(ruled: Ruled, name: str = "id", table: str = "author") -> Predicate:
    column = ruled.table(table).by_name[name]
    return Comparison(column, Operator.EQ, SessionVariable("x-user-id", column.type))


def everything(ruled: Ruled, name: str) -> TableRights:
    columns = frozenset(ruled.table(name).by_name)
    select = SelectRight(dict.fromkeys(columns, EVERYTHING))
    return TableRights(select, InsertRight(columns), UpdateRight(columns), DeleteRight())


INSERT = "mutation ($rows: [AuthorInsertInput!]!) { insertAuthor(objects: $rows) { affectedRows returning { name } } }"


async def test_a_preset_is_in_every_row_whatever_its_columns(ruled: Ruled) -> None:
    columns = ruled.table("author").by_name
    insert = InsertRight(
        frozenset({"name", "live"}),
        presets={
            "stock": SessionVariable("x-stock", columns["stock"].type),
            "mood": Fixed("sad", columns["mood"].type),
            "tags": None,
        },
    )
    rights = GivenRights({"author": replace(everything(ruled, "author"), insert=insert)})
    query = "mutation ($rows: [AuthorInsertInput!]!) { insertAuthor(objects: $rows) { returning { name stock mood tags live } } }"

    data = await ruled.write(
        rights, query, {"rows": [{"name": "Dan"}, {"name": "Eve", "live": False}]}, {"x-stock": "42"}
    )

    rest = {"stock": 42, "mood": "sad", "tags": None}
    assert data["insertAuthor"]["returning"] == [
        {"name": "Dan", "live": True, **rest},
        {"name": "Eve", "live": False, **rest},
    ]


async def test_a_row_of_presets_alone(ruled: Ruled) -> None:
    presets = {"name": SessionVariable("x-name", ruled.table("author").by_name["name"].type)}
    rights = GivenRights(
        {"author": replace(everything(ruled, "author"), insert=InsertRight(frozenset(), presets=presets))}
    )

    data = await ruled.write(rights, "mutation { insertAuthorOne(object: {}) { name } }", session={"x-name": "Dan"})

    assert data == {"insertAuthorOne": {"name": "Dan"}}


@pytest.mark.parametrize("given", ["stock", "mood"])
async def test_what_the_role_may_not_give_is_forbidden(ruled: Ruled, given: str) -> None:
    columns = ruled.table("author").by_name
    insert = InsertRight(frozenset({"name", "stock"}), presets={"stock": Fixed("1", columns["stock"].type)})
    rights = GivenRights({"author": replace(everything(ruled, "author"), insert=insert)})

    error = await ruled.refusal(rights, INSERT, {"rows": [{"name": "Dan", given: {"stock": 3, "mood": "sad"}[given]}]})

    assert isinstance(error, ForbiddenError)


@pytest.mark.parametrize(
    "query",
    [
        'mutation { insertAuthorOne(object: {name: "Dan"}) { id } }',
        "mutation { updateAuthor(where: {}, _set: {live: false}) { affectedRows } }",
        "mutation { deleteAuthor(where: {}) { affectedRows } }",
        """mutation { insertAuthorOne(
            object: {name: "Ada"}, onConflict: {constraint: AUTHOR_NAME, updateColumns: [NAME]}) { id } }""",
    ],
)
async def test_without_a_right_a_change_is_forbidden(ruled: Ruled, library: Served, query: str) -> None:
    whole = everything(ruled, "author")
    given = TableRights(whole.select, whole.insert if "onConflict" in query else None)

    library.sent.clear()

    error = await ruled.refusal(GivenRights({"author": given}), query)

    assert type(error) is ForbiddenError
    assert library.sent == []


async def test_a_check_is_about_the_row_as_it_is_in_the_table(ruled: Ruled, library: Served) -> None:
    """A default and a generated column make it or break it."""
    check = And((fixed(ruled, "stock", "5"), fixed(ruled, "loud", "DAN")))
    rights = GivenRights(
        {"author": replace(everything(ruled, "author"), insert=InsertRight(all_columns(ruled), check))}
    )
    library.sent.clear()

    data = await ruled.write(rights, INSERT, {"rows": [{"name": "dan"}]})

    assert data["insertAuthor"] == {"affectedRows": 1, "returning": [{"name": "dan"}]}
    assert len(library.sent) == 1
    error = await ruled.refusal(rights, INSERT, {"rows": [{"name": "Eve"}]})
    assert isinstance(error, RowForbiddenError)


def all_columns(ruled: Ruled, table: str = "author") -> frozenset[str]:
    return frozenset(ruled.table(table).by_name)


@pytest.mark.parametrize("answer", ["affectedRows", "returning { name }", "returning { book { id } }"])
async def test_one_row_that_fails_rolls_back_the_whole_operation(ruled: Ruled, library: Served, answer: str) -> None:
    insert = InsertRight(all_columns(ruled), fixed(ruled, "stock", "5", Operator.LT))
    tables = {"author": replace(everything(ruled, "author"), insert=insert), "book": everything(ruled, "book")}
    before = await all_rows(library.url)

    error = await ruled.refusal(
        GivenRights(tables),
        f"""mutation ($rows: [AuthorInsertInput!]!) {{
            deleteBook(where: {{}}) {{ affectedRows }} insertAuthor(objects: $rows) {{ {answer} }}
        }}""",
        {"rows": [{"name": "Dan", "stock": 1}, {"name": "Eve"}]},
    )

    assert isinstance(error, RowForbiddenError)
    assert error.violation.table == ruled.table("author").name
    assert await all_rows(library.url) == before


async def test_a_check_that_is_unknown_fails(ruled: Ruled) -> None:
    insert = InsertRight(all_columns(ruled), fixed(ruled, "code", "a"))
    rights = GivenRights({"author": replace(everything(ruled, "author"), insert=insert)})

    assert isinstance(await ruled.refusal(rights, INSERT, {"rows": [{"name": "Dan"}]}), RowForbiddenError)


async def test_a_check_through_a_relationship_sees_what_the_operation_has_written(ruled: Ruled) -> None:
    """A book is for authors who have written notes, and notes that are inserted with it count."""
    notes = Exists(ruled.way("author", "book"), ruled.table("book"), fixed(ruled, "title", "Notes", table="book"))
    check = Exists(ruled.way("book", "author"), ruled.table("author"), notes)
    rights = GivenRights(
        {"book": replace(everything(ruled, "book"), insert=InsertRight(all_columns(ruled, "book"), check))}
    )
    query = "mutation ($rows: [BookInsertInput!]!) { insertBook(objects: $rows) { affectedRows } }"

    error = await ruled.refusal(rights, query, {"rows": [{"authorId": 3, "title": "More"}]})
    data = await ruled.write(
        rights, query, {"rows": [{"authorId": 3, "title": "More"}, {"authorId": 3, "title": "Notes"}]}
    )

    assert isinstance(error, RowForbiddenError)
    assert data == {"insertBook": {"affectedRows": 2}}


async def test_a_check_that_any_row_of_a_table_fulfils(ruled: Ruled) -> None:
    check = Exists(None, ruled.table("author"), And((own(ruled), fixed(ruled, "live", "true"))))
    rights = GivenRights(
        {"region": replace(everything(ruled, "region"), insert=InsertRight(all_columns(ruled, "region"), check))}
    )
    query = 'mutation { insertRegionOne(object: {country: "de", number: 7}) { number } }'

    assert isinstance(await ruled.refusal(rights, query, session={"x-user-id": "77"}), RowForbiddenError)
    assert await ruled.write(rights, query, session={"x-user-id": "1"}) == {"insertRegionOne": {"number": 7}}


async def test_a_missing_session_variable_is_forbidden_and_nothing_is_written(ruled: Ruled, library: Served) -> None:
    insert = InsertRight(all_columns(ruled), own(ruled))
    rights = GivenRights({"author": replace(everything(ruled, "author"), insert=insert)})
    before = await all_rows(library.url)

    error = await ruled.refusal(rights, INSERT, {"rows": [{"name": "Dan"}]})

    assert type(error) is ForbiddenError
    assert await all_rows(library.url) == before


# --- conflicts -----------------------------------------------------------------------------------------------------

UPSERT = """mutation ($rows: [AuthorInsertInput!]!) {
    insertAuthor(objects: $rows, onConflict: {constraint: AUTHOR_NAME, updateColumns: [STOCK]}) {
        affectedRows returning { name stock mood }
    }
}"""


def upserting(ruled: Ruled, insert: Predicate, update: UpdateRight) -> GivenRights:
    rights = replace(everything(ruled, "author"), insert=InsertRight(all_columns(ruled), insert), update=update)
    return GivenRights({"author": rights})


async def test_a_conflict_updates_what_the_rule_lets_it(ruled: Ruled) -> None:
    columns = ruled.table("author").by_name
    update = UpdateRight(
        all_columns(ruled) - {"mood"},
        filter=fixed(ruled, "stock", "3", Operator.LT),
        check=fixed(ruled, "stock", "100", Operator.LT),
        presets={"mood": Fixed("sad", columns["mood"].type)},
    )
    rights = upserting(ruled, fixed(ruled, "stock", "50", Operator.LT), update)

    async def written(name: str, stock: int) -> object:
        return (await ruled.write(rights, UPSERT, {"rows": [{"name": name, "stock": stock}]}))["insertAuthor"]

    # Ada has 1 and is updated, by the check of updates; Cid has 3, outside of the rule; Dan is new.
    ada = {"name": "Ada", "stock": 99, "mood": "sad"}
    assert await written("Ada", 99) == {"affectedRows": 1, "returning": [ada]}
    assert await written("Cid", 9) == {"affectedRows": 0, "returning": []}
    assert await written("Dan", 49) == {"affectedRows": 1, "returning": [{"name": "Dan", "stock": 49, "mood": None}]}
    assert isinstance(await ruled.refusal(rights, UPSERT, {"rows": [{"name": "Bob", "stock": 100}]}), RowForbiddenError)
    assert isinstance(await ruled.refusal(rights, UPSERT, {"rows": [{"name": "Eve", "stock": 50}]}), RowForbiddenError)


async def test_checks_through_relationships_tell_new_rows_from_updated_ones(ruled: Ruled) -> None:
    """New authors have no book, updated ones have one."""
    has_book = Exists(ruled.way("author", "book"), ruled.table("book"), EVERYTHING)
    rights = upserting(ruled, Not(has_book), UpdateRight(all_columns(ruled), check=has_book))

    async def written(*names: str) -> object:
        rows = [{"name": name, "stock": 7} for name in names]
        return (await ruled.write(rights, UPSERT, {"rows": rows}))["insertAuthor"]["affectedRows"]

    assert await written("Ada", "Dan", "Bob") == 3
    assert isinstance(await ruled.refusal(rights, UPSERT, {"rows": [{"name": "Cid", "stock": 7}]}), RowForbiddenError)


async def test_a_conflict_in_a_partitioned_table(ruled: Ruled) -> None:
    table = "region"
    check = fixed(ruled, "label", "New", table=table)
    changed = fixed(ruled, "label", "Old", table=table)
    rights = replace(
        everything(ruled, table),
        insert=InsertRight(all_columns(ruled, table), check),
        update=UpdateRight(all_columns(ruled, table), check=changed),
    )
    query = """mutation ($rows: [RegionInsertInput!]!) {
        insertRegion(objects: $rows, onConflict: {constraint: REGION_PKEY, updateColumns: [LABEL]}) { affectedRows }
    }"""
    new, old = {"country": "de", "number": 9, "label": "New"}, {"country": "de", "number": 1, "label": "Old"}

    data = await ruled.write(GivenRights({table: rights}), query, {"rows": [new, old]})

    assert data == {"insertRegion": {"affectedRows": 2}}
    error = await ruled.refusal(GivenRights({table: rights}), query, {"rows": [{**old, "label": "New"}]})
    assert isinstance(error, RowForbiddenError)


# --- updates and deletes -------------------------------------------------------------------------------------------


async def test_updates_reach_rows_of_the_rule_only(ruled: Ruled) -> None:
    update = UpdateRight(all_columns(ruled), filter=own(ruled), check=fixed(ruled, "stock", "9", Operator.LT))
    rights = GivenRights({"author": replace(everything(ruled, "author"), update=update)})
    session = {"x-user-id": "2"}

    async def written(query: str) -> object:
        return await ruled.write(rights, query, session=session)

    assert await written(
        "mutation { updateAuthor(where: {}, _set: {stock: 8}) { affectedRows returning { name } } }"
    ) == {"updateAuthor": {"affectedRows": 1, "returning": [{"name": "Bob"}]}}
    assert await written("mutation { updateAuthorByPk(pkColumns: {id: 1}, _inc: {stock: 1}) { name } }") == {
        "updateAuthorByPk": None
    }
    assert await written(
        "mutation { updateAuthorMany(updates: [{where: {}, _set: {live: false}}]) { affectedRows returning { id } } }"
    ) == {"updateAuthorMany": [{"affectedRows": 1, "returning": [{"id": 2}]}]}
    error = await ruled.refusal(
        rights, "mutation { updateAuthorByPk(pkColumns: {id: 2}, _inc: {stock: 1}) { name } }", session=session
    )
    assert isinstance(error, RowForbiddenError)


@pytest.mark.parametrize("change", ["update", "delete"])
async def test_a_stale_version_tells_nothing_of_a_row_outside_of_the_rule(ruled: Ruled, change: str) -> None:
    whole = everything(ruled, "author")
    rights = GivenRights(
        {
            "author": replace(
                whole, update=UpdateRight(all_columns(ruled), filter=own(ruled)), delete=DeleteRight(own(ruled))
            )
        }
    )
    field = {
        "update": 'updateAuthorByPk(pkColumns: {id: 3}, _set: {live: true}, ifVersion: "1") { id }',
        "delete": 'deleteAuthorByPk(id: 3, ifVersion: "1") { id }',
    }[change]
    query = f"mutation {{ {field} }}"

    assert list((await ruled.write(rights, query, session={"x-user-id": "2"})).values()) == [None]
    assert (await ruled.refusal(rights, query, session={"x-user-id": "3"})).code == "CONFLICT"


async def test_deletes_reach_rows_of_the_rule_only(ruled: Ruled) -> None:
    rights = GivenRights(
        {"book": replace(everything(ruled, "book"), delete=DeleteRight(own(ruled, "author_id", "book")))}
    )
    session = {"x-user-id": "1"}

    assert await ruled.write(rights, "mutation { deleteBookByPk(id: 3) { id } }", session=session) == {
        "deleteBookByPk": None
    }
    assert await ruled.write(
        rights, "mutation { deleteBook(where: {}) { affectedRows returning { id } } }", session=session
    ) == {"deleteBook": {"affectedRows": 2, "returning": [{"id": 1}, {"id": 2}]}}


async def test_presets_alone_make_an_update(ruled: Ruled) -> None:
    presets = {"stock": SessionVariable("x-stock", ruled.table("author").by_name["stock"].type)}
    rights = GivenRights(
        {"author": replace(everything(ruled, "author"), update=UpdateRight(frozenset(), presets=presets))}
    )

    data = await ruled.write(
        rights, "mutation { updateAuthorByPk(pkColumns: {id: 1}) { stock } }", session={"x-stock": "12"}
    )

    assert data == {"updateAuthorByPk": {"stock": 12}}


# --- what is answered, and what can be asked -----------------------------------------------------------------------


def reading(ruled: Ruled, filter_: Predicate, **masks: Predicate) -> GivenRights:
    """Every right to authors and books, but of authors only these are read."""
    columns = {**dict.fromkeys(all_columns(ruled), EVERYTHING), **masks}
    author = replace(everything(ruled, "author"), select=SelectRight(columns, filter=filter_))
    return GivenRights({"author": author, "book": everything(ruled, "book")})


async def test_written_rows_that_are_not_read_are_not_answered(ruled: Ruled) -> None:
    rights = reading(ruled, fixed(ruled, "stock", "5", Operator.GTE))
    rows = [{"name": "Dan", "stock": 1}, {"name": "Eve", "stock": 6}, {"name": "Fay"}]

    data = await ruled.write(rights, INSERT, {"rows": rows})

    assert data["insertAuthor"] == {"affectedRows": 3, "returning": [{"name": "Eve"}, {"name": "Fay"}]}
    one = 'mutation { insertAuthorOne(object: {name: "Gus", stock: 2}) { name } }'
    assert await ruled.write(rights, one) == {"insertAuthorOne": None}
    below = """mutation { insertBookOne(object: {authorId: 1, title: "New"}) { title author { name } } }"""
    assert await ruled.write(rights, below) == {"insertBookOne": {"title": "New", "author": None}}


@pytest.mark.parametrize("below", ["", "book { id }"])
async def test_a_column_that_is_shown_of_some_rows_is_null_in_the_others(ruled: Ruled, below: str) -> None:
    rights = reading(ruled, EVERYTHING, stock=fixed(ruled, "name", "Bob"))

    data = await ruled.write(
        rights, f"mutation {{ updateAuthor(where: {{}}, _inc: {{stock: 1}}) {{ returning {{ name stock {below} }} }} }}"
    )

    rows = [(row["name"], row["stock"]) for row in data["updateAuthor"]["returning"]]
    assert rows == [("Ada", None), ("Bob", 3), ("Cid", None)]


@pytest.mark.parametrize(
    "where",
    [
        "{stock: {_eq: 1}}",
        "{id: {_eq: 1}, stock: {_gt: 0}}",
        "{_not: {stock: {_eq: 3}}, id: {_lt: 2}}",
        '{_or: [{stock: {_eq: 1}}, {name: {_eq: "x"}}]}',
    ],
)
@pytest.mark.parametrize("hidden", ["rows", "column"])
async def test_a_where_tells_nothing_of_what_is_not_read(
    ruled: Ruled, library: Served, where: str, hidden: str
) -> None:
    """Ada's stock is 1, and not to be known."""
    not_ada = fixed(ruled, "name", "Ada", Operator.NEQ)
    rights = reading(ruled, not_ada) if hidden == "rows" else reading(ruled, EVERYTHING, stock=not_ada)
    before = await all_rows(library.url)

    for query in (
        f"mutation {{ updateAuthor(where: {where}, _set: {{live: false}}) {{ affectedRows }} }}",
        f"mutation {{ deleteAuthor(where: {where}) {{ affectedRows }} }}",
    ):
        ((_, answer),) = (await ruled.write(rights, query)).items()
        assert answer == {"affectedRows": 0}
    upsert = f"""mutation {{ insertAuthor(objects: [{{name: "Ada"}}],
        onConflict: {{constraint: AUTHOR_NAME, updateColumns: [NAME], where: {where}}}) {{ affectedRows }} }}"""
    assert await ruled.write(rights, upsert) == {"insertAuthor": {"affectedRows": 0}}
    assert await all_rows(library.url) == before


async def test_a_where_that_asks_for_nothing_reaches_rows_that_are_not_read(ruled: Ruled) -> None:
    rights = reading(ruled, fixed(ruled, "name", "Ada"))

    data = await ruled.write(
        rights, "mutation { updateAuthor(where: {}, _set: {live: false}) { affectedRows returning { name } } }"
    )

    assert data == {"updateAuthor": {"affectedRows": 3, "returning": [{"name": "Ada"}]}}


async def test_rules_of_rows_alone_cost_no_further_statement(ruled: Ruled, library: Served) -> None:
    update = UpdateRight(all_columns(ruled), filter=own(ruled), check=fixed(ruled, "stock", "9", Operator.LT))
    rights = GivenRights({"author": replace(everything(ruled, "author"), update=update)})
    library.sent.clear()

    await ruled.write(
        rights,
        "mutation { updateAuthor(where: {}, _set: {stock: 8}) { returning { id } } }",
        session={"x-user-id": "1"},
    )

    assert len(library.sent) == 1


async def test_rows_that_are_told_by_themselves_are_answered_by_the_same_statement(
    ruled: Ruled, library: Served
) -> None:
    rights = reading(ruled, fixed(ruled, "stock", "5", Operator.GTE))
    library.sent.clear()

    data = await ruled.write(rights, INSERT, {"rows": [{"name": "Dan", "stock": 1}, {"name": "Eve", "live": False}]})

    assert data["insertAuthor"] == {"affectedRows": 2, "returning": [{"name": "Eve"}]}
    assert len(library.sent) == 1
