"""The platform's tables as SQLAlchemy models, one file a slice; importing this package completes `Base.metadata`.

base      the declarative base: schema `selfgraph`, naming convention
instance  the one row that stands for this installation
accounts  users, sessions, tokens, second factors, identities
access    roles, API keys, signing keys, the audit trail
"""

from persistence.models.access import ApiKey, AuditEvent, Role, RoleInheritance, SigningKey, UserRole
from persistence.models.accounts import (
    Identity,
    OneTimeToken,
    RecoveryCode,
    RefreshToken,
    SecondFactor,
    Session,
    SignInAttempt,
    User,
)
from persistence.models.base import SCHEMA, Base
from persistence.models.instance import Instance

__all__ = [
    "SCHEMA",
    "ApiKey",
    "AuditEvent",
    "Base",
    "Identity",
    "Instance",
    "OneTimeToken",
    "RecoveryCode",
    "RefreshToken",
    "Role",
    "RoleInheritance",
    "SecondFactor",
    "Session",
    "SignInAttempt",
    "SigningKey",
    "User",
    "UserRole",
]
