"""What a client accepts, from its `Accept` header."""

from __future__ import annotations

from dataclasses import dataclass
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
    """The forms of response that a client takes: `json` is the preferred of the two JSON types, or None."""

    json: str | None
    event_stream: bool
    increments: bool
    multipart_events: bool

    @property
    def anything(self) -> bool:
        """Whether the server speaks any of it."""
        return self.json is not None or self.event_stream or self.increments or self.multipart_events

    @property
    def events(self) -> bool:
        """Whether the client takes the events of a subscription."""
        return self.event_stream or self.multipart_events

    @property
    def events_only(self) -> bool:
        """Whether even a single answer has to be an event."""
        return self.json is None and self.event_stream

    @property
    def content_type(self) -> bytes:
        """The JSON type of a response, also of a refusal to a client that takes no JSON."""
        return f"{self.json or LEGACY_JSON}; charset=utf-8".encode()

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
