"""Why a server did not start."""

from __future__ import annotations


class StartupError(Exception):
    """The server cannot start; the message is one line for the operator, without secrets."""
