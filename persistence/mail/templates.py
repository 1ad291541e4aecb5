"""What a mail says: subject, text and HTML from templates."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from jinja2 import ChoiceLoader, Environment, FileSystemLoader, StrictUndefined, TemplateError, select_autoescape

from domain.mail import Mail, MailKind
from persistence.jobs.registry import JobError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from persistence.mail.options import MailOptions

_BUILT_IN: Final = Path(__file__).parent / "templates"
_VALUES: Final = ("name", "device", "address", "at", "email")
_LONGEST_VALUE: Final = 200
_LONGEST_NAME: Final = 80
_LONGEST_TOKEN: Final = 2000
_LONGEST_SUBJECT: Final = 200
# Whoever registers somebody else's address chooses the name in the mail: it must not become a link there.
_LIKE_A_LINK: Final = re.compile(r"[:/\\@<>]|\w{2}\.\w{2}")
_SPACES: Final = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class RenderedMail:
    """The three parts of a mail."""

    subject: str
    text: str
    html: str


class MailTemplates:
    """Renders mails. HTML is escaped; a name that a template has and no mail knows is an error, not an empty place."""

    def __init__(self, options: MailOptions) -> None:
        folders = [*([options.templates] if options.templates else []), _BUILT_IN]
        self._environment = Environment(
            loader=ChoiceLoader([FileSystemLoader(folder) for folder in folders]),
            autoescape=select_autoescape(enabled_extensions=("html",), default_for_string=True, default=False),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
        )
        self._always = {"app_name": options.app_name, "public_url": options.public_url}
        self._links = {
            MailKind.VERIFICATION: options.verify_email_url,
            MailKind.PASSWORD_RESET: options.reset_password_url,
        }

    def render(self, mail: Mail) -> RenderedMail:
        """Fill the templates of the mail's kind.

        Raises:
            JobError: a template cannot be filled, which may be corrected meanwhile, or the mail lacks its token.
        """
        values = self._always | {
            "kind": mail.kind.value,
            "recipient": mail.to,
            "link": self._link(mail),
            **{name: _shown(name, mail.values) for name in _VALUES},
        }
        try:
            subject = _one_line(self._fill(f"{mail.kind}.subject.txt", values))[:_LONGEST_SUBJECT]
            values |= {"subject": subject}
            return RenderedMail(
                subject, self._fill(f"{mail.kind}.txt", values), self._fill(f"{mail.kind}.html", values)
            )
        except (TemplateError, OSError, TypeError, ValueError, ArithmeticError, LookupError) as error:
            raise JobError(f"the template of {mail.kind} cannot be filled: {error}") from None

    def check(self) -> None:
        """Fill every template.

        Raises:
            JobError: one cannot be filled.
        """
        for kind in MailKind:
            self.render(Mail("ada@example.com", kind, dict.fromkeys((*_VALUES, "token"), "example")))

    def _fill(self, name: str, values: Mapping[str, str]) -> str:
        return self._environment.get_template(name).render(values)

    def _link(self, mail: Mail) -> str:
        link = self._links.get(mail.kind)
        if link is None:
            return ""
        token = mail.values.get("token", "")
        if not 0 < len(token) <= _LONGEST_TOKEN:
            raise JobError(f"a mail of kind {mail.kind} has no token", permanent=True)
        return link.replace("{token}", quote(token, safe=""))


def _shown(name: str, values: Mapping[str, str]) -> str:
    value = _one_line(values.get(name, ""))
    if name == "name" and (len(value) > _LONGEST_NAME or _LIKE_A_LINK.search(value)):
        return ""
    return value if len(value) <= _LONGEST_VALUE else f"{value[: _LONGEST_VALUE - 1]}…"


def _one_line(value: str) -> str:
    printable = "".join(character if character.isprintable() else " " for character in value)
    return _SPACES.sub(" ", printable).strip()
