"""What a client accepts, from its `Accept` header."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from graph.transport.rejections import LEGACY_OK, STATUS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from graph.operations import Answer

RESPONSE_JSON: Final = "application/graphql-response+json"
LEGACY_JSON: Final = "application/json"
EVENT_STREAM: Final = "text/event-stream"
MULTIPART: Final = "multipart/mixed"


@dataclass(frozen=True, slots=True)
class Accepted:
    """The forms of response that a client takes; each of them is made once for a header, and looked at often.

    Attributes:
        json: the preferred of the two JSON types, or None.
        content_type: the JSON type of a response, also of a refusal to a client that takes no JSON.
        anything: whether the server speaks any of it.
        events: whether the client takes the events of a subscription.
        events_only: whether even a single answer has to be an event.
    """

    json: str | None
    event_stream: bool
    increments: bool
    multipart_events: bool
    content_type: bytes = field(init=False)
    anything: bool = field(init=False)
    events: bool = field(init=False)
    events_only: bool = field(init=False)

    def __post_init__(self) -> None:
        events = self.event_stream or self.multipart_events
        made = {
            "content_type": f"{self.json or LEGACY_JSON}; charset=utf-8".encode(),
            "anything": self.json is not None or events or self.increments,
            "events": events,
            "events_only": self.json is None and self.event_stream,
        }
        for name, value in made.items():
            object.__setattr__(self, name, value)

    def status(self, answer: Answer) -> int:
        """The HTTP status of an answer in this form."""
        if answer.executed:
            return 200
        code = answer.code or ""
        if self.json != RESPONSE_JSON and code in LEGACY_OK:
            return 200
        return STATUS.get(code, 400)


@lru_cache(maxsize=256)
def negotiate(accept: str) -> Accepted:
    """Read an `Accept` header; an empty one accepts everything.

    JSON goes by quality, then by the order in the header; a wildcard means `application/json`, which is what clients
    that name nothing expect. An event stream and multipart responses are taken only from clients that name them.
    """
    ranges = [entry for entry in _ranges(accept) if entry.quality > 0] if accept.strip() else [MediaRange("*/*", "")]
    json = [entry for entry in ranges if entry.json is not None]
    multipart = [entry for entry in ranges if entry.media_type == MULTIPART]
    return Accepted(
        json=max(json, key=lambda entry: entry.quality).json if json else None,
        event_stream=any(entry.media_type == EVENT_STREAM for entry in ranges),
        increments=any("subscriptionspec" not in entry.parameters for entry in multipart),
        multipart_events=any("subscriptionspec" in entry.parameters for entry in multipart),
    )


@dataclass(frozen=True, slots=True)
class MediaRange:
    """One entry of an `Accept` header."""

    media_type: str
    parameters: str
    quality: float = 1.0

    @property
    def json(self) -> str | None:
        """The JSON type that this entry stands for."""
        if self.media_type in {RESPONSE_JSON, LEGACY_JSON}:
            return self.media_type
        return LEGACY_JSON if self.media_type in {"*/*", "application/*"} else None


def _ranges(accept: str) -> Iterator[MediaRange]:
    for part in accept.lower().split(","):
        media_type, _, parameters = part.partition(";")
        yield MediaRange(media_type.strip(), parameters, _quality(parameters))


def _quality(parameters: str) -> float:
    for parameter in parameters.split(";"):
        name, _, value = parameter.partition("=")
        if name.strip() == "q":
            try:
                return float(value)
            except ValueError:
                return 0.0
    return 1.0
