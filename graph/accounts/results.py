"""What the mutations of accounts answer with."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Self, TypeAlias

import strawberry

from domain.accounts import changing_password, finishing, opening, passwords, registering, signing_in
from graph.accounts.types import User

PasswordWeakness = strawberry.enum(passwords.PasswordWeakness, description="Why a password is refused.")


@strawberry.type(description="A session just opened or renewed.")
class SignedIn:
    """A session just opened or renewed."""

    access_token: str = strawberry.field(description="For the header `Authorization: Bearer ...` (RFC 6750).")
    refresh_token: str | None = strawberry.field(
        description="Good for one `refreshSession`; null for an impersonation, which cannot be renewed."
    )
    expires_at: datetime = strawberry.field(description="When the access token expires, UTC (ISO 8601).")
    user: User = strawberry.field(description="Who is signed in.")
    session_id: strawberry.ID = strawberry.field(description="The session, as in `mySessions`.")

    @classmethod
    def of(cls, entity: opening.SignedIn) -> Self:
        """A session of the domain."""
        return cls(
            access_token=entity.access_token,
            refresh_token=entity.refresh_token,
            expires_at=entity.expires_at,
            user=User.of(entity.user),
            session_id=strawberry.ID(str(entity.session_id)),
        )


@strawberry.type(description="The account is there.")
class SignedUp:
    """The account is there."""

    verification_required: bool = strawberry.field(
        description="Whether the address has to be verified before the first login. A mail asks for it in any case."
    )
    session: SignedIn | None = strawberry.field(description="Null if verification is required.")

    @classmethod
    def of(cls, entity: registering.SignedUp) -> Self:
        """A result of the domain."""
        session = SignedIn.of(entity.session) if entity.session else None
        return cls(verification_required=entity.verification_required, session=session)


@strawberry.type(description="Another account has the email address.")
class EmailTaken:
    """Another account has the email address."""

    message: str = strawberry.field(default="This email address has an account already.", description="For people.")


@strawberry.type(description="Another account has the username.")
class UsernameTaken:
    """Another account has the username."""

    message: str = strawberry.field(default="This username is taken.", description="For people.")


@strawberry.type(description="The password is refused.")
class WeakPassword:
    """The password is refused."""

    reasons: list[passwords.PasswordWeakness] = strawberry.field(description="Why, at least one.")

    @classmethod
    def of(cls, entity: registering.WeakPassword) -> Self:
        """A result of the domain."""
        return cls(reasons=list(entity.reasons))


@strawberry.type(description="The password was right; `confirmSecondFactor` with a code ends the sign-in.")
class SecondFactorRequired:
    """The password was right; a code of the second factor ends the sign-in."""

    challenge: str = strawberry.field(description="To be given back with the code.")
    expires_at: datetime = strawberry.field(description="When the challenge expires, UTC (ISO 8601).")

    @classmethod
    def of(cls, entity: finishing.SecondFactorRequired) -> Self:
        """A result of the domain."""
        return cls(challenge=entity.challenge, expires_at=entity.expires_at)


@strawberry.type(description="The password was right; the address has to be verified first.")
class EmailNotVerified:
    """The password was right; the address has to be verified first."""

    message: str = strawberry.field(default="Verify your email address first.", description="For people.")


@strawberry.type(description="The password is the new one.")
class PasswordChanged:
    """The password is the new one."""

    ended_sessions: int = strawberry.field(description="How many sessions ended by it.")


RegisterResult: TypeAlias = Annotated[
    SignedUp | EmailTaken | UsernameTaken | WeakPassword,
    strawberry.union("RegisterResult", description="What becomes of a registration."),
]
LoginResult: TypeAlias = Annotated[
    SignedIn | SecondFactorRequired | EmailNotVerified,
    strawberry.union("LoginResult", description="What becomes of a login whose password was right."),
]
PasswordResult: TypeAlias = Annotated[
    PasswordChanged | WeakPassword,
    strawberry.union("PasswordResult", description="What becomes of a new password."),
]


def register_result(result: registering.RegisterResult) -> SignedUp | EmailTaken | UsernameTaken | WeakPassword:
    """The result of a registration for clients."""
    match result:
        case registering.SignedUp():
            return SignedUp.of(result)
        case registering.EmailTaken():
            return EmailTaken()
        case registering.UsernameTaken():
            return UsernameTaken()
        case registering.WeakPassword():
            return WeakPassword.of(result)


def login_result(result: signing_in.LogInResult) -> SignedIn | SecondFactorRequired | EmailNotVerified:
    """The result of a login for clients; also that of other ways to sign in."""
    match result:
        case opening.SignedIn():
            return SignedIn.of(result)
        case finishing.SecondFactorRequired():
            return SecondFactorRequired.of(result)
        case signing_in.EmailNotVerified():
            return EmailNotVerified()


def password_result(
    result: changing_password.PasswordChanged | registering.WeakPassword,
) -> PasswordChanged | WeakPassword:
    """The result of a new password for clients."""
    if isinstance(result, registering.WeakPassword):
        return WeakPassword.of(result)
    return PasswordChanged(ended_sessions=result.ended_sessions)
