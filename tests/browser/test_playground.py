"""The GraphiQL page in a real browser, against a real server."""

from __future__ import annotations

import asyncio
import uuid
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import asyncpg
import orjson
import pytest

from tests.browser.chromium import Page, opened_page, running_browser
from tests.graph.commands.process import KEY, running

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Generator
    from pathlib import Path

    from persistence.embedded import EmbeddedServer

PLANETS = """
CREATE TABLE planet (name text PRIMARY KEY, mass numeric, secret text);
COMMENT ON TABLE planet IS 'Goes round.';
COMMENT ON COLUMN planet.mass IS 'In earths.';
INSERT INTO planet VALUES ('Mercury', 0.055), ('Venus', 0.815);
"""
PERMISSION = """mutation Allow {
  setTablePermission(input: {
    table: "planet", role: "user", action: SELECT, columns: ["name", "mass"], filter: {name: {_eq: "X-User-Id"}}
  }) { columns }
}"""
HEADERS_EDITOR = ".graphiql-editor-tool .graphiql-editor:not(.hidden)"
RUN = ".graphiql-execute-button"
DOCS = "document.querySelector('.graphiql-doc-explorer')?.innerText"
ANSWER = "document.querySelector('.graphiql-response .view-lines')?.innerText.replaceAll('\\u00a0', ' ')"


async def make_database(server: str, name: str) -> str:
    connection = await asyncpg.connect(server)
    await connection.execute(f"CREATE DATABASE {name} TEMPLATE template0")
    await connection.close()
    url = urlsplit(server)._replace(path=f"/{name}").geturl()
    connection = await asyncpg.connect(url)
    await connection.execute(PLANETS)
    await connection.close()
    return url


async def drop_database(server: str, name: str) -> None:
    connection = await asyncpg.connect(server)
    await connection.execute(f"DROP DATABASE {name} WITH (FORCE)")
    await connection.close()


@pytest.fixture(scope="module")
def address(embedded_server: EmbeddedServer, tmp_path_factory: pytest.TempPathFactory) -> Generator[str]:
    """Where GraphiQL is, on a server of one table."""
    name = f"playground_{uuid.uuid4().hex}"
    with ThreadPoolExecutor(1) as aside:  # a loop of its own, which pytest's knows nothing of
        database = aside.submit(asyncio.run, make_database(embedded_server.url, name)).result()
        folder = tmp_path_factory.mktemp("server")
        with running("serve", "--port", "0", folder=folder, DATABASE_URL=database) as process:
            yield process.line("GraphiQL")
        aside.submit(asyncio.run, drop_database(embedded_server.url, name)).result()


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Generator[str]:
    with running_browser(tmp_path_factory.mktemp("browser")) as browser:
        yield browser


@pytest.fixture
async def page(browser: str, address: str) -> AsyncGenerator[Page]:
    async with opened_page(browser) as page:
        await page.call("Page.navigate", url=address)
        await page.wait_for("!!document.querySelector('.graphiql-query-editor .view-line')")
        yield page


async def write(page: Page, editor: str, text: str) -> None:
    """Put the text into one of the page's editors, past the brackets that typing would close by itself."""
    model = f"__MONACO.editor.getModels().find(model => model.uri.path.endsWith('{editor}'))"
    await page.wait_for(f"!!globalThis.__MONACO && !!{model}")
    await page.value(f"{model}.setValue({orjson.dumps(text).decode()})")


async def enter_key(page: Page, **headers: str) -> None:
    """Write the service key into the headers, and whom it acts for."""
    await write(page, "request-headers.json", orjson.dumps({"apikey": KEY, **headers}).decode())


async def open_docs(page: Page, *links: str) -> None:
    """Open the documentation, and follow the first link with each of these texts."""
    await page.click("button[aria-label='Show Documentation Explorer']")
    for text in links:
        link = f"[...document.querySelectorAll('.graphiql-doc-explorer a')].find(a => a.innerText == '{text}')"
        await page.wait_for(f"!!{link}")
        await page.value(f"{link}.click()")


async def run(page: Page, name: str, query: str) -> None:
    await write(page, "operation.graphql", query)
    await page.wait_for(f"document.querySelector('.graphiql-tab')?.innerText.includes('{name}')")
    await page.click(RUN)


async def test_the_page_loads_without_complaint_and_from_nowhere_else(page: Page, address: str, tmp_path: Path) -> None:
    await page.wait_for(f"{ANSWER}?.includes('API key')")
    await page.screenshot(tmp_path / "loaded.png")
    assert page.complaints == []
    hosts = {urlsplit(url).netloc for url in page.requested if not url.startswith(("data:", "blob:"))}
    assert hosts == {urlsplit(address).netloc}


async def test_the_headers_editor_waits_for_the_key(page: Page) -> None:
    shown = await page.wait_for(f"document.querySelector('{HEADERS_EDITOR} .view-lines')?.innerText")
    assert orjson.loads(shown.replace("\u00a0", " ")) == {"apikey": ""}


async def test_with_the_key_a_query_is_answered(page: Page, address: str, tmp_path: Path) -> None:
    await enter_key(page)
    await run(page, "Planets", "query Planets { planet(orderBy: {name: ASC}) { name } }")
    await page.wait_for(f"{ANSWER}?.includes('Mercury')")
    await page.screenshot(tmp_path / "answered.png")
    assert page.complaints == []
    hosts = {urlsplit(url).netloc for url in page.requested if not url.startswith(("data:", "blob:"))}
    assert hosts == {urlsplit(address).netloc}


async def test_the_query_that_is_there_at_first_is_answered(page: Page) -> None:
    await enter_key(page)
    await page.click(RUN)
    await page.wait_for(f"{ANSWER}?.includes('Goes round.')")


async def test_the_docs_show_the_schema(page: Page, tmp_path: Path) -> None:
    await enter_key(page)
    await open_docs(page, "Query")
    await page.wait_for(f"{DOCS}?.includes('planetByPk')")
    await page.screenshot(tmp_path / "docs.png")
    assert page.complaints == []


async def test_the_docs_describe_tables_and_columns(page: Page, tmp_path: Path) -> None:
    await enter_key(page)
    await open_docs(page, "Query", "Planet")
    shown = await page.wait_for(f"{DOCS}?.includes('In earths.') && {DOCS}")
    await page.screenshot(tmp_path / "described.png")
    assert "Goes round." in shown
    assert "secret: String" in shown
    assert page.complaints == []


async def test_another_role_in_the_headers_is_another_schema(page: Page, tmp_path: Path) -> None:
    await enter_key(page)
    await run(page, "Allow", PERMISSION)
    await page.wait_for(f"{ANSWER}?.includes('mass')")
    await open_docs(page, "Query", "Planet")
    await page.wait_for(f"{DOCS}?.includes('secret')")

    await enter_key(page, **{"x-role": "user", "x-user-id": "Venus"})
    await page.wait_for(f"{DOCS}?.includes('In earths.') && !{DOCS}.includes('secret')")
    await run(page, "Planets", "query Planets { planet { name mass } }")

    answered = await page.wait_for(f"{ANSWER}?.includes('Venus') && {ANSWER}")
    await page.screenshot(tmp_path / "permitted.png")
    assert orjson.loads(answered) == {"data": {"planet": [{"name": "Venus", "mass": 0.815}]}}
    assert page.complaints == []


async def test_a_token_does_instead_of_a_key(page: Page) -> None:
    await write(page, "request-headers.json", '{"authorization": "Bearer none-of-ours"}')
    await page.click(RUN)
    await page.wait_for(f"{ANSWER}?.includes('UNAUTHENTICATED')")


async def test_a_subscription_delivers(page: Page, tmp_path: Path) -> None:
    await enter_key(page)
    await run(page, "Changes", "subscription Changes { catalogChanged { version } }")
    await page.wait_for(f"{ANSWER}?.includes('catalogChanged')")
    await page.screenshot(tmp_path / "subscribed.png")
    assert page.complaints == []
    assert any(url.startswith("ws://") for url in page.requested)
