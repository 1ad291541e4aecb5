"""The one exception of the embedded PostgreSQL."""

from __future__ import annotations


class EmbeddedError(Exception):
    """The embedded PostgreSQL cannot do what was asked; the message is one line for the operator."""
