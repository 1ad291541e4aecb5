"""What accounts need from the outside: one transaction with the repositories in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from contextlib import AbstractAsyncContextManager
    from datetime import datetime, timedelta
    from uuid import UUID

    from domain.accounts.identities import Identity
    from domain.accounts.one_time import OneTimeToken, Purpose
    from domain.accounts.second_factor import SecondFactor
    from domain.accounts.sessions import EndReason, Rotation, Session
    from domain.accounts.users import User
    from domain.audit import AuditTrail
    from domain.mail import MailQueue


class UserRepository(Protocol):
    """The users, one at a time."""

    async def get(self, user_id: UUID) -> User:
        """The user; raises NotFoundError."""
        ...

    async def find(self, user_id: UUID) -> User | None:
        """The user, or None."""
        ...

    async def find_by_email(self, email: str) -> User | None:
        """The user with this normal address, or None."""
        ...

    async def find_credentials(self, identifier: str) -> tuple[User, str | None] | None:
        """The user with this normal email or username and the hash of the password, or None."""
        ...

    async def find_password(self, user_id: UUID) -> str | None:
        """The hash of the user's password, or None."""
        ...

    async def lock(self, user_id: UUID, password_hash: str | None) -> User | None:
        """The user, locked until the transaction ends, if active and still with this hash; else None.

        Between the look at a hash and the act that follows its check, the password may have become another one.
        """
        ...

    async def add(self, user: User, password_hash: str | None) -> None:
        """Keep a new user; raises EmailTakenError or UsernameTakenError."""
        ...

    async def update(self, user_id: UUID, changes: Mapping[str, object]) -> User:
        """Set these fields of `User`; raises NotFoundError, EmailTakenError or UsernameTakenError."""
        ...

    async def set_password(self, user_id: UUID, password_hash: str) -> None:
        """Replace the hash of the password."""
        ...

    async def remove(self, user_id: UUID) -> bool:
        """Delete the user with everything that is theirs; whether there was one."""
        ...

    async def lock_superadmins(self) -> frozenset[UUID]:
        """The active superadmins; none of them changes until the transaction ends, and nobody else reads them so."""
        ...


class SessionRepository(Protocol):
    """The sessions with their families of refresh tokens."""

    async def add(self, session: Session, refresh_hash: bytes | None) -> None:
        """Keep a new session and the first refresh token of its family."""
        ...

    async def find(self, session_id: UUID) -> Session | None:
        """The session if it is live, or None."""
        ...

    async def list_live(self, user_id: UUID) -> list[Session]:
        """The user's sessions that neither ended nor expired, the last used first; at most 100."""
        ...

    async def rotate(
        self, spent_hash: bytes, successor_hash: bytes, *, grace: timedelta, extend: timedelta
    ) -> Rotation:
        """Exchange a refresh token for its successor, in one statement.

        A token spent less than `grace` ago is exchanged again, for the same successor. One spent longer ago ends the
        family. The session lives for `extend` from now.
        """
        ...

    async def end(self, session_id: UUID, reason: EndReason, *, user_id: UUID | None = None) -> bool:
        """End a session, of this user if one is given; whether it was live."""
        ...

    async def end_all(self, user_id: UUID, reason: EndReason, *, but: UUID | None = None) -> int:
        """End every live session of a user but one, those too in which they act as somebody else; how many."""
        ...

    async def knows_device(self, user_id: UUID, user_agent: str, ip: str) -> bool:
        """Whether the user has had a session with this user agent from this address."""
        ...

    async def sweep(self, before: datetime) -> int:
        """Delete some of the sessions that were over by then and of the tokens that were spent by then; how many."""
        ...


class OneTimeTokenRepository(Protocol):
    """Secrets that are good for one act."""

    async def add(self, token: OneTimeToken) -> None:
        """Keep a token."""
        ...

    async def find(self, token_hash: bytes, purpose: Purpose) -> OneTimeToken | None:
        """The token, locked until the transaction ends, if it has not expired."""
        ...

    async def take(self, token_hash: bytes, purpose: Purpose) -> OneTimeToken | None:
        """Remove the token and give it, if it has not expired: of two callers one gets it."""
        ...

    async def count_attempt(self, token_hash: bytes) -> int:
        """Count a wrong code given with the token; how many there have been."""
        ...

    async def remove_all(self, user_id: UUID, purpose: Purpose) -> None:
        """Make the user's tokens for a purpose useless."""
        ...

    async def sweep(self, before: datetime) -> int:
        """Delete some of what had expired by then; how many."""
        ...


class SecondFactorRepository(Protocol):
    """The users' generators of one-time codes and their recovery codes."""

    async def is_on(self, user_id: UUID) -> bool:
        """Whether the user has confirmed a second factor."""
        ...

    async def find(self, user_id: UUID) -> SecondFactor | None:
        """The user's generator, confirmed or not, locked until the transaction ends."""
        ...

    async def start(self, user_id: UUID, secret: str) -> bool:
        """Keep an unconfirmed generator in place of another unconfirmed one; False if one is confirmed, which stays."""
        ...

    async def confirm(self, user_id: UUID, step: int, recovery_hashes: Sequence[bytes]) -> None:
        """Turn the generator on; the recovery codes replace those there were."""
        ...

    async def note_step(self, user_id: UUID, step: int) -> bool:
        """Remember the time step of a code that was taken; False if that step or a later one was taken before."""
        ...

    async def take_recovery_code(self, user_id: UUID, code_hash: bytes) -> bool:
        """Remove a recovery code; whether there was one."""
        ...

    async def replace_recovery_codes(self, user_id: UUID, recovery_hashes: Sequence[bytes]) -> None:
        """Keep these recovery codes instead of those there are."""
        ...

    async def count_recovery_codes(self, user_id: UUID) -> int:
        """How many recovery codes are left."""
        ...

    async def remove(self, user_id: UUID) -> bool:
        """Turn the second factor off and forget its codes; whether it was on."""
        ...


class IdentityRepository(Protocol):
    """The users as OpenID providers know them."""

    async def lock(self, issuer: str, subject: str) -> None:
        """Wait for other transactions that have locked the identity, which may not be kept yet, and let others wait."""
        ...

    async def find_user_id(self, issuer: str, subject: str) -> UUID | None:
        """The user with this identity, or None."""
        ...

    async def note_use(self, issuer: str, subject: str) -> bool:
        """Note that the identity has just signed its user in; False if it is no longer linked."""
        ...

    async def add(self, identity: Identity) -> None:
        """Link an identity; raises IdentityTakenError if an account has it."""
        ...

    async def list(self, user_id: UUID) -> list[Identity]:
        """The user's identities, the oldest first."""
        ...

    async def remove(self, user_id: UUID, issuer: str, subject: str) -> bool:
        """Unlink an identity of this user; whether it was linked."""
        ...

    async def remove_all(self, user_id: UUID) -> None:
        """Unlink every identity of this user."""
        ...


class AccountsWork(Protocol):
    """One transaction on accounts."""

    @property
    def users(self) -> UserRepository:
        """The users."""
        ...

    @property
    def sessions(self) -> SessionRepository:
        """The sessions."""
        ...

    @property
    def one_time_tokens(self) -> OneTimeTokenRepository:
        """The secrets for one act."""
        ...

    @property
    def second_factors(self) -> SecondFactorRepository:
        """The second factors."""
        ...

    @property
    def identities(self) -> IdentityRepository:
        """The identities."""
        ...

    @property
    def mail(self) -> MailQueue:
        """Mail that is sent if the transaction commits."""
        ...

    @property
    def audit(self) -> AuditTrail:
        """The trail."""
        ...

    def part(self, *, keep: bool) -> AbstractAsyncContextManager[None]:
        """A part of the transaction, whose writes are kept or dropped at its end.

        It takes the same time either way, so that a caller cannot tell what there was to do.
        """
        ...


class OpenAccounts(Protocol):
    """Begins a transaction; the block's end commits it, an exception rolls it back."""

    def __call__(self, *, revoking: bool = False) -> AbstractAsyncContextManager[AccountsWork]:
        """Begin.

        Args:
            revoking: whether the act may end a session or take a right from somebody: then the block ends when this
                process has heard of it, so that the caller's next request meets the change.
        """
        ...
