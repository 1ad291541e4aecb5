"""Keys that sign access tokens: each is made for one algorithm and used with no other (RFC 8725, section 3.1)."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_der_private_key,
)
from jwt.algorithms import ECAlgorithm, OKPAlgorithm, RSAAlgorithm

from domain.accounts.tokens import SigningAlgorithm
from persistence.credentials.encryption import DecryptionError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from persistence.credentials.encryption import Cipher

PURPOSE: Final = "signing keys"
_HMAC_BYTES: Final = 64
_RSA_BITS: Final = 3072  # NIST SP 800-57: good beyond 2030
_RSA_EXPONENT: Final = 65_537

_Asymmetric: TypeAlias = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey
PrivateKey: TypeAlias = bytes | _Asymmetric
PublicKey: TypeAlias = bytes | rsa.RSAPublicKey | ec.EllipticCurvePublicKey | ed25519.Ed25519PublicKey

_KINDS: Final[Mapping[SigningAlgorithm, type[_Asymmetric]]] = {
    SigningAlgorithm.RS256: rsa.RSAPrivateKey,
    SigningAlgorithm.ES256: ec.EllipticCurvePrivateKey,
    SigningAlgorithm.EDDSA: ed25519.Ed25519PrivateKey,
}


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A key: `private` signs, `public` verifies; both are the same bytes for HS256.

    A retired key signs nothing any more, and verifies until `verifies_until`.
    """

    kid: str
    algorithm: SigningAlgorithm
    private: PrivateKey = field(repr=False)
    verifies_until: datetime | None = None

    @property
    def public(self) -> PublicKey:
        """What verifies."""
        return self.private if isinstance(self.private, bytes) else self.private.public_key()

    def verifies(self, now: datetime) -> bool:
        """Whether tokens of this key are still good."""
        return self.verifies_until is None or now < self.verifies_until

    def public_pem(self) -> str | None:
        """The public key as PEM; None for HS256, which has none."""
        if isinstance(self.private, bytes):
            return None
        return self.private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()

    def jwk(self) -> dict[str, Any] | None:
        """The public key as a JWK (RFC 7517); None for HS256."""
        match self.public:
            case rsa.RSAPublicKey() as public:
                parts = RSAAlgorithm.to_jwk(public, as_dict=True)
            case ec.EllipticCurvePublicKey() as public:
                parts = ECAlgorithm.to_jwk(public, as_dict=True)
            case ed25519.Ed25519PublicKey() as public:
                parts = OKPAlgorithm.to_jwk(public, as_dict=True)
            case _:
                return None
        # The library names the old `key_ops` for RSA; `use` says the same, and the two do not belong together.
        shown = {name: value for name, value in parts.items() if name != "key_ops"}
        return {**shown, "kid": self.kid, "use": "sig", "alg": self.algorithm.value}

    def seal(self, cipher: Cipher) -> bytes:
        """The private key encrypted, bound to its kid and algorithm."""
        if isinstance(self.private, bytes):
            plain = self.private
        else:
            plain = self.private.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
        return cipher.encrypt(plain, _context(self.kid, self.algorithm))


@dataclass(frozen=True, slots=True)
class KeySet:
    """The keys at one moment: `active` signs, all of `keys` verify, by their kid."""

    active: SigningKey
    keys: Mapping[str, SigningKey]

    @classmethod
    def of(cls, active: SigningKey, others: Iterable[SigningKey]) -> KeySet:
        """The set with these keys in it."""
        return cls(active, MappingProxyType({key.kid: key for key in (*others, active)}))

    def find(self, kid: str, now: datetime) -> SigningKey | None:
        """The key, if its tokens are still good."""
        key = self.keys.get(kid)
        return key if key is not None and key.verifies(now) else None

    def jwks(self, now: datetime) -> dict[str, Any]:
        """The public keys as a JWK set; the active one comes first."""
        ordered = (self.active, *(key for key in self.keys.values() if key is not self.active))
        found = (key.jwk() for key in ordered if key.verifies(now))
        return {"keys": [jwk for jwk in found if jwk is not None]}


def generate(algorithm: SigningAlgorithm) -> SigningKey:
    """A new random key; one for RS256 takes up to a second of a processor."""
    kid = secrets.token_urlsafe(12)
    match algorithm:
        case SigningAlgorithm.HS256:
            return SigningKey(kid, algorithm, secrets.token_bytes(_HMAC_BYTES))
        case SigningAlgorithm.RS256:
            return SigningKey(kid, algorithm, rsa.generate_private_key(_RSA_EXPONENT, _RSA_BITS))
        case SigningAlgorithm.ES256:
            return SigningKey(kid, algorithm, ec.generate_private_key(ec.SECP256R1()))
        case SigningAlgorithm.EDDSA:
            return SigningKey(kid, algorithm, ed25519.Ed25519PrivateKey.generate())


def unseal(cipher: Cipher, kid: str, algorithm: str, sealed: bytes) -> SigningKey:
    """The key that `SigningKey.seal` encrypted; one for RS256 takes a tenth of a second of a processor.

    Raises:
        DecryptionError: another SECRET_KEY made it, or somebody changed it, its kid or its algorithm.
    """
    plain = cipher.decrypt(sealed, _context(kid, algorithm))
    try:
        known = SigningAlgorithm(algorithm)
        return SigningKey(kid, known, _load(known, plain))
    except ValueError as error:
        raise DecryptionError("Not a key of its algorithm.") from error


def _load(algorithm: SigningAlgorithm, plain: bytes) -> PrivateKey:
    if algorithm is SigningAlgorithm.HS256:
        return plain
    private = load_der_private_key(plain, None)
    if not isinstance(private, _KINDS[algorithm]):
        raise ValueError("Not a key of its algorithm.")  # noqa: TRY004 - its value is wrong; the caller has no types
    return private


def _context(kid: str, algorithm: str) -> str:
    return f"{algorithm} {kid}"
