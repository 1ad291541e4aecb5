"""What is known about callers at this moment: remembered, and forgotten as soon as a notice says it has changed."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections import OrderedDict, defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import Enum
from math import inf
from typing import TYPE_CHECKING, Final, Generic, Protocol, TypeVar

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Generator, Hashable, Iterable, Mapping
    from uuid import UUID

    from domain.actor import Actor

Key = TypeVar("Key", bound="Hashable")
Value = TypeVar("Value")

REMEMBERED: Final = 10_000
"""Sessions, and keys, that a process remembers at most."""
MAX_KEY_AGE: Final = 60.0
"""Seconds that a key is remembered: reading it again notes that it is in use."""
LOOK_AGAIN: Final = 10.0
"""Seconds after which a caller that stays connected is looked up again while no notices are heard."""
_LONGEST_WAIT: Final = 86_400.0


@dataclass(frozen=True, slots=True)
class SessionState:
    """A live session of an active user.

    Attributes:
        session_id: the session.
        user_id: its user.
        email: the user's address.
        role: the rung of the ladder.
        roles: the custom roles and all that they inherit.
        claims: what admins set for the user, as session variables.
        expires_at: when the session ends unless it is renewed.
        impersonator_id: the admin who acts as the user.
    """

    session_id: UUID
    user_id: UUID
    email: str
    role: str
    roles: frozenset[str]
    claims: Mapping[str, str]
    expires_at: datetime
    impersonator_id: UUID | None = None

    @property
    def rights(self) -> object:
        """What the session may do, to be compared with what it may do later."""
        return self.role, self.roles, self.claims, self.email


@dataclass(frozen=True, slots=True)
class KeyState:
    """An API key that is good now; `roles` are those that its role inherits."""

    key_id: UUID
    role: str
    roles: frozenset[str] = frozenset()
    scopes: frozenset[str] | None = None
    expires_at: datetime | None = None

    @property
    def rights(self) -> object:
        """What the key may do, to be compared with what it may do later."""
        return self.role, self.roles, self.scopes


class AccessReader(Protocol):
    """The port to what is stored about callers."""

    async def find_session(self, session_id: UUID) -> SessionState | None:
        """The session, if it is live and its user active."""
        ...

    async def find_key(self, key_hash: bytes) -> KeyState | None:
        """The key with this SHA-256, if it is neither revoked nor expired; notes that it is in use."""
        ...

    async def find_key_by_id(self, key_id: UUID) -> KeyState | None:
        """The key, if it is neither revoked nor expired."""
        ...


class NoticeKind(Enum):
    """What a notice is about."""

    CONNECTED = "connected"
    """From now on every change is told."""
    LOST = "lost"
    """From now on nothing is told."""
    USER = "user"
    SESSION = "session"
    KEY = "key"
    ROLES = "roles"
    """Which roles inherit which: it concerns everybody."""
    SIGNING_KEYS = "signing_keys"


@dataclass(frozen=True, slots=True)
class Notice:
    """One change; `subject` is the id of what changed, where it is one thing."""

    kind: NoticeKind
    subject: UUID | None = None


class AccessNotices(Protocol):
    """The port to the notices of changes, from this process or any other."""

    def listen(self) -> AsyncGenerator[Notice]:
        """Every notice as it comes; never ends by itself."""
        ...


class Ending(Enum):
    """Why a caller's credential is no longer good for what it was."""

    EXPIRED = "The credentials have expired."
    REVOKED = "The credentials have been revoked."
    CHANGED = "The caller's rights have changed."


@dataclass(slots=True, eq=False)
class _Watcher:
    subjects: frozenset[UUID]
    noticed: asyncio.Event = field(default_factory=asyncio.Event)


class AccessStates:
    """Answers what a session or a key may do, from memory while notices are heard, else from the database.

    Args:
        reader: what is stored.
        capacity: how many sessions, and how many keys, are remembered.
        look_again: seconds after which a caller that stays connected is looked up again while no notices are heard.
    """

    def __init__(self, reader: AccessReader, *, capacity: int = REMEMBERED, look_again: float = LOOK_AGAIN) -> None:
        self._reader = reader
        self._look_again = look_again
        # By the numbers of their ids: the hash of a UUID is a function in Python.
        self._sessions: _Memory[int, SessionState] = _Memory(capacity)
        self._keys: _Memory[bytes, KeyState] = _Memory(capacity)
        self._watchers: set[_Watcher] = set()
        self._hearing = False
        # Counts notices: what was being read while one came may be outdated and is not remembered.
        self._notices = 0

    async def session(self, session_id: UUID) -> SessionState | None:
        """The session, if it is live and its user active.

        Raises:
            UnavailableError: the database cannot be asked.
        """
        remembered = self.remembered(session_id)
        if remembered is not None:
            return remembered
        before = self._notices
        state = await self._reader.find_session(session_id)
        if state is not None and self._may_remember(before):
            self._sessions.add(session_id.int, state, _subjects_of(state))
        return state

    def remembered(self, session_id: UUID) -> SessionState | None:
        """The session, if it is live and nothing has changed since it was read; None if that is not known."""
        state = self._sessions.find(session_id.int)
        return state if state is not None and state.expires_at > datetime.now(UTC) else None

    async def key(self, key_hash: bytes) -> KeyState | None:
        """The key with this SHA-256, if it is good.

        Raises:
            UnavailableError: the database cannot be asked.
        """
        remembered = self.remembered_key(key_hash)
        if remembered is not None:
            return remembered
        before = self._notices
        state = await self._reader.find_key(key_hash)
        if state is not None and self._may_remember(before):
            self._keys.add(key_hash, state, {state.key_id})
        return state

    def remembered_key(self, key_hash: bytes) -> KeyState | None:
        """As `remembered`, of a key."""
        state = self._keys.find(key_hash, max_age=MAX_KEY_AGE)
        if state is not None and (state.expires_at is None or state.expires_at > datetime.now(UTC)):
            return state
        return None

    def hear(self, notice: Notice) -> None:
        """Forget what a notice says has changed, and wake whoever watches it."""
        self._notices += 1
        if notice.kind is NoticeKind.SIGNING_KEYS:
            return
        if notice.kind in {NoticeKind.CONNECTED, NoticeKind.LOST}:
            self._hearing = notice.kind is NoticeKind.CONNECTED
        if notice.subject is None:
            self._sessions.clear()
            self._keys.clear()
        else:
            self._sessions.forget(notice.subject)
            self._keys.forget(notice.subject)
        for watcher in self._watchers:
            if notice.subject is None or notice.subject in watcher.subjects:
                watcher.noticed.set()

    async def ended(self, actor: Actor) -> Ending:
        """Wait until an actor's credential is no longer good for what it was when the actor was made.

        While no notices are heard, as behind a transaction pooler, it is looked up again every `look_again` seconds.
        """
        subjects = (actor.user_id, actor.session_id, actor.key_id, actor.impersonator_id)
        with self._watching(_Watcher(frozenset(each for each in subjects if each is not None))) as watcher:
            while (rights := await self._rights(actor)) is not None:
                if rights != actor.rights:
                    return Ending.CHANGED
                remaining = _seconds_until(actor.expires_at)
                if remaining <= 0:
                    return Ending.EXPIRED
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(min(remaining, _LONGEST_WAIT if self._hearing else self._look_again)):
                        await watcher.noticed.wait()
                watcher.noticed.clear()
        return Ending.EXPIRED if _seconds_until(actor.expires_at) <= 0 else Ending.REVOKED

    async def _rights(self, actor: Actor) -> object | None:
        """What the credential allows now, comparable; None if it is good for nothing any more."""
        if actor.session_id is not None:
            state = await self.session(actor.session_id)
            return state and state.rights
        if actor.key_id is not None:
            key = await self._reader.find_key_by_id(actor.key_id)
            return key and key.rights
        return actor.rights

    def _may_remember(self, notices_before: int) -> bool:
        return self._hearing and self._notices == notices_before

    @contextlib.contextmanager
    def _watching(self, watcher: _Watcher) -> Generator[_Watcher]:
        self._watchers.add(watcher)
        try:
            yield watcher
        finally:
            self._watchers.discard(watcher)


class _Memory(Generic[Key, Value]):
    """States by key, each of which can be forgotten by what it is about; the least recently used goes first."""

    def __init__(self, capacity: int) -> None:
        self._capacity = capacity
        self._entries: OrderedDict[Key, tuple[Value, frozenset[UUID], float]] = OrderedDict()
        self._by_subject: defaultdict[UUID, set[Key]] = defaultdict(set)

    def find(self, key: Key, *, max_age: float = inf) -> Value | None:
        entry = self._entries.get(key)
        if entry is None or (max_age < inf and time.monotonic() - entry[2] > max_age):
            return None
        self._entries.move_to_end(key)
        return entry[0]

    def add(self, key: Key, value: Value, subjects: Iterable[UUID]) -> None:
        self._remove(key)
        self._entries[key] = (value, frozenset(subjects), time.monotonic())
        for subject in self._entries[key][1]:
            self._by_subject[subject].add(key)
        if len(self._entries) > self._capacity:
            self._remove(next(iter(self._entries)))

    def forget(self, subject: UUID) -> None:
        for key in tuple(self._by_subject.get(subject, ())):
            self._remove(key)

    def clear(self) -> None:
        self._entries.clear()
        self._by_subject.clear()

    def _remove(self, key: Key) -> None:
        _, subjects, _ = self._entries.pop(key, (None, (), 0))
        for subject in subjects:
            keys = self._by_subject[subject]
            keys.discard(key)
            if not keys:
                del self._by_subject[subject]


def _subjects_of(state: SessionState) -> set[UUID]:
    return {state.session_id, state.user_id} | ({state.impersonator_id} if state.impersonator_id else set())


def _seconds_until(moment: datetime | None) -> float:
    return inf if moment is None else (moment - datetime.now(UTC)).total_seconds()
