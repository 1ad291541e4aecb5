from __future__ import annotations

from datetime import UTC, datetime, timedelta

import jwt
import pytest

from domain.accounts.tokens import SigningAlgorithm
from persistence.credentials.encryption import Cipher, DecryptionError
from persistence.credentials.signing import PURPOSE, KeySet, SigningKey, generate, unseal

CIPHER = Cipher("a secret key of at least thirty-two characters", PURPOSE)
NOW = datetime.now(UTC)
QUICK = [SigningAlgorithm.HS256, SigningAlgorithm.ES256, SigningAlgorithm.EDDSA]
ASYMMETRIC = [SigningAlgorithm.RS256, SigningAlgorithm.ES256, SigningAlgorithm.EDDSA]


@pytest.mark.parametrize("algorithm", list(SigningAlgorithm))
def test_a_key_survives_being_kept(algorithm: SigningAlgorithm) -> None:
    key = generate(algorithm)
    read = unseal(CIPHER, key.kid, algorithm.value, key.seal(CIPHER))
    token = jwt.encode({"sub": "x"}, read.private, algorithm.value)

    assert jwt.decode(token, key.public, [algorithm.value]) == {"sub": "x"}
    assert read.public_pem() == key.public_pem()


@pytest.mark.parametrize(
    ("algorithm", "other"), [(one, two) for one in QUICK for two in SigningAlgorithm if one != two]
)
def test_a_key_is_read_for_no_other_algorithm(algorithm: SigningAlgorithm, other: SigningAlgorithm) -> None:
    key = generate(algorithm)

    with pytest.raises(DecryptionError):
        unseal(CIPHER, key.kid, other.value, key.seal(CIPHER))


@pytest.mark.parametrize("other", ASYMMETRIC)
def test_a_secret_is_read_as_no_private_key(other: SigningAlgorithm) -> None:
    with pytest.raises(DecryptionError):
        unseal(CIPHER, "kid", other.value, CIPHER.encrypt(b"secret" * 10, f"{other} kid"))


def test_a_key_is_read_under_no_other_kid() -> None:
    key = generate(SigningAlgorithm.HS256)

    with pytest.raises(DecryptionError):
        unseal(CIPHER, "another", "HS256", key.seal(CIPHER))


def test_an_algorithm_of_a_later_version_is_no_other_error() -> None:
    with pytest.raises(DecryptionError):
        unseal(CIPHER, "kid", "ML-DSA-44", CIPHER.encrypt(b"key", "ML-DSA-44 kid"))


@pytest.mark.parametrize("algorithm", ASYMMETRIC)
def test_the_jwk_verifies_what_the_key_signs_and_holds_no_private_part(algorithm: SigningAlgorithm) -> None:
    key = generate(algorithm)
    jwk = key.jwk()

    assert jwk is not None
    assert jwk.keys() <= {"kty", "crv", "n", "e", "x", "y", "kid", "use", "alg"}
    assert (jwk["kid"], jwk["use"], jwk["alg"]) == (key.kid, "sig", algorithm)
    token = jwt.encode({"sub": "x"}, key.private, algorithm.value)
    assert jwt.decode(token, jwt.PyJWK(jwk), [algorithm.value]) == {"sub": "x"}


def test_a_secret_is_in_no_jwk_set() -> None:
    secret, public = generate(SigningAlgorithm.HS256), generate(SigningAlgorithm.ES256)

    assert KeySet.of(secret, []).jwks(NOW) == {"keys": []}
    assert [jwk["kid"] for jwk in KeySet.of(secret, [public]).jwks(NOW)["keys"]] == [public.kid]


def test_retired_keys_are_published_as_long_as_they_verify() -> None:
    active, retired = generate(SigningAlgorithm.ES256), generate(SigningAlgorithm.EDDSA)
    retired = SigningKey(retired.kid, retired.algorithm, retired.private, NOW + timedelta(minutes=1))
    keys = KeySet.of(active, [retired])

    assert [jwk["kid"] for jwk in keys.jwks(NOW)["keys"]] == [active.kid, retired.kid]
    assert [jwk["kid"] for jwk in keys.jwks(NOW + timedelta(minutes=2))["keys"]] == [active.kid]
