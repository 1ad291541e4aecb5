"""A message with its headers, ready to travel."""

from __future__ import annotations

import hashlib
import re
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import localtime, parseaddr
from typing import TYPE_CHECKING, Final

from persistence.jobs.registry import JobError

if TYPE_CHECKING:
    from persistence.mail.templates import RenderedMail

_ADDRESS: Final = re.compile(r"""(?P<local>[^\s@<>(),:;"\\\[\]]{1,64})@(?P<domain>[^\s@<>(),:;"\\\[\]]{1,255})""")
# Seven bits travel through every server.
_POLICY: Final = SMTP.clone(cte_type="7bit")


def make_message(rendered: RenderedMail, *, sender: str, to: str, identifier: str) -> EmailMessage:
    """Put a mail together.

    Args:
        rendered: what it says.
        sender: `me@example.com` or `Name <me@example.com>`.
        to: the recipient's address.
        identifier: the same for each attempt at this mail; a recipient's server may tell a repetition by it.

    Raises:
        JobError: an address is none, which no further attempt can change.
    """
    message = EmailMessage(policy=_POLICY)
    try:
        name, address = parseaddr(sender)
        origin = Address(display_name=name, addr_spec=address)
        message["From"] = origin
        message["To"] = _recipient(to)
        message["Subject"] = rendered.subject
    except (ValueError, IndexError):
        raise JobError("the address of the sender or of the recipient is none", permanent=True) from None
    digest = hashlib.sha256(identifier.encode()).hexdigest()[:40]
    message["Message-ID"] = f"<{digest}@{origin.domain}>"
    message["Date"] = localtime()
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: out-of-office replies stay away
    message.set_content(rendered.text)
    message.add_alternative(rendered.html, subtype="html")
    return message


def _recipient(to: str) -> Address:
    found = _ADDRESS.fullmatch(to)
    if found is None or not to.isprintable():
        raise ValueError
    domain = found["domain"]
    if not domain.isascii():
        domain = domain.encode("idna").decode()
    # Not as one text: the parser refuses letters that SMTPUTF8 (RFC 6531) allows before the @.
    return Address(username=found["local"], domain=domain)
