"""Values of rules and presets, in the spelling of the dialect.

In Hasura a text is a session variable if it begins with `X-Hasura-`, in any case, and else never; here `X-User-Id` is
one too. `REQ_USER_ID` is Hasura's older word for `X-Hasura-User-Id`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from domain.document import DocumentError, Node
from domain.tables.session_names import HASURA, TEXT, is_ambiguous, session_variable

if TYPE_CHECKING:
    from domain.document import Json

_USER_ID: Final = "req_user_id"


class RuleNotTakenError(DocumentError):
    """A rule, or a preset, asks for something that there is not."""


def read_value(node: Node) -> Json:
    """One value; what is in a list or an object stands for itself.

    Raises:
        RuleNotTakenError: it is a session variable of a name that none has here.
    """
    value = node.json()
    if not isinstance(value, str):
        return value
    if value.lower() == _USER_ID:
        return f"{HASURA}user-id"
    if not value.lower().startswith(HASURA):
        return {TEXT: value} if session_variable(value) is not None or is_ambiguous(value) else value
    if session_variable(value) is None:
        raise RuleNotTakenError(f"No session variable has a name such as {value}.", node.path)
    return value


def read_values(node: Node) -> Json:
    """A list of values, or a session variable that holds one; raises as `read_value`."""
    return [read_value(each) for each in node.items()] if isinstance(node.value, list) else read_value(node)
