"""The code of docs/openid-connect.md signs a user in: it runs in Node, against a real server and a real provider."""

from __future__ import annotations

import json
import subprocess
from typing import TYPE_CHECKING

from tests.clients.conftest import node_and_npm
from tests.docs.pages import blocks
from tests.lives.processes import serving
from tests.openid import openid_server

if TYPE_CHECKING:
    from pathlib import Path

    from tests.mail import Mailbox

PATIENCE = 60

# What a browser has and Node has not: a storage, the address bar, and addresses without a host.
BROWSER = """
const [, , graphql, page] = process.argv;
const kept = new Map();
globalThis.sessionStorage = {
  setItem: (name, value) => kept.set(name, value),
  getItem: (name) => kept.get(name) ?? null,
  removeItem: (name) => kept.delete(name),
};
globalThis.history = { replaceState() { location.search = ""; } };
globalThis.location = { origin: page, search: "", pathname: "/signed-in", assign(address) { this.going = address; } };
const overNetwork = globalThis.fetch;
globalThis.fetch = (address, options) => overNetwork(new URL(address, graphql), options);
const { signIn, signedIn } = await import("./app.mjs");

await signIn("local");
const response = await overNetwork(location.going, { redirect: "manual" });
const back = new URL(response.headers.get("location"));
location.search = back.search;
const result = await signedIn();
location.search = back.search;
const again = await signedIn().then(() => "signed in", (error) => error.message);
console.log(JSON.stringify({ result, again, left: kept.size }));
"""


def test_the_code_of_the_page_signs_a_user_in(tmp_path: Path, migrated_database: str, mailbox: Mailbox) -> None:
    node, _ = node_and_npm()
    (app,) = (text for language, text in blocks("docs/openid-connect.md") if language == "js")
    (tmp_path / "app.mjs").write_text(app)
    (tmp_path / "browser.mjs").write_text(BROWSER)
    page = "http://localhost:3000"

    with openid_server() as provider:
        settings = {
            "OPENID_PROVIDERS": json.dumps([provider.setting()]),
            "OPENID_REDIRECT_URIS": f"{page}/signed-in",
        }
        with serving(tmp_path, migrated_database, mailbox, **settings) as server:
            done = subprocess.run(
                [*node, str(tmp_path / "browser.mjs"), server.url, page],
                capture_output=True,
                text=True,
                check=False,
                timeout=PATIENCE,
            )

    assert done.returncode == 0, done.stderr
    printed = json.loads(done.stdout)
    assert printed["result"]["__typename"] == "SignedIn"
    assert printed["result"]["accessToken"]
    assert printed["again"] == "The sign-in was cancelled, or begun elsewhere."
    assert printed["left"] == 0
