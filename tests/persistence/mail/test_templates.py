from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from domain.mail import Mail, MailKind
from persistence.jobs.registry import JobError
from persistence.mail.options import MailOptions
from persistence.mail.templates import MailTemplates

if TYPE_CHECKING:
    from pathlib import Path

OPTIONS = MailOptions(
    sender="Shop <no-reply@shop.example>",
    app_name="Shop",
    public_url="https://api.shop.example",
    verify_email_url="https://shop.example/verify?token={token}",
    reset_password_url="shop://reset/{token}",
)
TOKEN = "a-token_of.the~tests"
VALUES = {"name": "Ada", "device": "Firefox on Linux", "address": "192.0.2.7", "at": "2026-11-20 21:00 UTC"}
TO = "ada@example.com"


@pytest.fixture
def templates() -> MailTemplates:
    return MailTemplates(OPTIONS)


@pytest.mark.parametrize("kind", list(MailKind))
def test_every_kind_has_a_subject_a_text_and_html(templates: MailTemplates, kind: MailKind) -> None:
    mail = templates.render(Mail(TO, kind, {**VALUES, "token": TOKEN, "email": "new@example.com"}))
    assert "Shop" in mail.subject
    assert "\n" not in mail.subject
    assert mail.text.startswith("Hello Ada,\n\n")
    assert mail.html.startswith("<!doctype html>")
    assert all("{{" not in part and "{%" not in part for part in (mail.subject, mail.text, mail.html))


@pytest.mark.parametrize("kind", list(MailKind))
def test_every_kind_does_without_what_is_not_known(templates: MailTemplates, kind: MailKind) -> None:
    mail = templates.render(Mail(TO, kind, {"token": TOKEN}))
    assert mail.text.startswith("Hello,\n")
    assert "Device" not in mail.text + mail.html


@pytest.mark.parametrize(
    ("kind", "link"),
    [
        (MailKind.VERIFICATION, f"https://shop.example/verify?token={TOKEN}"),
        (MailKind.PASSWORD_RESET, f"shop://reset/{TOKEN}"),
    ],
)
def test_the_link_has_the_token(templates: MailTemplates, kind: MailKind, link: str) -> None:
    mail = templates.render(Mail(TO, kind, {"token": TOKEN}))
    assert f"\n{link}\n" in mail.text
    assert f'href="{link}"' in mail.html
    assert TOKEN not in mail.subject


def test_a_token_cannot_change_its_link(templates: MailTemplates) -> None:
    mail = templates.render(Mail(TO, MailKind.VERIFICATION, {"token": "a/b&c=d e\r\n<"}))
    assert "?token=a%2Fb%26c%3Dd%20e%0D%0A%3C\n" in mail.text


@pytest.mark.parametrize("values", [{}, {"token": ""}, {"token": "x" * 2001}])
def test_a_mail_without_its_token_is_refused_for_good(templates: MailTemplates, values: dict[str, str]) -> None:
    with pytest.raises(JobError, match="has no token") as refusal:
        templates.render(Mail(TO, MailKind.PASSWORD_RESET, values))
    assert refusal.value.permanent


def test_values_are_escaped_in_html_and_not_in_text(templates: MailTemplates) -> None:
    mail = templates.render(Mail(TO, MailKind.NEW_SIGN_IN, {"device": '<img src="x"> & co'}))
    assert "&lt;img src=&#34;x&#34;&gt; &amp; co" in mail.html
    assert '<img src="x"> & co' in mail.text


@pytest.mark.parametrize(
    "name",
    [
        "Win at https://evil.example now",
        "visit evil.example",
        "www.evil.example",
        "me@evil.example",
        "//evil",
        "A" * 81,
    ],
)
def test_a_name_that_could_be_a_link_is_left_out(templates: MailTemplates, name: str) -> None:
    mail = templates.render(Mail(TO, MailKind.VERIFICATION, {"token": TOKEN, "name": name}))
    assert mail.text.startswith("Hello,\n")
    assert name not in mail.html


@pytest.mark.parametrize("name", ["J. R. R. Tolkien", "J.R.R. Tolkien", "Zoë O'Neil", "李小龍", "Dr. Ada"])
def test_an_ordinary_name_is_shown(templates: MailTemplates, name: str) -> None:
    mail = templates.render(Mail(TO, MailKind.VERIFICATION, {"token": TOKEN, "name": name}))
    assert mail.text.startswith(f"Hello {name},\n")


def test_line_breaks_in_values_become_spaces(templates: MailTemplates) -> None:
    mail = templates.render(Mail(TO, MailKind.NEW_SIGN_IN, {"device": "a\r\nb\x00c\u2028d"}))
    assert "Device: a b c d\n" in mail.text


def test_long_values_are_cut(templates: MailTemplates) -> None:
    mail = templates.render(Mail(TO, MailKind.NEW_SIGN_IN, {"device": "x" * 10_000}))
    assert f"Device: {'x' * 199}…\n" in mail.text


def test_templates_of_ones_own_beat_the_built_in_ones(tmp_path: Path) -> None:
    (tmp_path / "verification.subject.txt").write_text("Willkommen bei\n{{ app_name }}\n")
    (tmp_path / "layout.txt").write_text("Hallo {{ name }}!\n{% block body %}{% endblock %}")
    mail = MailTemplates(replace(OPTIONS, templates=tmp_path)).render(
        Mail(TO, MailKind.VERIFICATION, {"token": TOKEN, "name": "Ada"})
    )
    assert mail.subject == "Willkommen bei Shop"
    assert mail.text.startswith("Hallo Ada!\n")
    assert mail.html.startswith("<!doctype html>")


@pytest.mark.parametrize("template", ["{{ nothing }}", "{% block %}", "{{ 1 // 0 }}"])
def test_a_template_that_cannot_be_filled_is_told_and_may_be_corrected(tmp_path: Path, template: str) -> None:
    (tmp_path / "verification.html").write_text(template)
    with pytest.raises(JobError, match="the template of verification cannot be filled") as refusal:
        MailTemplates(replace(OPTIONS, templates=tmp_path)).check()
    assert not refusal.value.permanent


def test_the_built_in_templates_can_be_filled(templates: MailTemplates) -> None:
    templates.check()
