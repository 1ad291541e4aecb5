"""A mail as encrypted text: what it says, its link above all, is for nobody who reads the table of jobs."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING

from domain.mail import Mail, MailKind

if TYPE_CHECKING:
    from persistence.credentials.encryption import Cipher


def seal(mail: Mail, cipher: Cipher) -> str:
    """The mail as encrypted text."""
    plain = json.dumps({"to": mail.to, "kind": mail.kind, "values": dict(mail.values)})
    return base64.b64encode(cipher.encrypt(plain.encode())).decode()


def unseal(sealed: str, cipher: Cipher) -> Mail:
    """The mail that `seal` made text of.

    Raises:
        DecryptionError: it was sealed with another key, or changed since.
        ValueError: it is no sealed mail.
    """
    plain = json.loads(cipher.decrypt(base64.b64decode(sealed)))
    return Mail(plain["to"], MailKind(plain["kind"]), plain["values"])
