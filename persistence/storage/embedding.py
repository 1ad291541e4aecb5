"""Rendered SQL within statements of SQLAlchemy."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import Text, bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import BindParameter, TextClause

    from domain.tables.statement import Value

# Outside of quotes a colon names a parameter of SQLAlchemy's, and so does one within.
_PLACE: Final = re.compile(r"\$(\d+)(?=::)|:")


def embedded(rendered: str, prefix: str, values: Sequence[Value]) -> TextClause:
    """The SQL with its values bound; `prefix` begins the names of its parameters."""
    clause = text(_PLACE.sub(lambda found: f":{prefix}p{found[1]}" if found[1] else r"\:", rendered))
    return clause.bindparams(*(_bound(f"{prefix}p{number}", value) for number, value in enumerate(values, 1)))


def _bound(name: str, value: Value) -> BindParameter[Any]:
    # A statement may hold several of these, even of the same rule: each keeps its own values.
    return bindparam(name, value, type_=ARRAY(Text) if isinstance(value, list) else Text(), unique=True)
