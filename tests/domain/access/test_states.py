from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from domain.access.states import AccessStates, Ending, KeyState, Notice, NoticeKind, SessionState
from domain.actor import Actor
from domain.identifiers import new_id

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

CONNECTED = Notice(NoticeKind.CONNECTED)
LOST = Notice(NoticeKind.LOST)
PATIENCE = 10


class Stored:
    """What the database holds, and how often it was asked."""

    def __init__(self) -> None:
        self.sessions: dict[UUID, SessionState] = {}
        self.keys: dict[bytes, KeyState] = {}
        self.reads = 0
        self.meanwhile: Callable[[], None] = lambda: None

    async def find_session(self, session_id: UUID) -> SessionState | None:
        self.reads += 1
        found = self.sessions.get(session_id)
        self.meanwhile()
        return found

    async def find_key(self, key_hash: bytes) -> KeyState | None:
        self.reads += 1
        return self.keys.get(key_hash)

    async def find_key_by_id(self, key_id: UUID) -> KeyState | None:
        return next((key for key in self.keys.values() if key.key_id == key_id), None)

    def add(self, *, role: str = "user", lifetime: timedelta = timedelta(days=1), **given: UUID) -> SessionState:
        state = SessionState(
            session_id=new_id(),
            user_id=given.get("user_id") or new_id(),
            email="ada@example.com",
            role=role,
            roles=frozenset(),
            claims={},
            expires_at=datetime.now(UTC) + lifetime,
            impersonator_id=given.get("impersonator_id"),
        )
        self.sessions[state.session_id] = state
        return state


@pytest.fixture
def stored() -> Stored:
    return Stored()


@pytest.fixture
def states(stored: Stored) -> AccessStates:
    states = AccessStates(stored, capacity=3)
    states.hear(CONNECTED)
    return states


async def reads(states: AccessStates, stored: Stored, state: SessionState) -> int:
    before = stored.reads
    await states.session(state.session_id)
    return stored.reads - before


async def test_a_session_is_read_once(states: AccessStates, stored: Stored) -> None:
    state = stored.add()
    assert await states.session(state.session_id) == state
    assert await reads(states, stored, state) == 0


async def test_nothing_is_remembered_while_no_notices_are_heard(stored: Stored) -> None:
    states, state = AccessStates(stored), stored.add()
    assert [await reads(states, stored, state), await reads(states, stored, state)] == [1, 1]


async def test_what_was_remembered_is_forgotten_when_notices_are_lost(states: AccessStates, stored: Stored) -> None:
    state = stored.add()
    await states.session(state.session_id)
    states.hear(LOST)
    assert [await reads(states, stored, state), await reads(states, stored, state)] == [1, 1]


@pytest.mark.parametrize("about", ["user_id", "session_id", "impersonator_id"])
async def test_a_notice_about_a_session_forgets_it(states: AccessStates, stored: Stored, about: str) -> None:
    state, other = stored.add(impersonator_id=new_id()), stored.add()
    await states.session(state.session_id)
    await states.session(other.session_id)
    states.hear(Notice(NoticeKind.USER, getattr(state, about)))
    assert await reads(states, stored, other) == 0
    assert await reads(states, stored, state) == 1


async def test_a_change_of_inheritance_forgets_everything(states: AccessStates, stored: Stored) -> None:
    state = stored.add()
    await states.session(state.session_id)
    states.hear(Notice(NoticeKind.ROLES))
    assert await reads(states, stored, state) == 1


async def test_what_a_notice_overtakes_while_it_is_read_is_not_remembered(states: AccessStates, stored: Stored) -> None:
    state = stored.add()
    stored.meanwhile = lambda: states.hear(Notice(NoticeKind.SESSION, state.session_id))
    await states.session(state.session_id)
    stored.meanwhile = lambda: None
    assert await reads(states, stored, state) == 1


async def test_an_expired_session_is_not_answered_from_memory(states: AccessStates, stored: Stored) -> None:
    state = stored.add(lifetime=timedelta(seconds=-1))
    await states.session(state.session_id)
    assert await reads(states, stored, state) == 1


async def test_a_session_that_is_not_live_is_not_remembered(states: AccessStates, stored: Stored) -> None:
    assert await states.session(new_id()) is None
    unknown = new_id()
    await states.session(unknown)
    await states.session(unknown)
    assert stored.reads == 3


async def test_the_least_recently_used_is_forgotten_first(states: AccessStates, stored: Stored) -> None:
    first, *others = (stored.add() for _ in range(4))
    for state in (first, *others[:2], first, others[2]):
        await states.session(state.session_id)
    assert await reads(states, stored, first) == 0
    assert await reads(states, stored, others[0]) == 1


async def test_a_key_is_read_once_and_again_after_its_change(states: AccessStates, stored: Stored) -> None:
    key = stored.keys[b"hash"] = KeyState(new_id(), "user")
    assert await states.key(b"hash") == key
    await states.key(b"hash")
    assert stored.reads == 1
    states.hear(Notice(NoticeKind.KEY, key.key_id))
    await states.key(b"hash")
    assert stored.reads == 2


def actor_of(state: SessionState, *, lifetime: timedelta = timedelta(minutes=15)) -> Actor:
    return Actor(
        state.role,
        user_id=state.user_id,
        session_id=state.session_id,
        expires_at=datetime.now(UTC) + lifetime,
        rights=state.rights,
    )


async def watch(states: AccessStates, actor: Actor) -> asyncio.Task[Ending]:
    watching = asyncio.create_task(states.ended(actor))
    while not states._watchers:  # noqa: ASYNC110 - a few turns of the loop, no time
        await asyncio.sleep(0)
    await asyncio.sleep(0)
    return watching


async def test_a_caller_ends_with_its_session(states: AccessStates, stored: Stored) -> None:
    state = stored.add()
    watching = await watch(states, actor_of(state))
    del stored.sessions[state.session_id]
    states.hear(Notice(NoticeKind.SESSION, state.session_id))
    assert await asyncio.wait_for(watching, PATIENCE) is Ending.REVOKED
    assert not states._watchers


async def test_a_caller_whose_role_changes_ends(states: AccessStates, stored: Stored) -> None:
    state = stored.add(role="admin")
    watching = await watch(states, actor_of(state))
    stored.sessions[state.session_id] = replace(state, role="user")
    states.hear(Notice(NoticeKind.USER, state.user_id))
    assert await asyncio.wait_for(watching, PATIENCE) is Ending.CHANGED


async def test_a_change_between_the_authentication_and_the_watch_is_seen(states: AccessStates, stored: Stored) -> None:
    state = stored.add(role="admin")
    actor = actor_of(state)
    stored.sessions[state.session_id] = replace(state, role="user")
    assert await asyncio.wait_for(states.ended(actor), PATIENCE) is Ending.CHANGED


async def test_a_caller_ends_when_its_token_expires(states: AccessStates, stored: Stored) -> None:
    ending = states.ended(actor_of(stored.add(), lifetime=timedelta(milliseconds=20)))
    assert await asyncio.wait_for(ending, PATIENCE) is Ending.EXPIRED


async def test_a_notice_that_changes_nothing_for_a_caller_ends_nothing(states: AccessStates, stored: Stored) -> None:
    state = stored.add()
    watching = await watch(states, actor_of(state, lifetime=timedelta(milliseconds=200)))
    states.hear(Notice(NoticeKind.USER, state.user_id))
    assert await asyncio.wait_for(watching, PATIENCE) is Ending.EXPIRED


async def test_notices_missed_while_the_connection_was_lost_are_made_up_for(
    states: AccessStates, stored: Stored
) -> None:
    state = stored.add()
    watching = await watch(states, actor_of(state))
    states.hear(LOST)
    del stored.sessions[state.session_id]
    states.hear(CONNECTED)
    assert await asyncio.wait_for(watching, PATIENCE) is Ending.REVOKED


async def test_the_holder_of_a_key_ends_with_the_key(states: AccessStates, stored: Stored) -> None:
    key = stored.keys[b"hash"] = KeyState(new_id(), "user")
    watching = await watch(states, Actor("user", key_id=key.key_id, rights=key.rights))
    stored.keys.clear()
    states.hear(Notice(NoticeKind.KEY, key.key_id))
    assert await asyncio.wait_for(watching, PATIENCE) is Ending.REVOKED


async def test_a_caller_is_looked_up_again_while_no_notices_are_heard(stored: Stored) -> None:
    # Behind a transaction pooler none ever are: an open websocket would outlive its session, and that of a key for good.
    states = AccessStates(stored, look_again=0)
    key = stored.keys[b"hash"] = KeyState(new_id(), "user")
    state = stored.add()
    watching = [
        await watch(states, actor_of(state)),
        asyncio.create_task(states.ended(Actor("user", key_id=key.key_id, rights=key.rights))),
    ]

    stored.sessions.clear()
    stored.keys.clear()

    assert await asyncio.wait_for(asyncio.gather(*watching), PATIENCE) == [Ending.REVOKED, Ending.REVOKED]
