"""Lists in session variables: in PostgreSQL's form, as Hasura has them, or as JSON, as claims of many values are."""

from __future__ import annotations

import json
from typing import cast


def array_text(held: str) -> str:
    """The list as an array in PostgreSQL's form (manual, section 8.15.2); one in that form already is left as it is."""
    if not held.lstrip().startswith("["):
        return held
    try:
        found = json.loads(held)
    except (ValueError, RecursionError):
        return held
    return f"{{{','.join(map(_item, cast('list[object]', found)))}}}" if isinstance(found, list) else held


def _item(value: object) -> str:
    if value is None:
        return "NULL"
    text = value if isinstance(value, str) else json.dumps(value)
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
