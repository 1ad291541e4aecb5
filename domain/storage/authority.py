"""Who may do what with which files.

Administrators and the owner of a bucket may do everything in it. Others may do what a rule of their role, or of a role
that it inherits, allows. Everybody reads the files of a public bucket whose addresses they know.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final
from uuid import UUID

from domain.errors import ForbiddenError, NotFoundError
from domain.storage.files import FileStatus
from domain.storage.reach import EVERY_FILE, Action, Clause, Reach
from domain.storage.rules import read_file_rule
from domain.tables.rule_values import InvalidRuleError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from domain.actor import Actor
    from domain.storage.buckets import Bucket
    from domain.storage.files import File
    from domain.storage.ports import StorageWork
    from domain.storage.rules import FileRule
    from domain.tables.model import Model

_NOWHERE: Final = UUID(int=0)
"""The id of no bucket."""
_WORDS: Final = {
    Action.SELECT: "read",
    Action.INSERT: "write",
    Action.UPDATE: "write",
    Action.DELETE: "delete",
}
"""Of files that may not be there yet."""
_WORDS_OF_READ: Final = _WORDS | {Action.UPDATE: "change"}
"""Of files that the caller may read."""


@dataclass(frozen=True, slots=True)
class Rights:
    """What a caller may do in some buckets; mostly in one.

    Attributes:
        rules: those of the caller's role, and of the roles that it inherits, that are about these buckets.
        model: the tables that `_exists` in a rule is about.
    """

    actor: Actor
    rules: tuple[FileRule, ...]
    model: Model

    def owns(self, bucket: Bucket) -> bool:
        """Whether everything in the bucket is the caller's."""
        return owns(self.actor, bucket)

    def may(self, action: Action, bucket: Bucket) -> bool:
        """Whether there can be files in the bucket that the caller may do this with."""
        return self.owns(bucket) or any(rule.action is action for rule in self.rules)

    def listed(self, bucket: Bucket) -> Reach:
        """The files of the bucket that the caller may list; to be looked for in this bucket only."""
        return EVERY_FILE if self.owns(bucket) else replace(self.reach(Action.SELECT), owner_id=None)

    def reach(self, action: Action, *, named: bool = False) -> Reach:
        """The files that the caller may do this with.

        Args:
            action: what is to be done.
            named: whether the caller has said which file: such may be read in public buckets, without a rule.
        """
        if self.actor.is_administrator:
            return EVERY_FILE
        return Reach(
            owner_id=self.actor.user_id,
            public=named and action is Action.SELECT,
            clauses=tuple(_clauses(self.rules, action, self.model)),
            session=self.actor.session,
        )


def owns(actor: Actor, bucket: Bucket) -> bool:
    """Whether everything in the bucket is the caller's."""
    return actor.is_administrator or (actor.user_id is not None and actor.user_id == bucket.owner_id)


class Authority:
    """Finds out what callers may do; `model` gives the tables as they are now."""

    def __init__(self, model: Callable[[], Model]) -> None:
        self._model = model

    async def rights(self, work: StorageWork, actor: Actor, bucket_id: UUID) -> Rights:
        """What the caller may do in a bucket, by one statement; by none for administrators."""
        rules = () if actor.is_administrator else await work.rules.granted(actor.role, bucket_id)
        return Rights(actor, rules, self._model())

    async def listed(self, work: StorageWork, actor: Actor, bucket_ids: Iterable[UUID]) -> Reach:
        """The files of several buckets that the caller may list, by one statement."""
        if actor.is_administrator:
            return EVERY_FILE
        rules = await work.rules.granted(actor.role, *bucket_ids)
        return Rights(actor, rules, self._model()).reach(Action.SELECT)

    async def enter(self, work: StorageWork, actor: Actor, bucket: UUID | str) -> tuple[Bucket, Rights]:
        """The bucket with an id or a name, and what the caller may do in it.

        Raises:
            NotFoundError: there is none that the caller has anything to do with.
        """
        buckets = work.buckets
        found = await (buckets.find_named(bucket) if isinstance(bucket, str) else buckets.find(bucket))
        if found is not None:
            rights = await self.rights(work, actor, found.id)
            if rights.owns(found) or found.public or rights.rules:
                return found, rights
        raise NotFoundError("There is no such bucket.")

    async def find(self, work: StorageWork, actor: Actor, file_id: UUID) -> File:
        """A file that the caller may read, knowing its id.

        Raises:
            NotFoundError: there is none.
        """
        return await self._readable(work, actor, await work.files.find(file_id, EVERY_FILE))

    async def find_at(self, work: StorageWork, actor: Actor, bucket: str, path: str) -> File:
        """The same for the name of a bucket and a path.

        Whether there is one makes no difference in what is asked of the database: the time that it takes tells nothing.
        """
        there = await work.buckets.find_named(bucket)
        rights = await self.rights(work, actor, _NOWHERE if there is None else there.id)
        everybody = there is not None and there.public
        with suppress(ForbiddenError):  # for want of a session variable
            reach = EVERY_FILE if everybody else rights.reach(Action.SELECT)
            file = await work.files.find_at(bucket, path, reach)
            if file is not None:
                return file
        raise _no_file()

    async def lock(self, work: StorageWork, actor: Actor, file_id: UUID, action: Action) -> tuple[File, Rights]:
        """A file that the caller may change; nobody else does until the transaction ends.

        Raises:
            NotFoundError: there is none that the caller may read.
            ForbiddenError: the caller may not do this with it.
        """
        file = await work.files.lock(file_id)
        if file is None:
            raise _no_file()
        rights = await self.rights(work, actor, file.bucket_id)
        await require(work, rights, file, action)
        return file, rights

    async def _readable(self, work: StorageWork, actor: Actor, file: File | None) -> File:
        if file is None:
            raise _no_file()
        # Before any rule is looked at: one that is wrong must not take away what everybody has.
        if not file.public:
            await _require_readable(work, await self.rights(work, actor, file.bucket_id), file)
        return file


async def require(work: StorageWork, rights: Rights, file: File, action: Action) -> None:
    """Let the caller do this with a file of any state, as the transaction sees it now.

    Raises:
        NotFoundError: the caller may not even read it.
        ForbiddenError: the caller may not do this with it.
    """
    await _require_readable(work, rights, file)
    if action is not Action.SELECT:
        await require_written(work, rights, file.id, action, f"You may not {_WORDS_OF_READ[action]} this file.")


async def require_written(
    work: StorageWork, rights: Rights, file_id: UUID, action: Action, refusal: str | None = None
) -> None:
    """See that a file is one that the caller may do this with, as the transaction has just written it.

    Args:
        work: the transaction.
        rights: the caller's.
        file_id: the file, of any state.
        action: what is done with it.
        refusal: what is said if it is not; None: what is said of a file that may be a new one.

    Raises:
        ForbiddenError: it is not; the exception rolls the transaction back.
    """
    if not await may_as_written(work, rights, file_id, action):
        raise forbidden(action) if refusal is None else ForbiddenError(refusal)


async def may_as_written(work: StorageWork, rights: Rights, file_id: UUID, action: Action) -> bool:
    """Whether a file is one that the caller may do this with, as the transaction has just written it."""
    return rights.actor.is_administrator or await work.files.within(file_id, rights.reach(action))


def refuse_to_add(rights: Rights, bucket: Bucket) -> None:
    """Refuse who may not add any file to the bucket, before anything is said of its quota.

    Raises:
        ForbiddenError: no rule lets the caller add one.
    """
    if not rights.may(Action.INSERT, bucket):
        raise ForbiddenError(f"You may not add files to the bucket {bucket.name}.")


def refuse_unless_owned(rights: Rights, bucket: Bucket) -> None:
    """Refuse who may not do everything with the bucket.

    Raises:
        ForbiddenError: not everything in it is the caller's.
    """
    if not rights.owns(bucket):
        raise ForbiddenError("Only the owner of a bucket and admins do this.")


def forbidden(action: Action) -> ForbiddenError:
    """What is said of a file that the caller may not do this with.

    Whether one is added or takes the place of another is not told apart: it would tell that there is one.
    """
    return ForbiddenError(f"You may not {_WORDS[action]} this file.")


async def _require_readable(work: StorageWork, rights: Rights, file: File) -> None:
    if rights.actor.is_administrator or (file.public and file.status is FileStatus.READY and file.deleted_at is None):
        return
    try:
        readable = await work.files.within(file.id, rights.reach(Action.SELECT))
    except ForbiddenError:  # for want of a session variable; to tell it here would tell that there is a file
        readable = False
    if not readable:
        raise _no_file()


def _clauses(rules: Iterable[FileRule], action: Action, model: Model) -> Iterator[Clause]:
    for rule in rules:
        if rule.action is action:
            try:
                yield Clause(rule.bucket_id, read_file_rule(rule.rule, model))
            except InvalidRuleError:
                continue  # A rule over a table that is gone allows nothing, as with permissions on tables.


def _no_file() -> NotFoundError:
    return NotFoundError("There is no such file.")
