"""How often something may be done, and by whom that is counted."""

from __future__ import annotations

import re
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Final, Protocol, TypeAlias

from domain.client import network_of

if TYPE_CHECKING:
    from collections.abc import Awaitable, Mapping
    from uuid import UUID

    from domain.actor import Actor
    from domain.client import Client

LOGIN: Final = "login"
"""A password is tried."""
REGISTER: Final = "register"
"""An account is opened."""
PASSWORD_RESET: Final = "password_reset"  # noqa: S105 - an operation
"""The mail of a forgotten password is asked for, or its token is used."""
PASSWORD_CHANGE: Final = "password_change"  # noqa: S105 - an operation
"""A signed-in user gives the password again, to change it or to be deleted."""
VERIFICATION: Final = "verification"
"""The mail that verifies an address is asked for, or its token is used."""
OPENID: Final = "openid"
"""A sign-in at an OpenID provider is begun or completed."""
REFRESH: Final = "refresh"
"""A refresh token is exchanged."""
SECOND_FACTOR: Final = "second_factor"
"""A one-time code is tried."""
API_KEYS: Final = "api_keys"
"""An API key is made or rotated."""
IMAGES: Final = "images"
"""An image is made of a file."""
UPLOADS: Final = "uploads"
"""An upload is begun, or a file is copied."""
OPERATIONS: Final = "operations"
"""Any GraphQL operation is asked for."""

ADDRESS: Final = "address"
ACCOUNT: Final = "account"
KEY: Final = "key"
KINDS: Final = (ADDRESS, ACCOUNT, KEY)
"""What calls are counted by: the client's address, the account, the API key."""

MAX_AMOUNT: Final = 1_000_000_000
_UNITS: Final = {"second": 1, "minute": 60, "hour": 3600, "day": 86_400}
_LONGEST: Final = 31 * 86_400
_RATE: Final = re.compile(r"(\d{1,10})\s*/\s*(?:(\d{1,5})\s*)?(second|minute|hour|day)s?(?:\s+per\s+(\w+))?")


@dataclass(frozen=True, slots=True)
class Rate:
    """At most `amount` calls in any `seconds`, by each subject of the kind, or of any kind where it is None."""

    amount: int
    seconds: int
    kind: str | None = None

    def divided(self, parts: int) -> Rate:
        """The share of one of several that count apart from each other; rounded up, so never nothing."""
        return Rate(-(-self.amount // parts), self.seconds, self.kind)


Rules: TypeAlias = "Mapping[str, tuple[Rate, ...]]"
"""The rates of every operation; one without rates is not limited."""


class RateLimiter(Protocol):
    """Counts calls, and refuses those that are too many."""

    async def hit(self, operation: str, *subjects: str) -> None:
        """Count one call of an operation by each subject, up to the first that has used its rate up.

        Args:
            operation: one of the operations named here.
            subjects: such as `address:192.0.2.1`; those that the rule does not speak of are not counted.

        Raises:
            RateLimitedError: a subject has used up its rate; says how many seconds it has to wait.
        """
        ...

    def count(self, operation: str, subject: str) -> Awaitable[None] | None:
        """As `hit`: None if the call is counted, which takes no waiting in this process; else what to wait for."""
        ...


def parse_rule(text: str) -> tuple[Rate, ...]:
    """The rates of a rule such as `10/minute per address, 50/hour per account`, or `off`.

    Raises:
        ValueError: the text is no such rule.
    """
    if text.strip().lower() == "off":
        return ()
    return tuple(_parse_rate(part.strip().lower()) for part in text.split(","))


def address_subject(address: str) -> str:
    """A client by its address; a whole /64 network counts as one."""
    return f"{ADDRESS}:{network_of(address)}"


def account_subject(user_id: UUID) -> str:
    """An account by its id."""
    return f"{ACCOUNT}:{user_id}"


def identifier_subject(identifier: str) -> str:
    """An account by what was given as its email address or username, which may belong to nobody.

    It is hashed: people type passwords into the wrong field, and it may be kept outside of this process.
    """
    return f"{ACCOUNT}:{sha256(identifier.strip().casefold().encode(errors='surrogatepass')).hexdigest()[:32]}"


def key_subject(key_id: UUID) -> str:
    """An API key by its id."""
    return f"{KEY}:{key_id}"


def caller_subject(actor: Actor, client: Client) -> str | None:
    """Whose operations are counted together; None for the superadmin's key, which is not counted.

    Strangers share the public key, so they are counted by address.
    """
    if actor.subject is not None:
        return actor.subject
    return None if actor.is_superadmin else address_subject(client.address)


def _parse_rate(text: str) -> Rate:
    matched = _RATE.fullmatch(text)
    if matched is None:
        raise ValueError("rates such as 10/minute per address, 50/hour per account, or off")
    amount, multiple, unit, kind = matched.groups()
    rate = Rate(int(amount), int(multiple or 1) * _UNITS[unit], kind)
    if kind is not None and kind not in KINDS:
        raise ValueError(f"rates per {', '.join(KINDS)}")
    if not (1 <= rate.amount <= MAX_AMOUNT and 1 <= rate.seconds <= _LONGEST):
        raise ValueError("rates of 1 to 1000000000 calls in 1 second to 31 days, or off")
    return rate
