"""Metadata: what an installation says about its tables, functions and relationships, and who may do what with them.

Tables, columns and functions are kept by their names and not by reference: one that is dropped and made again is what
it was, and one that is renamed is missed, which is told.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID  # noqa: TC003 - SQLAlchemy reads the annotations of a model when it runs

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, Text, false, func, text, true
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from persistence.models.base import Base

_ROLE = "selfgraph.roles.name"
_NO_TEXTS = text("'{}'")
_NO_MEMBERS = text("'{}'")


class MetadataVersion(Base):
    """Which metadata there are now: its only row gets another value when they or the inheritance of roles do."""

    __tablename__ = "metadata_version"
    __table_args__ = (CheckConstraint("singleton", name="singleton"),)

    singleton: Mapped[bool] = mapped_column(primary_key=True, server_default=true())
    """Always true: there is one row."""
    version: Mapped[UUID] = mapped_column(server_default=func.gen_random_uuid())
    """Random, so that one of a restored backup is never that of other metadata."""


class TableSettings(Base):
    """How one table or view is served."""

    __tablename__ = "table_settings"
    __table_args__ = (
        CheckConstraint("jsonb_typeof(column_names) = 'object'", name="column_names"),
        CheckConstraint("jsonb_typeof(root_fields) = 'object'", name="root_fields"),
    )

    table_schema: Mapped[str] = mapped_column(Text, primary_key=True)
    table_name: Mapped[str] = mapped_column(Text, primary_key=True)
    tracked: Mapped[bool] = mapped_column(server_default=true())
    is_enum: Mapped[bool] = mapped_column(server_default=false())
    custom_name: Mapped[str | None] = mapped_column(Text)
    column_names: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default=_NO_MEMBERS)
    """GraphQL names by column."""
    root_fields: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default=_NO_MEMBERS)
    """GraphQL names by root field, such as `select_by_pk`."""
    hidden_relationships: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default=_NO_TEXTS)
    """Relationships of foreign keys that are not served."""


class TableRelationship(Base):
    """A relationship by hand, or another name for that of a foreign key."""

    __tablename__ = "table_relationships"
    __table_args__ = (
        CheckConstraint("kind IN ('object', 'array')", name="kind"),
        CheckConstraint("cardinality(other_columns) = cardinality(columns)", name="pairs"),
        CheckConstraint("(other_schema IS NULL) = (other_table IS NULL)", name="other"),
    )

    table_schema: Mapped[str] = mapped_column(Text, primary_key=True)
    table_name: Mapped[str] = mapped_column(Text, primary_key=True)
    name: Mapped[str] = mapped_column(Text, primary_key=True)
    """In the spelling of the database."""
    kind: Mapped[str] = mapped_column(Text)
    columns: Mapped[list[str]] = mapped_column(ARRAY(Text))
    """Without `other_columns` the referencing ones of a foreign key, else the table's own."""
    other_schema: Mapped[str | None] = mapped_column(Text)
    other_table: Mapped[str | None] = mapped_column(Text)
    """Where it leads to; without `other_columns` the table that the foreign key is in, NULL for the table itself."""
    other_columns: Mapped[list[str] | None] = mapped_column(ARRAY(Text))
    """What `columns` are equal to, pairwise; NULL: it goes along a foreign key."""
    inserted_after: Mapped[bool] = mapped_column(server_default=false())
    comment: Mapped[str | None] = mapped_column(Text)


class TableComputedField(Base):
    """A function that is a field of each row of a table."""

    __tablename__ = "table_computed_fields"

    table_schema: Mapped[str] = mapped_column(Text, primary_key=True)
    table_name: Mapped[str] = mapped_column(Text, primary_key=True)
    name: Mapped[str] = mapped_column(Text, primary_key=True)
    function_schema: Mapped[str] = mapped_column(Text)
    function_name: Mapped[str] = mapped_column(Text)
    table_argument: Mapped[str | None] = mapped_column(Text)
    session_argument: Mapped[str | None] = mapped_column(Text)
    comment: Mapped[str | None] = mapped_column(Text)


class FunctionSettings(Base):
    """How one function is served."""

    __tablename__ = "function_settings"
    __table_args__ = (CheckConstraint("exposed_as IN ('query', 'mutation')", name="exposed_as"),)

    function_schema: Mapped[str] = mapped_column(Text, primary_key=True)
    function_name: Mapped[str] = mapped_column(Text, primary_key=True)
    tracked: Mapped[bool] = mapped_column(server_default=true())
    exposed_as: Mapped[str | None] = mapped_column(Text)
    session_argument: Mapped[str | None] = mapped_column(Text)
    custom_name: Mapped[str | None] = mapped_column(Text)
    comment: Mapped[str | None] = mapped_column(Text)


class FunctionRole(Base):
    """A role that may call a function."""

    __tablename__ = "function_roles"
    __table_args__ = (
        ForeignKeyConstraint(
            ["function_schema", "function_name"],
            ["selfgraph.function_settings.function_schema", "selfgraph.function_settings.function_name"],
            ondelete="CASCADE",
        ),
        Index(None, "role"),
    )

    function_schema: Mapped[str] = mapped_column(Text, primary_key=True)
    function_name: Mapped[str] = mapped_column(Text, primary_key=True)
    role: Mapped[str] = mapped_column(ForeignKey(_ROLE), primary_key=True)


class TablePermission(Base):
    """What one role may do with the rows of one table."""

    __tablename__ = "table_permissions"
    __table_args__ = (
        CheckConstraint("action IN ('select', 'insert', 'update', 'delete')", name="action"),
        CheckConstraint("jsonb_typeof(row_filter) = 'object'", name="row_filter"),
        CheckConstraint("jsonb_typeof(row_check) = 'object'", name="row_check"),
        CheckConstraint("jsonb_typeof(presets) = 'object'", name="presets"),
        CheckConstraint("row_limit >= 0", name="row_limit"),
        Index(None, "role"),
    )

    table_schema: Mapped[str] = mapped_column(Text, primary_key=True)
    table_name: Mapped[str] = mapped_column(Text, primary_key=True)
    role: Mapped[str] = mapped_column(ForeignKey(_ROLE), primary_key=True)
    action: Mapped[str] = mapped_column(Text, primary_key=True)
    columns: Mapped[list[str] | None] = mapped_column(ARRAY(Text), server_default=_NO_TEXTS)
    """NULL: all, those to come too."""
    computed_fields: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default=_NO_TEXTS)
    row_filter: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    """Which rows, as a boolean expression of the dialect."""
    row_check: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    """What a written row must fulfil."""
    presets: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default=_NO_MEMBERS)
    row_limit: Mapped[int | None]
    allow_aggregations: Mapped[bool] = mapped_column(server_default=false())
    backend_only: Mapped[bool] = mapped_column(server_default=false())
    comment: Mapped[str | None] = mapped_column(Text)
    ways: Mapped[list[str] | None] = mapped_column(ARRAY(Text))
    """Where the relationships of its rules led when it was set; NULL: there are none, or it is not known."""
