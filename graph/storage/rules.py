"""Which roles may do what with files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Self, TypeAlias

import strawberry

from domain.storage.changing_rules import OLDEST_FIRST, RulePlace
from domain.storage.reach import Action
from graph.metadata.arguments import read_object
from graph.paging import After, Before, First, Last, PageInfo
from graph.permissions import administrators
from graph.scalars import Json
from graph.use_cases import Info

if TYPE_CHECKING:
    from domain.paging import Page
    from domain.storage import rules

FileAction = strawberry.enum(Action, name="FileAction", description="What a rule allows to do with files.")
BucketOfRule: TypeAlias = Annotated[
    str | None, strawberry.argument(description="The bucket, by its name; null: every one.")
]


@strawberry.type(description="Which files a role may do something with.")
class FileRule:
    """Which files a role may do something with."""

    id: strawberry.ID = strawberry.field(description="UUIDv7.")
    bucket: str | None = strawberry.field(description="The bucket that it is about; null: every one.")
    role: str = strawberry.field(description="Who may; those who inherit the role may too.")
    action: Action = strawberry.field(description="What.")
    rule: Json = strawberry.field(description="With which files; `{}`: all of them.")

    @classmethod
    def of(cls, rule: rules.FileRule) -> Self:
        """A rule of the domain."""
        return cls(
            id=strawberry.ID(str(rule.id)),
            bucket=rule.bucket,
            role=rule.role,
            action=rule.action,
            rule=Json(dict(rule.rule)),
        )


@strawberry.type(description="A rule in a page.")
class FileRuleEdge:
    """A rule in a page."""

    cursor: str = strawberry.field(description="The place in the list; opaque.")
    node: FileRule = strawberry.field(description="The rule.")


@strawberry.type(description="A page of the rules.")
class FileRuleConnection:
    """A page of the rules."""

    edges: list[FileRuleEdge] = strawberry.field(description="The rules with their cursors.")
    nodes: list[FileRule] = strawberry.field(description="The rules.")
    page_info: PageInfo = strawberry.field(description="Where the page stands in the list.")

    @classmethod
    def of(cls, page: Page[rules.FileRule]) -> Self:
        """A page of the rules."""
        nodes = [FileRule.of(rule) for rule in page.rows]
        cursors = [OLDEST_FIRST.cursor(rule) for rule in page.rows]
        edges = [FileRuleEdge(cursor=cursor, node=node) for cursor, node in zip(cursors, nodes, strict=True)]
        return cls(edges=edges, nodes=nodes, page_info=PageInfo.of(page, OLDEST_FIRST))


@strawberry.input(description="Which files a role may do something with.")
class SetFileRuleInput:
    """Which files a role may do something with."""

    bucket: str | None = strawberry.field(default=None, description="In this bucket, by its name; null: in every one.")
    role: str = strawberry.field(description="Who may.")
    action: Action = strawberry.field(description="What.")
    rule: Json = strawberry.field(
        description=(
            "With which files: a boolean expression over id, bucket_id, path, top_folder, size, content_type, metadata,"
            " version, owner_id, created_at and updated_at, as in permissions on tables; `{}`: all of them. A file "
            "that is added or changed has to fulfil it afterwards."
        )
    )


@strawberry.type
class FileRulesQuery:
    """The slice's part of the query root."""

    @strawberry.field(
        permission_classes=[administrators("storage:read")],
        description="A page of the rules on files, the oldest first. NOT_FOUND for a bucket that is not there.",
    )
    async def file_rules(  # noqa: PLR0917 - its arguments in GraphQL
        self,
        info: Info,
        bucket: Annotated[str | None, strawberry.argument(description="Those about this bucket alone.")] = None,
        role: Annotated[str | None, strawberry.argument(description="Those of this role alone.")] = None,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> FileRuleConnection:
        list_rules = info.root_value.storage.list_file_rules
        page = await list_rules(bucket, role, first=first, after=after, last=last, before=before)
        return FileRuleConnection.of(page)


@strawberry.type
class FileRulesMutation:
    """The slice's part of the mutation root."""

    @strawberry.mutation(
        permission_classes=[administrators("storage:write")],
        description=(
            "Let a role do something with files, in place of what it might before; it acts at once. VALIDATION with "
            "the path of what does not fit; NOT_FOUND for a bucket that is not there. For example, users read what is "
            'in a folder of their own: `setFileRule(input: {bucket: "photos", role: "user", action: SELECT, rule: '
            '{top_folder: {_eq: "X-User-Id"}}}) { role }`.'
        ),
    )
    async def set_file_rule(
        self,
        info: Info,
        input: Annotated[SetFileRuleInput, strawberry.argument(description="The rule.")],  # noqa: A002 - its name in GraphQL
    ) -> FileRule:
        context, set_rule = info.context, info.root_value.storage.set_file_rule
        place = RulePlace(input.bucket, input.role, input.action)
        rule = read_object(input.rule, "rule") or {}
        return FileRule.of(await set_rule(context.actor, context.client, place, rule))

    @strawberry.mutation(
        permission_classes=[administrators("storage:write")],
        description="Take a rule from a role, at once; gives what it was. NOT_FOUND.",
    )
    async def drop_file_rule(
        self,
        info: Info,
        role: Annotated[str, strawberry.argument(description="Whose it is.")],
        action: Annotated[Action, strawberry.argument(description="What it allows.")],
        bucket: BucketOfRule = None,
    ) -> FileRule:
        context, drop = info.context, info.root_value.storage.drop_file_rule
        return FileRule.of(await drop(context.actor, context.client, RulePlace(bucket, role, action)))
