from __future__ import annotations

import pytest

from persistence.jobs.registry import JobError
from persistence.mail.message import make_message
from persistence.mail.templates import RenderedMail

MAIL = RenderedMail("Grüße", "Text — ä\n", "<p>HTML — ä</p>\n")
SENDER = "Shop <no-reply@shop.example>"


def test_a_message_has_its_headers_and_both_parts() -> None:
    message = make_message(MAIL, sender=SENDER, to="ada@example.com", identifier="1")
    assert message["From"] == SENDER
    assert message["To"] == "ada@example.com"
    assert message["Subject"] == "Grüße"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message.get_content_type() == "multipart/alternative"
    assert [part.get_content().strip() for part in message.iter_parts()] == ["Text — ä", "<p>HTML — ä</p>"]
    assert message.as_bytes().isascii()


def test_the_message_id_is_the_same_for_each_attempt_and_another_for_each_mail() -> None:
    identifiers = [make_message(MAIL, sender=SENDER, to="a@b.example", identifier=each)["Message-ID"] for each in "112"]
    assert identifiers[0] == identifiers[1] != identifiers[2]
    assert str(identifiers[0]).endswith("@shop.example>")


@pytest.mark.parametrize(
    "to",
    ["", "ada", "@example.com", "ada@", "ada@example.com\r\nBcc: eve@example.com", "a@b, c@d", "Ada <ada@example.com>"],
)
def test_what_is_no_single_address_is_refused_for_good(to: str) -> None:
    with pytest.raises(JobError) as refusal:
        make_message(MAIL, sender=SENDER, to=to, identifier="1")
    assert refusal.value.permanent


def test_no_header_can_be_smuggled_in_by_a_subject() -> None:
    mail = RenderedMail("Hello\r\nBcc: eve@example.com", "", "")
    with pytest.raises(JobError):
        make_message(mail, sender=SENDER, to="ada@example.com", identifier="1")


def test_a_domain_with_other_letters_is_sent_in_its_ascii_form() -> None:
    message = make_message(MAIL, sender=SENDER, to="ada@bücher.example", identifier="1")
    assert message["To"] == "ada@xn--bcher-kva.example"
