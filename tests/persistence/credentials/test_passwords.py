from __future__ import annotations

import asyncio
import threading
import unicodedata
from typing import TYPE_CHECKING, Self

import bcrypt
import pytest

from domain.accounts.passwords import PasswordCheck
from domain.errors import InvalidInputError, UnavailableError
from persistence.credentials.passwords import ThreadedPasswordHasher

if TYPE_CHECKING:
    from collections.abc import Generator


@pytest.fixture
def hasher() -> Generator[ThreadedPasswordHasher]:
    hasher = ThreadedPasswordHasher(threads=2)
    yield hasher
    hasher.close()


def imported(password: bytes) -> str:
    return bcrypt.hashpw(password, bcrypt.gensalt(4)).decode()


async def test_a_password_verifies_against_its_hash_only(hasher: ThreadedPasswordHasher) -> None:
    hashed = await hasher.hash("correct horse")

    assert await hasher.verify("correct horse", hashed) == PasswordCheck(matches=True)
    assert await hasher.verify("Correct horse", hashed) == PasswordCheck(matches=False)


async def test_hashes_are_argon2id_with_the_parameters_of_owasp(hasher: ThreadedPasswordHasher) -> None:
    hashed = await hasher.hash("correct horse")

    assert hashed.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert hashed != await hasher.hash("correct horse")


async def test_both_ways_of_composing_a_character_are_one_password(hasher: ThreadedPasswordHasher) -> None:
    hashed = await hasher.hash(unicodedata.normalize("NFC", "Ångström is small"))

    assert (await hasher.verify(unicodedata.normalize("NFD", "Ångström is small"), hashed)).matches


async def test_all_of_a_long_password_counts(hasher: ThreadedPasswordHasher) -> None:
    hashed = await hasher.hash("x" * 128)

    assert (await hasher.verify("x" * 128, hashed)).matches
    assert not (await hasher.verify("x" * 127 + "y", hashed)).matches


@pytest.mark.parametrize("prefix", ["$2a$", "$2b$", "$2y$"])
async def test_an_imported_bcrypt_hash_verifies_and_is_made_anew(hasher: ThreadedPasswordHasher, prefix: str) -> None:
    hashed = prefix + imported(b"correct horse")[4:]
    check = await hasher.verify("correct horse", hashed)

    assert check.matches
    assert check.rehashed is not None
    assert await hasher.verify("correct horse", check.rehashed) == PasswordCheck(matches=True)
    assert await hasher.verify("wrong horse", hashed) == PasswordCheck(matches=False)


async def test_bcrypts_cut_after_72_bytes_ends_with_the_first_sign_in(hasher: ThreadedPasswordHasher) -> None:
    password = "é" * 40
    check = await hasher.verify(password, imported(password.encode()[:72]))

    assert check.matches
    assert (await hasher.verify(password, check.rehashed)).matches
    assert not (await hasher.verify("é" * 39 + "e", check.rehashed)).matches


async def test_an_imported_hash_of_a_text_that_was_not_normalised_verifies(hasher: ThreadedPasswordHasher) -> None:
    decomposed = unicodedata.normalize("NFD", "Ångström")
    check = await hasher.verify(decomposed, imported(decomposed.encode()))

    assert check.matches
    assert (await hasher.verify("Ångström", check.rehashed)).matches


async def test_a_hash_of_a_lower_cost_is_made_anew(hasher: ThreadedPasswordHasher) -> None:
    from passlib.hash import argon2  # type: ignore[import-untyped]  # noqa: PLC0415 - slow to load

    cheap = argon2.using(type="ID", memory_cost=1024, time_cost=1, parallelism=1).hash("correct horse")
    check = await hasher.verify("correct horse", cheap)

    assert check.matches
    assert check.rehashed is not None
    assert check.rehashed.startswith("$argon2id$v=19$m=19456,t=2,p=1$")


@pytest.mark.parametrize("password", ["correct horse", "", "nul\0", "\ud800", "x" * 100_000])
async def test_nobody_has_any_password(hasher: ThreadedPasswordHasher, password: str) -> None:
    assert await hasher.verify(password, None) == PasswordCheck(matches=False)


async def test_an_unknown_user_costs_a_hash_of_the_same_parameters(
    hasher: ThreadedPasswordHasher, monkeypatch: pytest.MonkeyPatch
) -> None:
    import argon2.low_level  # noqa: PLC0415 - what libpass calls is watched here

    asked: list[bytes] = []
    real = argon2.low_level.verify_secret

    def watched(hash: bytes, secret: bytes, type: argon2.low_level.Type) -> bool:  # noqa: A002 - argon2's names
        asked.append(hash.rpartition(b"$")[0].rpartition(b"$")[0])
        return real(hash, secret, type)

    known = await hasher.hash("correct horse")
    monkeypatch.setattr(argon2.low_level, "verify_secret", watched)
    await hasher.verify("wrong horse", known)
    await hasher.verify("wrong horse", None)
    await hasher.verify("no text: \ud800", known)

    assert asked == [b"$argon2id$v=19$m=19456,t=2,p=1"] * 3


@pytest.mark.parametrize("password", ["nul\0 in it", "\ud800 surrogate", "x" * 100_000])
async def test_what_is_no_text_is_not_hashed(hasher: ThreadedPasswordHasher, password: str) -> None:
    with pytest.raises(InvalidInputError):
        await hasher.hash(password)


@pytest.mark.parametrize("password", ["nul\0 in it", "\ud800 surrogate"])
@pytest.mark.parametrize("scheme", ["argon2", "bcrypt"])
async def test_what_is_no_text_matches_nothing(hasher: ThreadedPasswordHasher, password: str, scheme: str) -> None:
    hashed = imported(b"nul") if scheme == "bcrypt" else await hasher.hash("nul")

    assert await hasher.verify(password, hashed) == PasswordCheck(matches=False)


@pytest.mark.parametrize(
    "hashed",
    ["", "plain text", "$2b$04$short", "$2x$04$" + "." * 53, "$argon2id$v=19$m=19456,t=2,p=1$abc", "{SHA}abc"],
)
async def test_a_broken_hash_matches_nothing(hasher: ThreadedPasswordHasher, hashed: str) -> None:
    assert await hasher.verify(hashed, hashed) == PasswordCheck(matches=False)


async def test_a_full_queue_refuses_at_once() -> None:
    hasher = ThreadedPasswordHasher(threads=1, max_waiting=1)
    with Blocked(hasher) as blocked:
        running = asyncio.create_task(hasher.hash("one"))
        waiting = asyncio.create_task(hasher.hash("two"))
        await asyncio.to_thread(blocked.entered.wait, 10)

        with pytest.raises(UnavailableError):
            await hasher.hash("three")
        blocked.release()
        assert len(await asyncio.gather(running, waiting)) == 2
    hasher.close()


async def test_waiting_ends_with_the_timeout_and_takes_no_place_afterwards() -> None:
    hasher = ThreadedPasswordHasher(threads=1, max_waiting=1, timeout=0.01)
    with Blocked(hasher) as blocked:
        running, waiting = await asyncio.gather(hasher.hash("one"), hasher.hash("two"), return_exceptions=True)

        assert isinstance(running, UnavailableError)
        assert isinstance(waiting, UnavailableError)
        assert len(hasher._pending) == 1  # the thread is still at the first one
        blocked.release()
        await asyncio.to_thread(hasher._threads.shutdown)
        assert not hasher._pending


async def test_the_event_loop_and_its_default_threads_are_left_alone(hasher: ThreadedPasswordHasher) -> None:
    names: list[str] = []
    await hasher._run(lambda: names.append(threading.current_thread().name))

    assert names[0].startswith("passwords")


class Blocked:
    """Holds the hasher's threads in the first call until `release`."""

    def __init__(self, hasher: ThreadedPasswordHasher) -> None:
        self.entered = threading.Event()
        self._free = threading.Event()
        self._lazy = hasher._context
        self._get = hasher._context.get

    def __enter__(self) -> Self:
        def get() -> object:
            self.entered.set()
            self._free.wait(30)
            return self._get()

        self._lazy.get = get  # type: ignore[method-assign]  # the one place that every hash passes
        return self

    def __exit__(self, *_: object) -> None:
        self.release()

    def release(self) -> None:
        self._free.set()
