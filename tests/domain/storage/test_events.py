from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from uuid import UUID

import pytest

from domain.errors import UnavailableError
from domain.storage.events import FileEvent, FileEventKind, FileEventSubscribers

NOW = datetime(2026, 1, 1, tzinfo=UTC)
EVENTS = [FileEvent(FileEventKind.READY, UUID(int=1), NOW, UUID(int=number)) for number in range(4)]


def test_everybody_hears_what_is_told_after_they_asked() -> None:
    subscribers = FileEventSubscribers()
    with subscribers.subscribe() as early:
        subscribers.tell(EVENTS[0])
        with subscribers.subscribe() as late:
            subscribers.tell(EVENTS[1])
        subscribers.tell(EVENTS[2])

        assert late.waiting() == EVENTS[1:2]
        assert early.waiting() == EVENTS[:3]
        assert early.waiting() == []
    subscribers.tell(EVENTS[3])
    assert early.waiting() == []


def test_who_does_not_read_misses_what_there_is_no_room_for_and_can_tell() -> None:
    subscribers = FileEventSubscribers(waiting=2)
    with subscribers.subscribe() as slow, subscribers.subscribe() as quick:
        heard: list[FileEvent] = []
        for event in EVENTS:
            subscribers.tell(event)
            heard += quick.waiting()

        assert (heard, quick.missed) == (EVENTS, 0)
        assert (slow.waiting(), slow.missed) == (EVENTS[:2], 2)


def test_there_are_only_so_many_subscribers() -> None:
    subscribers = FileEventSubscribers(most=1)
    with subscribers.subscribe(), pytest.raises(UnavailableError), subscribers.subscribe():
        pass
    with subscribers.subscribe():
        pass


async def test_who_waits_gets_the_next_one() -> None:
    subscribers = FileEventSubscribers()
    with subscribers.subscribe() as subscription:
        waiting = asyncio.create_task(subscription.next())
        await asyncio.sleep(0)
        subscribers.tell(EVENTS[0])

        assert await waiting == EVENTS[0]
