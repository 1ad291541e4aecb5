"""What files cost: downloads and uploads beside nginx, with the same bytes in the same run, in turns."""

from __future__ import annotations

import asyncio
import secrets
import subprocess
import sys
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final

import httpx

from bench import contenders
from bench.database import data_folder, embedded_database
from bench.failure import BenchError
from bench.file_list import fill, first_pages
from bench.files import BUCKET, LARGE, SECRET, SMALL, make_files
from bench.load import Load, Target, middle
from bench.memory import Growth
from bench.nginx import find_nginx, nginx
from bench.wrk import find_wrk

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from bench.contenders import Contender
    from bench.load import Measurement

SELFGRAPH: Final = "selfgraph"
NGINX: Final = "nginx"
PATIENCE: Final = 120
MEBIBYTE: Final = 1024**2
GET: Final = Path(__file__).with_name("get.lua")
SERVER: Final = {"SECRET_KEY": SECRET}
UPLOAD: Final = """mutation ($bucket: String!, $path: String!, $size: bigint!) {
  createUpload(input: {bucket: $bucket, path: $path, size: $size}) { url headers { name value } }
}"""


@dataclass(frozen=True, slots=True)
class Site:
    """A server with the files.

    Attributes:
        url: where it is.
        paths: those of the files, that of the large one first.
        place: gives the address that the next upload is to go to.
    """

    url: str
    paths: Sequence[str]
    place: Callable[[], str]


@dataclass(frozen=True, slots=True)
class Storage:
    """MiB a second of the large file, down and up, and requests for small ones, by server.

    Attributes:
        growth: the most MiB that selfgraph's memory was above what it was before, while it sent the large file.
        upload_growth: the same, while it took it.
        pages: milliseconds until the first 100 files of a folder of a million are answered, by their order.
    """

    large: dict[str, float]
    small: dict[str, Measurement]
    growth: float
    uploads: dict[str, float]
    upload_growth: float
    pages: Mapping[str, float]

    def table(self) -> str:
        """The figures as a Markdown table."""
        requests = {name: one.rps for name, one in self.small.items()}
        latencies = [f"{one.p50_ms:.1f} / {one.p99_ms:.1f}" for one in self.small.values()]
        return "\n".join([
            f"| files | {' | '.join(self.large)} | ratio |",
            f"|---|{'---:|' * len(self.large)}---:|",
            _row(f"download of {LARGE >> 30} GiB, MiB/s", self.large),
            _row(f"signed downloads of {SMALL} bytes a second", requests),
            f"| p50 / p99 of these, ms | {' | '.join(latencies)} | |",
            _row(f"upload of {LARGE >> 30} GiB, MiB/s", self.uploads),
            f"| most memory above that before a download, MiB | {self.growth:.1f} |{' |' * len(self.large)}",
            f"| most memory above that before an upload, MiB | {self.upload_growth:.1f} |{' |' * len(self.large)}",
            *(
                f"| first 100 of a million files by {order}, ms | {each:.2f} |{' |' * len(self.large)}"
                for order, each in self.pages.items()
            ),
        ])  # fmt: skip


def measure_storage(seconds: int, rounds: int, connections: int, work: Path) -> Storage:
    """Measure on a server of its own.

    Raises:
        BenchError: a server does not start, or a request fails.
    """
    command, environment = find_wrk(work)
    load = Load(command, environment, connections, GET)
    with ExitStack() as stack:
        data_dir = stack.enter_context(data_folder())
        server = stack.enter_context(contenders.selfgraph(data_dir, **SERVER))
        database = stack.enter_context(embedded_database(data_dir))
        folder = data_dir.parent / NGINX
        (folder / "files").mkdir(parents=True)
        ours, theirs = asyncio.run(make_files(database, data_dir / "objects", folder / "files"))
        url = server.url.removesuffix("/graphql")
        sites = {SELFGRAPH: Site(url, ours, lambda: url + _upload_address(server))}
        if found := find_nginx():
            other = stack.enter_context(nginx(found, folder))
            sites[NGINX] = Site(other, theirs, lambda: f"{other}/uploaded.bin")
        else:
            print("bench: nginx is skipped: it is not installed (apt-get install nginx)", file=sys.stderr)
        with Growth(server.process.pid) as growth:
            large = _large(sites, rounds, lambda site: _download(site.url + site.paths[0]))
        small = _small(sites, load, seconds, rounds)
        source = folder / "files" / "0.bin"
        with Growth(server.process.pid) as upload_growth:
            uploads = _large(sites, rounds, lambda site: _upload(site.place(), source))
        asyncio.run(fill(database))
        pages = first_pages(server)
        return Storage(large, small, growth.mebibytes, uploads, upload_growth.mebibytes, pages)


def _large(sites: dict[str, Site], rounds: int, transfer: Callable[[Site], float]) -> dict[str, float]:
    found: dict[str, list[float]] = {name: [] for name in sites}
    for _ in range(rounds + 1):
        for name, site in sites.items():
            found[name].append(transfer(site))
    return {name: median(each[1:]) for name, each in found.items()}  # the first one read it from the disk


def _upload_address(server: Contender) -> str:
    variables = {"bucket": BUCKET, "path": f"{secrets.token_hex(8)}.bin", "size": LARGE}
    answer = httpx.post(server.url, json={"query": UPLOAD, "variables": variables}, headers=server.headers)
    address: str = answer.json()["data"]["createUpload"]["url"]
    return address


def _small(sites: dict[str, Site], load: Load, seconds: int, rounds: int) -> dict[str, Measurement]:
    found: dict[str, list[Measurement]] = {name: [] for name in sites}
    with TemporaryDirectory() as folder:
        targets: dict[str, Target] = {}
        for name, site in sites.items():
            paths = Path(folder) / name
            paths.write_text("\n".join(site.paths[1:]) + "\n")
            targets[name] = Target(site.url, {}, paths, SMALL)
            load.measure(targets[name], max(1, seconds // 2))
        for _ in range(rounds):
            for name, target in targets.items():
                found[name].append(load.measure(target, seconds))
    return {name: middle(each) for name, each in found.items()}


def _download(url: str) -> float:
    """MiB a second of a download by curl, which throws the bytes away."""
    status, size, speed = _curl("download", url)
    if (status, size) != ("200", str(LARGE)):
        raise BenchError(f"a large file was not sent: {url.partition('?')[0]} {status}, {size} bytes")
    return float(speed) / MEBIBYTE


def _upload(url: str, source: Path) -> float:
    """MiB a second of an upload by curl."""
    status, size, speed = _curl("upload", "-H", "content-type: application/octet-stream", "-T", str(source), url)
    if status[:1] != "2" or size != str(LARGE):
        raise BenchError(f"a large file was not taken: {url.partition('?')[0]} {status}, {size} bytes")
    return float(speed) / MEBIBYTE


def _curl(way: str, *arguments: str) -> list[str]:
    told = f"%{{http_code}} %{{size_{way}}} %{{speed_{way}}}"
    command = ["curl", "-s", "-o", "/dev/null", "-w", told, "--max-time", str(PATIENCE), *arguments]
    run = subprocess.run(command, capture_output=True, check=False, text=True)
    return run.stdout.split() if run.returncode == 0 else ["000", "0", "0"]


def _row(name: str, figures: dict[str, float]) -> str:
    shown = " | ".join(f"{each:,.0f}" for each in figures.values())
    ratio = f"{figures[SELFGRAPH] / figures[NGINX]:.2f}" if NGINX in figures else "-"
    return f"| {name} | {shown} | {ratio} |"
