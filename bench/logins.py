"""What logins cost: beside bare argon2id verifications, and for the other requests of the server."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import time
from dataclasses import dataclass
from itertools import count
from statistics import median, quantiles
from typing import TYPE_CHECKING, Any, Final

import httpx
import orjson

from bench import contenders
from bench.database import data_folder
from bench.failure import BenchError
from persistence.credentials.passwords import ThreadedPasswordHasher

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bench.contenders import Contender

USERS: Final = 50
"""Logins that run at once, each of an account of its own."""
THREADS: Final = 2
PASSWORD: Final = "correct horse battery"  # noqa: S105 - of accounts that live as long as the benchmark
QUERIES: Final = ("{ __typename }", "{ me { id } }")
PATIENCE: Final = 60.0
REGISTER: Final = """mutation ($email: String!, $password: String!) {
  register(input: {email: $email, password: $password}) { ... on SignedUp { session { accessToken } } }
}"""
LOGIN: Final = """mutation ($email: String!, $password: String!) {
  login(identifier: $email, password: $password) { ... on SignedIn { accessToken } }
}"""
UNLIMITED: Final = {
    "RATE_LIMIT_LOGIN": "off",
    "RATE_LIMIT_REGISTER": "off",
    "RATE_LIMIT_OPERATIONS": "off",
    "PASSWORD_HASHING_THREADS": str(THREADS),
}


@dataclass(frozen=True, slots=True)
class Latencies:
    """The milliseconds that half and 99 % of a query's answers stay under, without logins and while they run."""

    query: str
    quiet: tuple[float, float]
    busy: tuple[float, float]


@dataclass(frozen=True, slots=True)
class Logins:
    """Verifications and logins per second, each the median of the rounds, and what else was answered meanwhile."""

    verifications: float
    logins: float
    latencies: tuple[Latencies, ...]

    def table(self) -> str:
        """The figures as two Markdown tables."""
        lines = [
            "| passwords a second | |",
            "|---|---:|",
            f"| argon2id alone, {THREADS} threads | {self.verifications:.1f} |",
            f"| logins, {USERS} at once | {self.logins:.1f} |",
            f"| ratio | {self.logins / self.verifications:.2f} |",
            "",
            f"| query | p50 ms | p99 ms | p50 ms with {USERS} logins | p99 ms with {USERS} logins |",
            "|---|---:|---:|---:|---:|",
        ]
        figures = [(each.query, *each.quiet, *each.busy) for each in self.latencies]
        lines += [f"| `{query}` | {' | '.join(f'{one:.1f}' for one in rest)} |" for query, *rest in figures]
        return "\n".join(lines)


def measure_logins(seconds: int, rounds: int) -> Logins:
    """Measure on a server of its own, with an empty database.

    Raises:
        BenchError: the server does not start, or a request fails.
    """
    with data_folder() as data_dir, contenders.selfgraph(data_dir, **UNLIMITED) as server:
        return asyncio.run(_measure(server, seconds, rounds))


async def _measure(server: Contender, seconds: int, rounds: int) -> Logins:
    limits = httpx.Limits(max_connections=USERS, max_keepalive_connections=USERS)
    async with httpx.AsyncClient(headers=contenders.JSON, timeout=PATIENCE, limits=limits) as http:
        emails = [f"user{number}@example.com" for number in range(USERS)]
        registered = [await _call(http, server.url, REGISTER, email) for email in emails]
        token = registered[0]["register"]["session"]["accessToken"]
        verifications, logins = [], []
        for _ in range(rounds):
            verifications.append(await _verifications(seconds))
            logins.append(await _logins(http, server.url, emails, seconds))
        quiet = await _probe(server.url, token, seconds)
        probing = asyncio.create_task(_probe(server.url, token, seconds))
        while not probing.done():
            await _logins(http, server.url, emails, 1)
        latencies = zip(QUERIES, quiet, await probing, strict=True)
        return Logins(median(verifications), median(logins), tuple(Latencies(*each) for each in latencies))


async def _verifications(seconds: float) -> float:
    """Verifications per second in this process, by as many threads as the server has."""
    hasher = ThreadedPasswordHasher(threads=THREADS)
    try:
        hashed = await hasher.hash(PASSWORD)
        return await _rate([lambda: hasher.verify(PASSWORD, hashed)] * (2 * THREADS), seconds)
    finally:
        hasher.close()


async def _logins(http: httpx.AsyncClient, url: str, emails: Sequence[str], seconds: float) -> float:
    return await _rate([lambda email=email: _call(http, url, LOGIN, email) for email in emails], seconds)


async def _rate(acts: Sequence[Any], seconds: float) -> float:
    """How many acts a second are done, each one again and again beside the others."""
    done = count()
    begun = time.perf_counter()

    async def repeat(act: Any) -> None:  # noqa: ANN401 - gives something to await
        while time.perf_counter() - begun < seconds:
            await act()
            next(done)

    await asyncio.gather(*(repeat(act) for act in acts))
    return next(done) / (time.perf_counter() - begun)


async def _call(http: httpx.AsyncClient, url: str, query: str, email: str) -> Any:  # noqa: ANN401 - JSON
    variables = {"email": email, "password": PASSWORD}
    answer = (await http.post(url, content=orjson.dumps({"query": query, "variables": variables}))).json()
    if "errors" in answer:
        raise BenchError(f"a login failed under load: {answer['errors']}")
    return answer["data"]


async def _probe(url: str, token: str, seconds: int) -> list[tuple[float, float]]:
    """p50 and p99 of each query in milliseconds, asked by another process."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bench.probe", url, token, str(seconds), *QUERIES),
        cwd=contenders.ROOT,
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(contenders.ROOT)},
    )
    async with asyncio.timeout(PATIENCE + len(QUERIES) * seconds):
        printed, _ = await process.communicate()
    if process.returncode:
        raise BenchError("a small question was not answered while logins ran")
    return [_percentiles(latencies) for latencies in orjson.loads(printed)]


def _percentiles(latencies: Sequence[float]) -> tuple[float, float]:
    cuts = quantiles(latencies, n=100)
    return cuts[49], cuts[98]
