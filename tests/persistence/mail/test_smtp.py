from __future__ import annotations

import socket
from typing import TYPE_CHECKING, Any

import pytest

from persistence.jobs.registry import JobError
from persistence.mail import smtp
from persistence.mail.message import make_message
from persistence.mail.options import SmtpOptions
from persistence.mail.smtp import SmtpTransport
from persistence.mail.templates import RenderedMail
from tests.certificates import Authority, make_authority
from tests.mail import Mailbox, html_of, mail_server, text_of

if TYPE_CHECKING:
    from pathlib import Path

TO = "ada@example.com"
MAIL = RenderedMail("Grüße", "Text — ä\n", "<p>HTML — ä</p>\n")
LOGIN = ("shop", "a password: ä")


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return make_authority(tmp_path_factory.mktemp("authority"))


async def send(port: int, to: str = TO, **options: Any) -> None:
    transport = SmtpTransport(SmtpOptions("127.0.0.1", port, **{"tls": "none", **options}))
    await transport.send(make_message(MAIL, sender="Shop <no-reply@shop.example>", to=to, identifier="1"))


async def refused(port: int, **options: Any) -> JobError:
    with pytest.raises(JobError) as refusal:
        await send(port, **options)
    return refusal.value


async def test_a_message_arrives_as_it_was_written(mailbox: Mailbox) -> None:
    await send(mailbox.port)
    message = await mailbox.message_to(TO)
    assert message["Subject"] == "Grüße"
    assert message["X-MailFrom"] == "no-reply@shop.example"
    assert (text_of(message).strip(), html_of(message).strip()) == ("Text — ä", "<p>HTML — ä</p>")


async def test_an_address_with_other_letters_arrives(mailbox: Mailbox) -> None:
    await send(mailbox.port, to="zoë@example.com")
    assert (await mailbox.message_to("zoë@example.com"))["Subject"] == "Grüße"


async def test_starttls_with_an_authority_of_ones_own(authority: Authority) -> None:
    with mail_server(Mailbox(), starttls=authority.server) as served:
        await send(served.port, tls="starttls", root_cert=authority.certificate)
        assert served.received == 1


async def test_tls_from_the_first_byte(authority: Authority) -> None:
    with mail_server(Mailbox(), tls=authority.server) as served:
        await send(served.port, tls="tls", root_cert=authority.certificate)
        assert served.received == 1


async def test_a_certificate_of_nobody_known_is_refused(authority: Authority) -> None:
    with mail_server(Mailbox(), starttls=authority.server) as served:
        refusal = await refused(served.port, tls="starttls")
        assert (served.attempts, refusal.permanent) == (0, False)
        assert "certificate" in str(refusal).lower()


async def test_a_certificate_for_another_server_is_refused(tmp_path: Path) -> None:
    other = make_authority(tmp_path, "192.0.2.1")
    with mail_server(Mailbox(), tls=other.server) as served:
        refusal = await refused(served.port, tls="tls", root_cert=other.certificate)
        assert (served.attempts, refusal.permanent) == (0, False)


async def test_nothing_is_sent_in_the_clear_where_starttls_is_asked_for(mailbox: Mailbox) -> None:
    refusal = await refused(mailbox.port, tls="starttls")
    assert (mailbox.attempts, refusal.permanent) == (0, False)
    assert "STARTTLS" in str(refusal)


async def test_a_login_is_made(authority: Authority) -> None:
    with mail_server(Mailbox(), starttls=authority.server, login=LOGIN) as served:
        root = authority.certificate
        await send(served.port, tls="starttls", root_cert=root, username=LOGIN[0], password=LOGIN[1])
        assert served.received == 1


async def test_a_wrong_password_is_told_without_it_and_may_be_corrected(authority: Authority) -> None:
    with mail_server(Mailbox(), starttls=authority.server, login=LOGIN) as served:
        root = authority.certificate
        refusal = await refused(
            served.port, tls="starttls", root_cert=root, username=LOGIN[0], password="a wrong password"
        )
    assert not refusal.permanent
    assert "SMTP_USERNAME and SMTP_PASSWORD" in str(refusal)
    assert "a wrong password" not in str(refusal)


@pytest.mark.parametrize(("answer", "permanent"), [("550 5.1.1 <ada@example.com> unknown", True), ("450 Later", False)])
async def test_a_refused_recipient(mailbox: Mailbox, answer: str, *, permanent: bool) -> None:
    mailbox.recipient_answers = [answer]
    refusal = await refused(mailbox.port)
    assert refusal.permanent == permanent
    assert answer[:3] in str(refusal)
    assert TO not in str(refusal)


@pytest.mark.parametrize(("answer", "permanent"), [("554 No", True), ("451 Later", False)])
async def test_a_refused_message(mailbox: Mailbox, answer: str, *, permanent: bool) -> None:
    mailbox.content_answers = [answer]
    assert (await refused(mailbox.port)).permanent == permanent


async def test_a_server_that_is_not_there_may_come() -> None:
    with socket.create_server(("127.0.0.1", 0)) as unused:
        port = unused.getsockname()[1]
    assert not (await refused(port)).permanent


async def test_a_server_that_never_answers_is_given_up() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        refusal = await refused(silent.getsockname()[1], timeout=0.2)
    assert (refusal.permanent, "in time" in str(refusal) or "timed out" in str(refusal).lower()) == (False, True)


async def test_a_missing_authority_may_be_put_there(mailbox: Mailbox, tmp_path: Path) -> None:
    refusal = await refused(mailbox.port, tls="tls", root_cert=tmp_path / "absent.pem")
    assert not refusal.permanent


async def test_a_message_that_was_taken_counts_as_sent_whatever_comes_then(
    mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(smtp, "_GOODBYE_SECONDS", 0.1)
    mailbox.deaf_to_goodbyes = True
    await send(mailbox.port)
    assert mailbox.received == 1
