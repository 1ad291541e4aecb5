"""The signed addresses that uploads are sent to."""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING, Final
from uuid import UUID

from domain.storage.errors import AddressInvalidError
from domain.storage.signing import Right

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from domain.storage.signing import AddressSigner

METHOD: Final = "PUT"
_PATH: Final = "/files/uploads/"
_PARAMETERS: Final = frozenset({"expires", "signature"})
_SECONDS: Final = re.compile(r"[1-9]\d{0,11}", re.ASCII)


class UploadAddresses:
    """Makes and checks them.

    Args:
        signer: signs.
        server: the address of this server, such as `https://api.example`; empty: addresses begin with their path.
    """

    def __init__(self, signer: AddressSigner, server: str) -> None:
        self._signer = signer
        self._server = server.removesuffix("/")

    def of(self, file_id: UUID, expires_at: datetime) -> str:
        """The address that takes the bytes of an upload until then."""
        expires = int(expires_at.timestamp())
        signature = self._signer.sign(Right(METHOD, file_id, expires))
        return f"{self._server}{_PATH}{file_id}?expires={expires}&signature={signature}"

    def check(self, path: str, parameters: Mapping[str, str]) -> UUID:
        """The id of the upload that an address is for.

        Raises:
            AddressInvalidError: it was not made here, or changed.
            AddressExpiredError: its time is over.
        """
        expires = parameters.get("expires", "")
        text = path.removeprefix(_PATH)
        try:
            file_id = UUID(text)
        except ValueError:
            raise AddressInvalidError from None
        if str(file_id) != text or not _SECONDS.fullmatch(expires) or frozenset(parameters) != _PARAMETERS:
            raise AddressInvalidError
        self._signer.check(Right(METHOD, file_id, int(expires)), parameters["signature"], time.time())
        return file_id
