"""What can be in the way of an account."""

from __future__ import annotations

from domain.errors import ConflictError, ForbiddenError, InvalidInputError, UnauthenticatedError


class EmailTakenError(ConflictError):
    """Another account has the address."""

    def __init__(self) -> None:
        super().__init__("This email address has an account already.")


class UsernameTakenError(ConflictError):
    """Another account has the username."""

    def __init__(self) -> None:
        super().__init__("This username is taken.")


class LastSuperadminError(ConflictError):
    """The act would leave no active superadmin."""

    def __init__(self) -> None:
        super().__init__("The last active superadmin cannot be removed, demoted or deactivated.")


class IdentityTakenError(ConflictError):
    """An account has the identity already: this one or another."""

    def __init__(self) -> None:
        super().__init__("This account of the provider is linked already.")


class BadCredentialsError(UnauthenticatedError):
    """No such account, no password, not active, or another password: nobody is told which."""

    def __init__(self) -> None:
        super().__init__("The name or the password is wrong.", "BAD_CREDENTIALS")


class WrongPasswordError(ForbiddenError):
    """A signed-in user has not proved again to be themselves; the session stays good."""

    def __init__(self, message: str = "The password is wrong.", reason: str = "WRONG_PASSWORD") -> None:
        super().__init__(message)
        self.reason = reason

    def extensions(self) -> dict[str, object]:
        """WRONG_PASSWORD, or SIGN_IN_AGAIN for an account without one."""
        return {"reason": self.reason}


class InvalidLinkError(InvalidInputError):
    """The token of a mail is not good: nobody made it, it has expired, or it was used."""

    def __init__(self) -> None:
        super().__init__("This link is not valid: it has expired, or it was used before.", ("token",))


class WrongCodeError(ForbiddenError):
    """A signed-in user gave a code that is wrong or was used; the session stays good."""

    def __init__(self) -> None:
        super().__init__("The code is wrong, or it was used before.")

    def extensions(self) -> dict[str, object]:
        """WRONG_CODE."""
        return {"reason": "WRONG_CODE"}


class WrongSignInCodeError(UnauthenticatedError):
    """The code that was to end a sign-in is wrong or was used; another one may be tried."""

    def __init__(self) -> None:
        super().__init__("The code is wrong, or it was used before.", "WRONG_CODE")


class DeadChallengeError(UnauthenticatedError):
    """The challenge of a sign-in is not good: expired, used, made up, or guessed at too often."""

    def __init__(self) -> None:
        super().__init__("This sign-in has expired, or had too many wrong codes; begin it again.", "CHALLENGE_EXPIRED")


class SecondFactorOnError(ConflictError):
    """The account has a second factor already."""

    def __init__(self) -> None:
        super().__init__("The second factor is on already; turn it off to set up another one.")


class SecondFactorOffError(ConflictError):
    """The account has no second factor."""

    def __init__(self, message: str = "The second factor is not on.") -> None:
        super().__init__(message)


class OpenIdStateError(UnauthenticatedError):
    """The state of a sign-in at a provider is not good, or was begun by another browser, user or for another act."""

    def __init__(self) -> None:
        super().__init__("This sign-in has expired, was used, or was begun elsewhere; begin it again.", "INVALID_STATE")


class OpenIdRefusedError(UnauthenticatedError):
    """The provider refused the code, or what it said about the user does not verify."""

    def __init__(self) -> None:
        super().__init__("The sign-in at the provider could not be verified; begin it again.", "PROVIDER_REFUSED")


class OpenIdEmailError(ForbiddenError):
    """The provider vouches for no email address, and an account needs one."""

    def __init__(self) -> None:
        super().__init__("The provider does not vouch for an email address of this user.")

    def extensions(self) -> dict[str, object]:
        """EMAIL_NOT_VERIFIED."""
        return {"reason": "EMAIL_NOT_VERIFIED"}


class LinkRequiredError(ConflictError):
    """An account has the address, and never proved that it is theirs."""

    def __init__(self) -> None:
        super().__init__("This email address has an account; sign in to it, then link the provider.")

    def extensions(self) -> dict[str, object]:
        """LINK_REQUIRED."""
        return {"reason": "LINK_REQUIRED"}


class LastSignInError(ConflictError):
    """The identity is the only way to sign in to the account."""

    def __init__(self) -> None:
        super().__init__("This is the only way to sign in to the account; set a password first.")
