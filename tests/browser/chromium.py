"""A headless Chromium driven over the DevTools protocol."""

from __future__ import annotations

import asyncio
import base64
import os
import queue
import shutil
import subprocess
import threading
from contextlib import asynccontextmanager, contextmanager
from itertools import count
from typing import TYPE_CHECKING, Any

import orjson
import pytest
from websockets.asyncio.client import ClientConnection, connect

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Generator
    from pathlib import Path

PATIENCE = 60.0
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--window-size=1280,900",
    "--remote-debugging-port=0",
]


class Page:
    """One tab: what it ran into and asked for is collected while it is used."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket
        self._answers: dict[int, asyncio.Future[dict[str, Any]]] = {}
        self._numbers = count(1)
        self._session: dict[str, str] = {}
        self.complaints: list[str] = []
        self.requested: list[str] = []

    async def listen(self) -> None:
        """Read what the browser says until it hangs up."""
        async for text in self._socket:
            message = orjson.loads(text)
            if "id" in message:
                self._answers.pop(message["id"]).set_result(message)
            else:
                self._note(message["method"], message["params"])

    async def attach(self) -> None:
        """Open a tab that shares nothing with others, and listen to what happens there."""
        context = await self.call("Target.createBrowserContext", disposeOnDetach=True)
        target = await self.call("Target.createTarget", url="about:blank", browserContextId=context["browserContextId"])
        attached = await self.call("Target.attachToTarget", targetId=target["targetId"], flatten=True)
        self._session = {"sessionId": attached["sessionId"]}
        for domain in ("Page", "Runtime", "Log", "Network"):
            await self.call(f"{domain}.enable")

    async def call(self, method: str, **parameters: Any) -> dict[str, Any]:
        """Call a method of the protocol and wait for its answer."""
        number = next(self._numbers)
        answer = self._answers[number] = asyncio.get_running_loop().create_future()
        call = {"id": number, "method": method, "params": parameters, **self._session}
        await self._socket.send(orjson.dumps(call).decode())
        message = await asyncio.wait_for(answer, PATIENCE)
        assert "error" not in message, message
        result: dict[str, Any] = message["result"]
        return result

    async def value(self, expression: str) -> Any:
        """The value of a JavaScript expression; a promise is waited for."""
        answer = await self.call("Runtime.evaluate", expression=expression, awaitPromise=True, returnByValue=True)
        assert "exceptionDetails" not in answer, answer
        return answer["result"].get("value")

    async def wait_for(self, condition: str) -> Any:
        """Wait in the page, at each change of it, until a JavaScript expression is truthy; gives its value."""
        script = f"""new Promise((resolve, reject) => {{
            const look = () => {{
                const found = {condition};
                if (found) {{ watcher.disconnect(); clearTimeout(end); resolve(found); }}
                return found;
            }};
            const watcher = new MutationObserver(look);
            const all = {{ subtree: true, childList: true, characterData: true, attributes: true }};
            const end = setTimeout(() => {{
                watcher.disconnect();
                reject(new Error({orjson.dumps(condition).decode()} + ' within:\\n' + document.body.innerText));
            }}, {PATIENCE * 1000 / 2});
            watcher.observe(document, all);
            look();
        }})"""
        return await self.value(script)

    async def click(self, selector: str) -> None:
        quoted = orjson.dumps(selector).decode()
        await self.wait_for(f"!!document.querySelector({quoted})")
        await self.value(f"document.querySelector({quoted}).click()")

    async def screenshot(self, file: Path) -> None:
        """Write a PNG of the window."""
        picture = await self.call("Page.captureScreenshot", format="png")
        await asyncio.to_thread(file.write_bytes, base64.b64decode(picture["data"]))

    def _note(self, method: str, parameters: dict[str, Any]) -> None:
        match method:
            case "Network.requestWillBeSent":
                self.requested.append(parameters["request"]["url"])
            case "Network.webSocketCreated":
                self.requested.append(parameters["url"])
            case "Runtime.exceptionThrown":
                self.complaints.append(str(parameters["exceptionDetails"]))
            case "Runtime.consoleAPICalled" if parameters["type"] in {"error", "warning", "assert"}:
                self.complaints.append(str(parameters["args"]))
            case "Log.entryAdded" if parameters["entry"]["level"] in {"error", "warning"}:
                self.complaints.append(str(parameters["entry"]))
            case _:
                pass


def executable() -> str:
    """The browser; without one the test is skipped, in CI it fails."""
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if found is None and os.environ.get("CI") == "true":
        pytest.fail("chromium is not installed")
    if found is None:
        pytest.skip("chromium is not installed")
    return found


@contextmanager
def running_browser(folder: Path) -> Generator[str]:
    """Run a browser whose profile is in `folder`; gives the address at which it is driven."""
    command = [executable(), *FLAGS, f"--user-data-dir={folder}", "about:blank"]
    environment = {**os.environ, "HOME": str(folder), "TMPDIR": str(folder)}
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, env=environment)
    addresses: queue.Queue[str] = queue.Queue()
    reading = threading.Thread(target=_read, args=(process, addresses))
    reading.start()
    try:
        yield addresses.get(timeout=PATIENCE)
    finally:
        process.terminate()
        process.wait(PATIENCE)
        reading.join(PATIENCE)


@asynccontextmanager
async def opened_page(browser: str) -> AsyncGenerator[Page]:
    """A new tab, closed after the block."""
    async with connect(browser, max_size=None, open_timeout=PATIENCE, proxy=None) as socket:
        page = Page(socket)
        listening = asyncio.create_task(page.listen())
        await page.attach()
        yield page
        listening.cancel()
        await asyncio.wait([listening])


def _read(process: subprocess.Popen[str], addresses: queue.Queue[str]) -> None:
    assert process.stderr is not None
    with process.stderr as errors:
        for line in errors:
            if line.startswith("DevTools listening on "):
                addresses.put(line.removeprefix("DevTools listening on ").strip())
