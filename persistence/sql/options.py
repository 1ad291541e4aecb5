"""What is the same for every statement of a server."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class RenderOptions:
    """How statements are rendered.

    Attributes:
        stringify_numeric_types: whether numbers that a double cannot hold are answered as strings.
        max_answer_bytes: the most bytes of JSON that a root field answers; None: as many as there are.
    """

    stringify_numeric_types: bool = False
    max_answer_bytes: int | None = None


DEFAULT: Final = RenderOptions()
