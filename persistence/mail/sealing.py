"""A mail as encrypted text: what it says, its link above all, is for nobody who reads the table of jobs."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING, Final

from domain.mail import Mail, MailKind

if TYPE_CHECKING:
    from persistence.credentials.encryption import Cipher


# Templates show less; this keeps what a client can send, as the name of its device, from filling the table.
_LONGEST_VALUE: Final = 4000


def seal(mail: Mail, cipher: Cipher) -> str:
    """The mail as encrypted text."""
    values = {name: value[:_LONGEST_VALUE] for name, value in mail.values.items()}
    plain = json.dumps({"to": mail.to, "kind": mail.kind, "values": values})
    return base64.b64encode(cipher.encrypt(plain.encode())).decode()


def unseal(sealed: str, cipher: Cipher) -> Mail:
    """The mail that `seal` made text of.

    Raises:
        DecryptionError: it was sealed with another key, or changed since.
        ValueError: it is no sealed mail.
    """
    plain = json.loads(cipher.decrypt(base64.b64decode(sealed)))
    return Mail(plain["to"], MailKind(plain["kind"]), plain["values"])
