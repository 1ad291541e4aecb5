"""The rates of the settings hold in the application as it is put together."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from tests.graph.tables.serving import KEY, serving
from tests.persistence.conftest import open_folder
from tests.persistence.redis_server import RedisServer

if TYPE_CHECKING:
    from collections.abc import Generator

    from tests.graph.conftest import Serve
    from tests.graph.tables.serving import Served

ASKING = {"query": "{ __typename }"}
ANON_KEY = "a" * 32


async def statuses(served: Served, calls: int, key: str | None = None) -> list[int]:
    served.http.headers.pop("apikey", None)
    headers = {} if key is None else {"apikey": key}
    return [(await served.http.post("/graphql", json=ASKING, headers=headers)).status_code for _ in range(calls)]


@contextmanager
def redis_server() -> Generator[RedisServer]:
    with open_folder() as folder:
        server = RedisServer.make(folder)
        server.start()
        try:
            yield server
        finally:
            server.stop()


async def test_strangers_are_limited_together_with_those_who_show_the_public_key(serve: Serve) -> None:
    served = await serve(rate_limit_operations="2/minute")
    assert await statuses(served, 1, ANON_KEY) == [200]
    assert await statuses(served, 3) == [200, 429, 429]


async def test_the_service_key_is_not_limited(serve: Serve) -> None:
    served = await serve(rate_limit_operations="2/minute")
    assert await statuses(served, 9, KEY) == [200] * 9


async def test_a_limit_can_be_off(serve: Serve) -> None:
    served = await serve(rate_limit_operations="off")
    assert await statuses(served, 9) == [200] * 9


async def test_servers_share_their_counts_through_redis_and_go_on_without_it(migrated_database: str) -> None:
    with redis_server() as redis:
        settings = {"rate_limit_operations": "3/minute", "redis_url": redis.url}
        async with serving(migrated_database, **settings) as one, serving(migrated_database, **settings) as other:
            assert await statuses(one, 2) == [200] * 2
            assert await statuses(other, 2) == [200, 429]
            redis.stop()
            assert await statuses(one, 4) == [200] * 3 + [429]


@pytest.mark.parametrize("workers", [1, 2])
async def test_each_of_many_processes_has_the_whole_rate_of_operations(serve: Serve, workers: int) -> None:
    served = await serve(rate_limit_operations="4/minute", workers=workers)
    assert await statuses(served, 5) == [200] * 4 + [429]


LOGIN = "mutation ($name: String!, $password: String!) { login(identifier: $name, password: $password) { __typename } }"
PASSWORD = "a long enough passphrase"
REGISTER = f"""mutation {{
    register(input: {{email: "ann@example.org", password: "{PASSWORD}", username: "ann"}}) {{ __typename }}
}}"""


async def login_codes(served: Served, names: list[str]) -> list[str]:
    """The code of each login of a batch, all with a wrong password."""
    batch = [{"query": LOGIN, "variables": {"name": name, "password": f"wrong {PASSWORD}"}} for name in names]
    answers = (await served.http.post("/graphql", json=batch)).json()
    return [answer["errors"][0]["extensions"]["code"] for answer in answers]


async def test_each_login_of_a_batch_counts_for_its_address(serve: Serve) -> None:
    served = await serve(max_batch_operations=20, rate_limit_login="4/minute per address")
    codes = await login_codes(served, [f"user-{number}" for number in range(7)])
    assert codes == ["UNAUTHENTICATED"] * 4 + ["RATE_LIMITED"] * 3


async def test_each_login_of_a_batch_counts_for_its_account(serve: Serve) -> None:
    served = await serve(max_batch_operations=20, rate_limit_login="off")
    assert "errors" not in (await served.http.post("/graphql", json={"query": REGISTER})).json()
    assert await login_codes(served, ["ann"] * 8) == ["UNAUTHENTICATED"] * 5 + ["RATE_LIMITED"] * 3
    right = {"query": LOGIN, "variables": {"name": "Ann", "password": PASSWORD}}
    error = (await served.http.post("/graphql", json=right)).json()["errors"][0]
    assert error["extensions"]["code"] == "RATE_LIMITED"
    assert 1 <= error["extensions"]["retryAfter"] <= 32


async def test_each_alias_of_a_login_counts(serve: Serve) -> None:
    served = await serve(rate_limit_login="4/minute per address")
    await served.http.post("/graphql", json={"query": REGISTER})
    aliases = " ".join(
        f'a{number}: login(identifier: "ann", password: "{PASSWORD}") {{ __typename }}' for number in range(7)
    )
    error = (await served.http.post("/graphql", json={"query": f"mutation {{ {aliases} }}"})).json()["errors"][0]
    assert (error["path"], error["extensions"]["code"]) == (["a4"], "RATE_LIMITED")
