"""The pages behind links, in a real browser against a real server: set-up, and those of mails."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import asyncpg
import pytest

from domain.identifiers import digest, new_id
from tests.browser.chromium import Page, opened_page, running_browser
from tests.graph.commands.process import running

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Generator
    from pathlib import Path

    from tests.graph.commands.process import Process

PASSWORD = "correct horse battery"
TOLD = "document.querySelector('[role=status]')?.textContent"
READY = "!!document.querySelector('form button:not(:disabled)')"
ADD_USER = "INSERT INTO selfgraph.users (id, email) VALUES ($1, 'ann@x.test')"
ADD_TOKEN = """
INSERT INTO selfgraph.one_time_tokens (token_hash, purpose, user_id, data, expires_at)
VALUES ($1, $2, $3, '{"email": "ann@x.test"}', now() + interval '1 hour')
"""


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Generator[str]:
    with running_browser(tmp_path_factory.mktemp("browser")) as browser:
        yield browser


@pytest.fixture
async def page(browser: str) -> AsyncGenerator[Page]:
    async with opened_page(browser) as page:
        yield page


@pytest.fixture
def server(migrated_database: str, tmp_path: Path) -> Generator[Process]:
    with running("serve", "--port", "0", folder=tmp_path, DATABASE_URL=migrated_database) as process:
        yield process


async def submit(page: Page, **values: str) -> None:
    """Fill the form in by its labels' fields and send it."""
    await page.wait_for(READY)
    for name, value in values.items():
        await page.value(f"document.querySelector('label[for={name}]').control.value = {json.dumps(value)}")
    await page.click("form button")


async def told(page: Page, words: str) -> None:
    """Wait until the page tells these words."""
    await page.wait_for(f"{TOLD}?.includes({json.dumps(words)})")


async def link(database: str, purpose: str) -> str:
    """The secret of a link for a new user."""
    connection = await asyncpg.connect(database)
    user_id = new_id()
    await connection.execute(ADD_USER, user_id)
    await connection.execute(ADD_TOKEN, digest(purpose), purpose, user_id)
    await connection.close()
    return purpose


async def value(database: str, query: str) -> object:
    connection = await asyncpg.connect(database)
    try:
        return await connection.fetchval(query)
    finally:
        await connection.close()


async def test_the_link_of_the_start_makes_the_first_superadmin_once(
    page: Page, server: Process, migrated_database: str
) -> None:
    address = await asyncio.to_thread(server.line, "Set up")

    await page.call("Page.navigate", url=address)
    await submit(page, email="root@x.test", name="Root", password="password")
    await told(page, "everybody tries first")
    assert await page.value("location.href") == address.partition("#")[0]
    await submit(page, email="root@x.test", name="Root", password=PASSWORD)
    await told(page, "You are the superadmin")

    assert await value(
        migrated_database, "SELECT string_agg(email, ',') FROM selfgraph.users WHERE role = 'superadmin'"
    ) == ("root@x.test")
    await page.call("Page.navigate", url="about:blank")
    await page.call("Page.navigate", url=address)
    await submit(page, email="again@x.test", password=PASSWORD)
    await told(page, "not valid")
    assert await value(migrated_database, "SELECT count(*) FROM selfgraph.users") == 1
    token = address.partition("token=")[2]
    assert not [url for url in page.requested if token in url.partition("#")[0]]
    assert page.complaints == []


async def test_a_link_of_a_mail_confirms_an_address_when_asked(
    page: Page, server: Process, migrated_database: str
) -> None:
    address = await asyncio.to_thread(server.line, "Health")
    secret = await link(migrated_database, "verify_email")
    verified = "SELECT email_verified_at IS NOT NULL FROM selfgraph.users"

    await page.call("Page.navigate", url=address.replace("healthz", f"account/verify#token={secret}"))
    await page.wait_for(READY)
    assert await value(migrated_database, verified) is False
    await submit(page)
    await told(page, "confirmed")

    assert await value(migrated_database, verified) is True
    assert page.complaints == []


async def test_a_link_of_a_mail_sets_a_password(page: Page, server: Process, migrated_database: str) -> None:
    address = await asyncio.to_thread(server.line, "Health")
    secret = await link(migrated_database, "reset_password")

    await page.call("Page.navigate", url=address.replace("healthz", f"account/reset#token={secret}"))
    await submit(page, password="short")
    await told(page, "8 characters")
    await submit(page, password=PASSWORD)
    await told(page, "Your password is set")

    assert await value(migrated_database, "SELECT password_hash LIKE '$argon2id$%' FROM selfgraph.users") is True
    assert page.complaints == []


@pytest.mark.parametrize("path", ["setup", "account/verify", "account/reset"])
async def test_a_page_without_a_token_says_so_and_asks_nobody_else(page: Page, server: Process, path: str) -> None:
    address = await asyncio.to_thread(server.line, "Health")

    await page.call("Page.navigate", url=address.replace("healthz", path))
    await told(page, "incomplete")

    assert await page.value("document.querySelector('form').hidden") is True
    assert {urlsplit(url).netloc for url in page.requested if url.startswith("http")} == {urlsplit(address).netloc}
    assert page.complaints == []
