"""Making users."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from domain.accounts.mails import password_reset, verification
from domain.accounts.one_time import Purpose, new_token
from domain.accounts.users import MAX_BIO, User, display_name, normal_email, normal_phone, normal_username
from domain.administration.authority import WeakPasswordError
from domain.administration.claims import normal_claims
from domain.errors import InvalidInputError
from domain.identifiers import new_id
from domain.roles import BUILT_IN, USER
from domain.text import plain_text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from domain.accounts.passwords import PasswordHasher, PasswordPolicy
    from domain.administration.authority import Admin
    from domain.administration.ports import AdministrationWork, OpenAdministration

MAX_CUSTOM_ROLES: Final = 50
"""Custom roles of a user."""


@dataclass(frozen=True, slots=True)
class NewUser:
    """What a user is to be; without a password a mail lets them set one."""

    email: str
    password: str | None = field(default=None, repr=False)
    name: str | None = None
    username: str | None = None
    phone: str | None = None
    bio: str | None = None
    role: str = USER
    roles: tuple[str, ...] = ()
    claims: object = field(default_factory=dict[str, object])
    email_verified: bool = False


class CreateUser:
    """Makes a user."""

    def __init__(self, open_work: OpenAdministration, passwords: PasswordHasher, policy: PasswordPolicy) -> None:
        self._open = open_work
        self._passwords = passwords
        self._policy = policy

    async def __call__(self, admin: Admin, new: NewUser) -> User:
        """Make one; a mail lets them set a password, or else verify the address.

        Raises:
            InvalidInputError: a value is not written as it has to be, or a custom role does not exist.
            WeakPasswordError: the password is refused.
            ForbiddenError: the role is above the caller's own.
            EmailTakenError: another account has the address.
            UsernameTakenError: another account has the username.
        """
        admin.refuse_giving(new.role)
        user = _user(new)
        password_hash = None
        if new.password is not None:
            reasons = await self._policy.weaknesses(new.password, (user.email, user.username, user.phone))
            if reasons:
                raise WeakPasswordError(reasons)
            password_hash = await self._passwords.hash(new.password)
        async with self._open() as work:
            await work.users.add(user, password_hash)
            await work.administered.set_roles(user.id, user.roles)
            await _invite(work, user, has_password=password_hash is not None)
            await work.audit.add(admin.event("user.create", user.id, role=user.role, roles=list(user.roles)))
        return replace(user, has_password=password_hash is not None)


def custom_roles(names: Iterable[str]) -> tuple[str, ...]:
    """The custom roles that a user is to have.

    Raises:
        InvalidInputError: they are too many, or a built-in one is among them: those are no custom roles.
    """
    roles = tuple(sorted(set(names)))
    if len(roles) > MAX_CUSTOM_ROLES:
        raise InvalidInputError(f"A user has at most {MAX_CUSTOM_ROLES} custom roles.", ("roles",))
    if built_in := BUILT_IN.intersection(roles):
        raise InvalidInputError(f"{min(built_in)} is no custom role.", ("roles",))
    return roles


def _user(new: NewUser) -> User:
    now = datetime.now(UTC)
    return User(
        id=new_id(),
        email=normal_email(new.email),
        username=None if new.username is None else normal_username(new.username),
        phone=None if new.phone is None else normal_phone(new.phone),
        name=None if new.name is None else display_name(new.name),
        bio=None if new.bio is None else plain_text(new.bio, "bio", MAX_BIO),
        role=new.role,
        roles=custom_roles(new.roles),
        claims=normal_claims(new.claims),
        email_verified_at=now if new.email_verified else None,
        created_at=now,
        updated_at=now,
    )


async def _invite(work: AdministrationWork, user: User, *, has_password: bool) -> None:
    if not has_password:
        token, secret = new_token(Purpose.RESET_PASSWORD, user.id, email=user.email)
        await work.one_time_tokens.add(token)
        await work.mail.add(password_reset(user.email, user.name, secret))
    elif user.email_verified_at is None:
        token, secret = new_token(Purpose.VERIFY_EMAIL, user.id, email=user.email)
        await work.one_time_tokens.add(token)
        await work.mail.add(verification(user.email, user.name, secret))
