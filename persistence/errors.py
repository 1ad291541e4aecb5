"""From what PostgreSQL and its drivers raise to the domain's errors: the only file that knows SQLSTATEs.

The domain messages hold no database text. What has no entry here is nobody's expected failure: it stays as it is, and
the outer face answers INTERNAL.
"""

from __future__ import annotations

import re
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

import asyncpg
from loguru import logger

from domain.access.errors import KeyNameTakenError, RoleTakenError
from domain.accounts.errors import EmailTakenError, UsernameTakenError
from domain.errors import (
    ConflictError,
    ForbiddenError,
    InvalidInputError,
    NotFoundError,
    PayloadTooLargeError,
    SelfgraphError,
    StructureChangedError,
    TimedOutError,
    UnavailableError,
)
from domain.storage.errors import BucketNameTakenError, PathTakenError, QuotaExceededError
from domain.tables.catalog import TableName
from domain.tables.violations import RowConflictError, RowForbiddenError, RowRuleError, Violation

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

PLATFORM_SCHEMA: Final = "selfgraph"
TOO_MANY_ROWS: Final = "SG001"
"""What `selfgraph.refuse_rows` raises; the message ends with the cap."""
TOO_MANY_BYTES: Final = "SG003"
"""What `selfgraph.encoded` raises; the message ends with the cap."""
FORBIDDEN_ROW: Final = "SG002"
"""What `selfgraph.refuse_row` raises, naming the table."""


class DatabaseUnreachableError(UnavailableError):
    """The database did not answer within the time given to the start; the message is for the operator."""


class DatabaseRefusedError(SelfgraphError):
    """The database answered, and waiting will not help: a wrong password, name, certificate or version."""


def _unavailable(_: str) -> SelfgraphError:
    return UnavailableError("The database cannot be reached now; try again.")


def _timed_out(_: str) -> SelfgraphError:
    return TimedOutError("The database took longer than its time limit.")


def _invalid(_: str) -> SelfgraphError:
    return InvalidInputError("A value does not fit its type.")


def _too_many_rows(message: str) -> SelfgraphError:
    cap = re.search(r"\d+", message)
    return PayloadTooLargeError(f"The answer has more than {cap.group() if cap else 'the allowed'} rows; use limit.")


def _too_many_bytes(message: str) -> SelfgraphError:
    cap = re.search(r"\d+", message)
    return PayloadTooLargeError(f"The answer has more than {cap.group() if cap else 'the allowed'} bytes.")


def _changed(_: str) -> SelfgraphError:
    return StructureChangedError("The structure of the database has just changed; try again.")


_BY_STATE: Final[dict[str, Callable[[str], SelfgraphError]]] = {
    TOO_MANY_ROWS: _too_many_rows,
    TOO_MANY_BYTES: _too_many_bytes,
    "0A000": lambda _: InvalidInputError("The database cannot do this with these values."),
    "22012": lambda _: InvalidInputError("The database would have to divide by zero."),
    "21000": lambda _: InvalidInputError("The rows hold one twice, as the constraint of the conflict sees it."),
    "25006": lambda _: UnavailableError("The database takes no changes now; try again."),
    "25P03": _timed_out,
    "25P04": _timed_out,
    "40001": lambda _: ConflictError("Another change came first; try again."),
    "40P01": lambda _: ConflictError("Another change came first; try again."),
    "42501": lambda _: ForbiddenError("The database does not allow this."),
    "42703": _changed,
    "42804": _changed,
    "42883": _changed,
    "42P01": _changed,
    "44000": lambda _: InvalidInputError("The row would not be one of the view's."),
    "55000": lambda _: UnavailableError("A materialised view has not been filled yet; try again."),
    "55P03": _timed_out,
    "57014": _timed_out,
    "P0001": lambda _: InvalidInputError("A rule of the database refuses this."),
}

_BY_CLASS: Final[dict[str, Callable[[str], SelfgraphError]]] = {
    "08": _unavailable,
    "22": _invalid,
    "23": lambda _: ConflictError("The change contradicts what is stored."),
    "53": _unavailable,
    "54": lambda _: PayloadTooLargeError("The operation is too complex for the database."),
    "57": _unavailable,
    "HV": lambda _: UnavailableError("A foreign server does not answer; try again."),
}


# What input functions of some types raise for a text that they cannot read; statements raise the same of themselves.
_MAY_BE_A_VALUE: Final = frozenset({"3F000", "42601", "42602", "42704", "42883", "42P01"})
_OF_A_VALUE: Final = "unnamed portal parameter"
_SYNTAX: Final = "42"
"""The class of names that do not exist and of statements that are none: in a function, its author's mistake."""
_FORBIDDEN: Final = "42501"
_MOST_OF_A_MESSAGE: Final = 500
_SAID: Final[dict[str, type[SelfgraphError]]] = {
    "SG400": InvalidInputError,
    "SG403": ForbiddenError,
    "SG404": NotFoundError,
    "SG409": ConflictError,
}
"""What functions and triggers raise to be shown to the caller as they say it; no other text of the database ever is."""


_BY_CONSTRAINT: Final[dict[str, Callable[[], SelfgraphError]]] = {
    "uq_users_email": EmailTakenError,
    "uq_users_username": UsernameTakenError,
    "pk_roles": RoleTakenError,
    "uq_api_keys_name": KeyNameTakenError,
    "fk_api_keys_role_roles": lambda: InvalidInputError("There is no such role.", ("role",)),
    "fk_role_inheritance_inherits_roles": lambda: InvalidInputError("There is no such role.", ("inherits",)),
    "fk_table_permissions_role_roles": lambda: InvalidInputError("There is no such role.", ("role",)),
    "fk_function_roles_role_roles": lambda: InvalidInputError("There is no such role.", ("roles",)),
    "ck_buckets_quota": QuotaExceededError,
    "uq_buckets_name": BucketNameTakenError,
    "fk_buckets_owner_id_users": lambda: InvalidInputError("There is no such user.", ("ownerId",)),
    "fk_file_rules_role_roles": lambda: InvalidInputError("There is no such role.", ("role",)),
    "uq_files_living": PathTakenError,
    "fk_files_bucket_id_buckets": lambda: NotFoundError("There is no such bucket."),
    "fk_files_owner_id_users": lambda: InvalidInputError("There is no such user to own the file."),
    "fk_user_roles_role_roles": lambda: InvalidInputError("There is no such role.", ("roles",)),
}
"""Constraints of the platform's own tables that have something to say of their own."""


def translate(error: BaseException) -> SelfgraphError | None:
    """The domain's error for one of asyncpg, SQLAlchemy or the network; None when it is none of the expected ones."""
    error = driver_error(error)
    match error:
        case SelfgraphError():
            return error
        case asyncpg.PostgresError():
            return (
                _from_constraint(error)
                or _from_violation(error)
                or _from_function(error)
                or from_state(error.sqlstate or "", str(error))
            )
        case asyncpg.InterfaceError():
            return _translate_driver(error)
        case _:
            return _translate_network(error)


def _from_constraint(error: asyncpg.PostgresError) -> SelfgraphError | None:
    if getattr(error, "schema_name", None) != PLATFORM_SCHEMA:
        return None
    make = _BY_CONSTRAINT.get(getattr(error, "constraint_name", None) or "")
    return make() if make else None


_CONFLICTS: Final = {
    "23503": "A row refers to one that does not exist, or is still referred to.",
    "23505": "A row with these values exists already.",
    "23P01": "The row excludes one that exists already.",
}
_BROKEN_RULES: Final = {
    "23502": "A value that is required is missing.",
    "23514": "A value breaks a rule of its table.",
}


def _from_violation(error: asyncpg.PostgresError) -> SelfgraphError | None:
    """The error with the table and the constraint in it, which the table API finds the columns by."""
    state, table = error.sqlstate or "", getattr(error, "table_name", None)
    if table is None:
        return None
    schema = getattr(error, "schema_name", None) or ""
    constraint, column = getattr(error, "constraint_name", None), getattr(error, "column_name", None)
    violation = Violation(TableName(schema, table), constraint, column)
    if state == FORBIDDEN_ROW:
        return RowForbiddenError("A row would not be one that the role may write.", violation)
    if state in _CONFLICTS:
        return RowConflictError(_CONFLICTS[state], violation)
    return RowRuleError(_BROKEN_RULES[state], violation) if state in _BROKEN_RULES else None


def _from_function(error: asyncpg.PostgresError) -> SelfgraphError | None:
    """What became of a function or a trigger of the user's own, where that is neither foreseen nor ours to mend."""
    state, context = error.sqlstate or "", getattr(error, "context", None) or ""
    if not context or context.startswith(_OF_A_VALUE):
        return None
    foreseen = state in _SAID or state in _BY_STATE or state[:2] in _BY_CLASS
    if foreseen and (state[:2] != _SYNTAX or state == _FORBIDDEN):
        return None
    logger.warning("A function or a trigger of the database failed: {} {}", state, error)
    return InvalidInputError("A function or a trigger of the database failed.")


def from_state(sqlstate: str, message: str = "") -> SelfgraphError | None:
    """The domain's error for a SQLSTATE: its own entry, else that of its class, else None."""
    if sqlstate in _CONFLICTS:
        return ConflictError(_CONFLICTS[sqlstate])
    if sqlstate in _BROKEN_RULES:
        return InvalidInputError(_BROKEN_RULES[sqlstate])
    if sqlstate in _SAID:
        return _SAID[sqlstate](message[:_MOST_OF_A_MESSAGE])
    make = _BY_STATE.get(sqlstate) or _BY_CLASS.get(sqlstate[:2])
    return make(message) if make else None


def may_be_a_value(error: BaseException) -> bool:
    """Whether behind an error of a statement, translated or not, there may be a value that cannot be read."""
    cause = error if isinstance(error, asyncpg.PostgresError) else error.__cause__
    state = cause.sqlstate if isinstance(cause, asyncpg.PostgresError) else None
    return state in _MAY_BE_A_VALUE or isinstance(error, InvalidInputError)


@contextmanager
def domain_errors() -> Generator[None]:
    """Raise the domain's errors in place of the database's inside the block."""
    try:
        yield
    except Exception as error:
        known = translate(error)
        if known is None or known is error:
            raise
        raise known from error


def driver_error(error: BaseException) -> BaseException:
    """What asyncpg raised, where SQLAlchemy has wrapped it; any other error as it is.

    SQLAlchemy's errors are known by their shape: importing them would cost every start half a second.
    """
    cause = getattr(getattr(error, "orig", None), "__cause__", None)
    return cause if isinstance(cause, BaseException) else error


def _translate_network(error: BaseException) -> SelfgraphError | None:
    if isinstance(error, TimeoutError):
        return _timed_out("")
    return _unavailable("") if isinstance(error, OSError) or _is_full_pool(error) else None


def _is_full_pool(error: BaseException) -> bool:
    return (type(error).__module__, type(error).__name__) == ("sqlalchemy.exc", "TimeoutError")


def _translate_driver(error: asyncpg.InterfaceError) -> SelfgraphError | None:
    # A value that asyncpg cannot encode is a ValueError too; the rest has no class of its own beyond its words.
    if isinstance(error, ValueError):
        return _invalid("")
    return _unavailable("") if "clos" in str(error) else None
