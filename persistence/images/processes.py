"""Makes images, each by a process of its own, a few at a time."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import tempfile
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, contextmanager
from functools import partial
from typing import IO, TYPE_CHECKING, Final

from loguru import logger

from domain.errors import InvalidInputError, PayloadTooLargeError, TimedOutError, UnavailableError
from domain.storage.errors import ObjectMissingError
from persistence.images.orders import DAMAGED, TOO_LARGE, Order

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Generator
    from pathlib import Path

    from domain.storage.images import ImageFormat, Transform
    from domain.storage.objects import ObjectStore

WAITING: Final = 32
"""Images that wait for their turn, for each that is being made."""
_IN_MEMORY: Final = 1 << 20
"""Bytes of a source from elsewhere that are not written to a temporary file; the process is given one in any case."""
_LONGEST_LINE: Final = 500
# No setting of ours, and no more than one thread: the number of processes is what says how much is done at once.
_ENVIRONMENT: Final = {"VIPS_CONCURRENCY": "1", "VIPS_BLOCK_UNTRUSTED": "1", "VIPS_DISC_THRESHOLD": "4g"}


@asynccontextmanager
async def open_image_processes(
    store: ObjectStore, *, workers: int, most_pixels: int, seconds: float
) -> AsyncGenerator[ImageProcesses]:
    """The maker for the block; at its end the processes that are at work are killed.

    Args:
        store: where sources are.
        workers: how many images are made at once.
        most_pixels: of a source, all its pages together.
        seconds: that one image may take.
    """
    processes = ImageProcesses(store, workers=workers, most_pixels=most_pixels, seconds=seconds)
    try:
        yield processes
    finally:
        processes.close()


class ImageProcesses:
    """The port `ImageMaker`."""

    def __init__(self, store: ObjectStore, *, workers: int, most_pixels: int, seconds: float) -> None:
        """As `open_image_processes`, which closes it."""
        self._store = store
        self._most_pixels = most_pixels
        self._seconds = seconds
        self._threads = ThreadPoolExecutor(workers, "images")
        self._turns = asyncio.Semaphore(workers)
        self._most = workers * (1 + WAITING)
        self._asked = 0
        self._running: set[subprocess.Popen[bytes]] = set()
        self._lock = threading.Lock()

    def close(self) -> None:
        """Kill what is at work, and make nothing any more."""
        self._threads.shutdown(wait=False, cancel_futures=True)
        with self._lock:
            for process in self._running:
                process.kill()

    async def make(self, source: str, transform: Transform, made: ImageFormat) -> bytes:
        """As the port."""
        if self._asked >= self._most:
            raise UnavailableError("Too many images are being made now; try again.")
        self._asked += 1
        try:
            async with self._turns:
                return await self._make(source, self._order(transform, made))
        finally:
            self._asked -= 1

    async def _make(self, source: str, order: str) -> bytes:
        run = asyncio.get_running_loop().run_in_executor
        path = await self._store.local_file(source)
        if path is not None:
            return await run(self._threads, partial(self._run_on, path, source, order))
        with tempfile.SpooledTemporaryFile(_IN_MEMORY) as copy:
            async with self._store.read(source) as pieces:
                async for piece in pieces:
                    await asyncio.to_thread(copy.write, piece)
            await asyncio.to_thread(copy.seek, 0)
            return await run(self._threads, partial(self._run, copy, order))

    def _order(self, transform: Transform, made: ImageFormat) -> str:
        order = Order(
            width=transform.width,
            height=transform.height,
            fit=transform.fit.value,
            format=made.value,
            quality=transform.quality,
            most_pixels=self._most_pixels,
            seconds=max(1, round(self._seconds)),
        )
        return json.dumps(vars(order))

    def _run_on(self, path: Path, source: str, order: str) -> bytes:
        try:
            with path.open("rb") as file:
                return self._run(file, order)
        except FileNotFoundError:
            raise ObjectMissingError(source) from None

    def _run(self, file: IO[bytes], order: str) -> bytes:
        with self._process(file, order) as process:
            try:
                made, told = process.communicate(timeout=self._seconds)
            except subprocess.TimeoutExpired:
                raise TimedOutError("The image took too long to be made.") from None
        match process.returncode:
            case 0:
                return made
            case code if code == TOO_LARGE:
                raise PayloadTooLargeError(f"Images are made of at most {self._most_pixels} pixels.")
            case code if code == DAMAGED:
                raise InvalidInputError("The file is no image that others can be made of, or a damaged one.")
            case code:
                reason = told.decode(errors="replace").strip()[-_LONGEST_LINE:]
                logger.warning("An image could not be made; its process ended with {}: {}", code, reason)
                raise InvalidInputError("No image could be made of the file.")

    @contextmanager
    def _process(self, file: IO[bytes], order: str) -> Generator[subprocess.Popen[bytes]]:
        command = [sys.executable, "-I", "-m", "persistence.images.making", order]
        environment = {**_ENVIRONMENT, "PATH": os.defpath}
        process = subprocess.Popen(  # noqa: S603 - our own program, with numbers and words of our own
            command, stdin=file, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment
        )
        with self._lock:
            self._running.add(process)
        try:
            yield process
        finally:
            with self._lock:
                self._running.discard(process)
            process.kill()
            process.communicate()
