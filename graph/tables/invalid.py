"""What coercion raises while it is inside a variable."""

from __future__ import annotations


class InvalidError(Exception):
    """What is wrong, and where, innermost first while it travels outwards."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message
        self.path: list[str | int] = []
