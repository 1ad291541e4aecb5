from __future__ import annotations

import asyncio
import json
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import jwt
import pytest
from loguru import logger

from domain.errors import UnavailableError
from persistence.credentials.key_sets import RemoteKeySet
from tests.persistence.credentials.issuer import OTHER_RSA_KEY, RSA_KEY, Issuer, jwk_of

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

ONE, TWO = jwk_of(RSA_KEY, "one"), jwk_of(OTHER_RSA_KEY, "two")


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@asynccontextmanager
async def key_set(issuer: Issuer, clock: Clock | None = None, **given: float) -> AsyncGenerator[RemoteKeySet]:
    keys = RemoteKeySet(issuer.url, clock=clock or Clock(), **given)
    yield keys
    await keys.close()


async def settled(keys: RemoteKeySet) -> None:
    """When what is being read has been read."""
    if keys._fetching is not None:
        await asyncio.wait([keys._fetching])


async def test_a_key_is_found_by_its_id_and_read_once() -> None:
    async with Issuer() as issuer, key_set(issuer) as keys:
        issuer.publish(ONE, TWO)
        found = [await keys.find(kid) for kid in ("one", "two", "one", "three")]

    assert [key and key.jwk["kid"] for key in found] == ["one", "two", "one", None]
    assert issuer.requests == ["GET /jwks.json HTTP/1.1"]


async def test_many_who_come_at_once_share_one_request() -> None:
    async with Issuer() as issuer, key_set(issuer) as keys:
        issuer.publish(ONE)
        issuer.open.clear()
        asked = [asyncio.create_task(keys.find("one")) for _ in range(50)]
        await issuer.arrived.wait()
        issuer.open.set()

        assert None not in await asyncio.gather(*asked)
    assert len(issuer.requests) == 1


async def test_who_gives_up_waiting_takes_the_keys_from_nobody_else() -> None:
    async with Issuer() as issuer, key_set(issuer) as keys:
        issuer.publish(ONE)
        issuer.open.clear()
        impatient, patient = (asyncio.create_task(keys.find("one")) for _ in range(2))
        await issuer.arrived.wait()
        impatient.cancel()
        issuer.open.set()

        assert await patient is not None
        assert impatient.cancelled() or impatient.cancelling()
        await asyncio.wait([impatient])


async def test_a_new_key_is_found_when_a_token_names_it() -> None:
    clock = Clock()
    async with Issuer() as issuer, key_set(issuer, clock) as keys:
        issuer.publish(ONE)
        await keys.find("one")
        issuer.publish(ONE, TWO)
        clock.now += 11

        assert await keys.find("two") is not None
    assert len(issuer.requests) == 2


async def test_made_up_key_ids_cost_one_request_in_ten_seconds() -> None:
    clock = Clock()
    async with Issuer() as issuer, key_set(issuer, clock) as keys:
        issuer.publish(ONE)
        await keys.find("one")
        for number in range(100):
            assert await keys.find(f"made up {number}") is None
        assert len(issuer.requests) == 1
        clock.now += 10
        for number in range(100):
            assert await keys.find(f"made up {number}") is None
        assert len(issuer.requests) == 2


@pytest.mark.parametrize(
    ("cache_control", "seconds"),
    [
        ("", 600),
        ("no-store", 600),
        ("public, max-age=3600, must-revalidate", 3600),
        ("max-age=0", 60),
        ("max-age=99999999", 86_400),
        ("s-maxage=7200", 600),
        ("MAX-AGE=120", 120),
        ("max-age=soon", 600),
    ],
)
async def test_keys_are_kept_as_long_as_the_issuer_says_within_bounds(cache_control: str, seconds: float) -> None:
    clock = Clock()
    async with Issuer() as issuer, key_set(issuer, clock) as keys:
        issuer.headers["cache-control"] = cache_control
        issuer.publish(ONE)
        await keys.find("one")
        clock.now += seconds - 1
        await keys.find("one")
        await settled(keys)
        assert len(issuer.requests) == 1
        clock.now += 1
        await keys.find("one")
        await settled(keys)
    assert len(issuer.requests) == 2


async def test_a_key_that_the_issuer_drops_is_dropped() -> None:
    clock = Clock()
    async with Issuer() as issuer, key_set(issuer, clock) as keys:
        issuer.publish(ONE)
        await keys.find("one")
        issuer.publish(TWO)
        clock.now += 600
        await keys.find("one")
        await settled(keys)

        assert await keys.find("one") is None
        assert await keys.find("two") is not None


async def test_an_issuer_that_is_down_keeps_its_keys_and_nobody_waits_for_it() -> None:
    clock = Clock()
    async with Issuer() as issuer, key_set(issuer, clock) as keys:
        issuer.publish(ONE)
        await keys.find("one")
        await issuer.stop()
        clock.now += 100_000

        assert await keys.find("one") is not None
        await settled(keys)
        assert await keys.find("one") is not None


async def test_an_issuer_that_hangs_keeps_nobody_with_a_known_key_waiting() -> None:
    clock = Clock()
    async with Issuer() as issuer, key_set(issuer, clock) as keys:
        issuer.publish(ONE)
        await keys.find("one")
        issuer.open.clear()
        clock.now += 100_000

        assert await keys.find("one") is not None
        assert keys._fetching is not None
        assert not keys._fetching.done()


async def test_an_issuer_that_was_never_reached_is_unavailable_until_it_is() -> None:
    clock = Clock()
    async with Issuer() as issuer, key_set(issuer, clock) as keys:
        issuer.publish(ONE)
        await issuer.stop()
        for _ in range(3):
            with pytest.raises(UnavailableError):
                await keys.find("one")
        await issuer.start()
        with pytest.raises(UnavailableError):  # not asked again at once
            await keys.find("one")
        clock.now += 10

        assert await keys.find("one") is not None


async def test_an_issuer_that_does_not_answer_is_given_up() -> None:
    async with Issuer() as issuer, key_set(issuer, timeout=0.05) as keys:
        issuer.open.clear()
        with pytest.raises(UnavailableError):
            await keys.find("one")


@pytest.mark.parametrize(
    ("status", "body"),
    [
        ("500 Internal Server Error", json.dumps({"keys": [ONE]}).encode()),
        ("404 Not Found", json.dumps({"keys": [ONE]}).encode()),
        ("200 OK", b"<html>"),
        ("200 OK", b"\xff\xfe"),
        ("200 OK", b"[]"),
        ("200 OK", b'{"keys": {}}'),
        ("200 OK", b"[" * 100_000),
        ("200 OK", json.dumps({"keys": [ONE], "padding": "x" * 300_000}).encode()),
    ],
    ids=["500", "404", "html", "no-text", "list", "object", "nested", "large"],
)
async def test_an_answer_that_is_no_key_set_is_logged_and_not_taken(status: str, body: bytes) -> None:
    lines: list[str] = []
    sink = logger.add(lines.append, format="{level} {message}")
    async with Issuer(body=body, status=status) as issuer, key_set(issuer) as keys:
        with pytest.raises(UnavailableError):
            await keys.find("one")
    logger.remove(sink)

    assert len(lines) == 1
    assert lines[0].startswith(f"WARNING The keys at {issuer.url} cannot be read: ")


async def test_a_redirect_is_not_followed() -> None:
    async with Issuer() as issuer, Issuer() as elsewhere, key_set(issuer) as keys:
        elsewhere.publish(ONE)
        issuer.status, issuer.headers["location"] = "302 Found", elsewhere.url
        with pytest.raises(UnavailableError):
            await keys.find("one")

    assert elsewhere.requests == []


async def test_keys_that_verify_nothing_are_passed_over() -> None:
    async with Issuer() as issuer, key_set(issuer) as keys:
        issuer.publish(
            {"kty": "oct", "kid": "secret", "k": "c2VjcmV0"},
            jwk_of(RSA_KEY, "encryption", use="enc"),
            jwk_of(RSA_KEY, "signing", key_ops=["sign"]),
            {name: value for name, value in ONE.items() if name != "kid"},
            {"kty": "RSA", "kid": 5},
            ONE,
        )

        assert [await keys.find(kid) for kid in ("secret", "encryption", "signing", "5")] == [None] * 4
        assert await keys.find("one") is not None


async def test_of_very_many_keys_the_first_ones_are_taken() -> None:
    async with Issuer() as issuer, key_set(issuer) as keys:
        issuer.publish(*({"kty": "OKP", "kid": str(number)} for number in range(200)))

        assert await keys.find("99") is not None
        assert await keys.find("100") is None


async def test_a_key_serves_the_algorithm_that_it_was_published_for() -> None:
    async with Issuer() as issuer, key_set(issuer) as keys:
        issuer.publish(jwk_of(RSA_KEY, "one", alg="RS256"), {"kty": "RSA", "kid": "broken", "n": "?"})
        key, broken = await keys.find("one"), await keys.find("broken")

    assert key is not None
    assert broken is not None
    assert key.for_algorithm("RS256") is key.for_algorithm("RS256")
    for wrong in ("RS512", "PS256"):
        with pytest.raises(jwt.InvalidKeyError):
            key.for_algorithm(wrong)
    with pytest.raises(jwt.PyJWTError):
        broken.for_algorithm("RS256")


async def test_closing_gives_up_what_is_being_read() -> None:
    async with Issuer() as issuer:
        issuer.open.clear()
        keys = RemoteKeySet(issuer.url)
        asked = asyncio.create_task(keys.find("one"))
        await issuer.arrived.wait()
        await keys.close()
        await asyncio.wait([asked])

        assert asked.cancelled()
