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
    """The milliseconds that half and 99 % of a query's answers stay under.

    Attributes:
        query: what is asked.
        quiet: without logins.
        steady: while logins run, each account's next one when its last is done.
        bursts: while they come all at once, the next ones when all of the last are done.
    """

    query: str
    quiet: tuple[float, float]
    steady: tuple[float, float]
    bursts: tuple[float, float]


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
            f"| p50 / p99 in ms | without logins | {USERS} logins at any time | {USERS} at once, again and again |",
            "|---|---:|---:|---:|",
        ]
        for each in self.latencies:
            figures = [f"{half:.1f} / {most:.1f}" for half, most in (each.quiet, each.steady, each.bursts)]
            lines.append(f"| `{each.query}` | {' | '.join(figures)} |")
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
        steady, bursts = [
            await _probe_beside(http, server.url, emails, token, seconds=seconds, at_a_time=at_a_time)
            for at_a_time in (float(PATIENCE), 0.0)
        ]
        latencies = zip(QUERIES, quiet, steady, bursts, strict=True)
        return Logins(median(verifications), median(logins), tuple(Latencies(*each) for each in latencies))


async def _probe_beside(
    http: httpx.AsyncClient, url: str, emails: Sequence[str], token: str, *, seconds: int, at_a_time: float
) -> list[tuple[float, float]]:
    """Ask while logins run, all of which begin anew after so many seconds."""
    probing = asyncio.create_task(_probe(url, token, seconds))
    while not probing.done():
        await _logins(http, url, emails, at_a_time, until=probing)
    return await probing


async def _verifications(seconds: float) -> float:
    """Verifications per second in this process, by as many threads as the server has."""
    hasher = ThreadedPasswordHasher(threads=THREADS)
    try:
        hashed = await hasher.hash(PASSWORD)
        return await _rate([lambda: hasher.verify(PASSWORD, hashed)] * (2 * THREADS), seconds)
    finally:
        hasher.close()


async def _logins(
    http: httpx.AsyncClient, url: str, emails: Sequence[str], seconds: float, until: asyncio.Task[Any] | None = None
) -> float:
    return await _rate([lambda email=email: _call(http, url, LOGIN, email) for email in emails], seconds, until)


async def _rate(acts: Sequence[Any], seconds: float, until: asyncio.Task[Any] | None = None) -> float:
    """How many acts a second are done, each one at least once and again and again beside the others.

    It ends when the time is over, or `until` is done.
    """
    done = count()
    begun = time.perf_counter()

    async def repeat(act: Any) -> None:  # noqa: ANN401 - gives something to await
        while True:
            await act()
            next(done)
            if time.perf_counter() - begun >= seconds or (until is not None and until.done()):
                return

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
