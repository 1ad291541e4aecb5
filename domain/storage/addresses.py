"""Addresses of files, as clients get them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import quote, urlencode

if TYPE_CHECKING:
    from collections.abc import Mapping

    from domain.storage.signing import AddressSigner, Right

FILE: Final = "file"
EXPIRES: Final = "expires"
SIGNATURE: Final = "signature"
"""The parameters that a signed address has beside the conditions of its right."""


def plain_address(bucket: str, path: str, parameters: Mapping[str, str] | None = None) -> str:
    """The address of a file on the server, for whoever may read it."""
    address = f"/files/{quote(bucket)}/{quote(path)}"
    return f"{address}?{_query(parameters)}" if parameters else address


def signed_address(bucket: str, path: str, right: Right, signer: AddressSigner) -> str:
    """The address of a file on the server with the right to read it; `right` is about the file."""
    own = {FILE: str(right.subject), EXPIRES: str(right.expires_at), SIGNATURE: signer.sign(right)}
    return plain_address(bucket, path, {**right.conditions, **own})


def _query(parameters: Mapping[str, str]) -> str:
    return urlencode(parameters, quote_via=quote, safe="")
