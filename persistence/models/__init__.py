"""The platform's tables as SQLAlchemy models, one file a slice; importing this package completes `Base.metadata`.

base      the declarative base: schema `selfgraph`, naming convention
instance  the one row that stands for this installation
accounts  users, sessions, tokens, second factors, identities
access    roles, API keys, signing keys, the audit trail
metadata  what is said about tables, functions and relationships; permissions
storage   buckets, files, uploads under way, rules
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
from persistence.models.metadata import (
    FunctionRole,
    FunctionSettings,
    MetadataVersion,
    TableComputedField,
    TablePermission,
    TableRelationship,
    TableSettings,
)
from persistence.models.storage import Bucket, DerivedObject, File, FileRule, Upload

__all__ = [
    "SCHEMA",
    "ApiKey",
    "AuditEvent",
    "Base",
    "Bucket",
    "DerivedObject",
    "File",
    "FileRule",
    "FunctionRole",
    "FunctionSettings",
    "Identity",
    "Instance",
    "MetadataVersion",
    "OneTimeToken",
    "RecoveryCode",
    "RefreshToken",
    "Role",
    "RoleInheritance",
    "SecondFactor",
    "Session",
    "SignInAttempt",
    "SigningKey",
    "TableComputedField",
    "TablePermission",
    "TableRelationship",
    "TableSettings",
    "Upload",
    "User",
    "UserRole",
]
