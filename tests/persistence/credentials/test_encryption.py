from __future__ import annotations

import pytest

from persistence.credentials.encryption import Cipher, DecryptionError, derive

SECRET = "a secret key of at least thirty-two characters"


def test_gives_back_what_was_encrypted() -> None:
    cipher = Cipher(SECRET, "totp")

    assert cipher.decrypt(cipher.encrypt(b"\x00plain\xff")) == b"\x00plain\xff"
    assert cipher.decrypt(cipher.encrypt(b"")) == b""


def test_another_process_with_the_same_secret_reads_it() -> None:
    assert Cipher(SECRET, "totp").decrypt(Cipher(SECRET, "totp").encrypt(b"plain")) == b"plain"


def test_equal_plain_texts_do_not_look_equal() -> None:
    cipher = Cipher(SECRET, "totp")

    assert cipher.encrypt(b"plain") != cipher.encrypt(b"plain")


@pytest.mark.parametrize("other", [Cipher(SECRET + "!", "totp"), Cipher(SECRET, "signing keys")])
def test_another_secret_or_purpose_does_not_decrypt(other: Cipher) -> None:
    encrypted = Cipher(SECRET, "totp").encrypt(b"plain")

    with pytest.raises(DecryptionError):
        other.decrypt(encrypted)


def test_a_text_copied_to_another_row_does_not_decrypt() -> None:
    cipher = Cipher(SECRET, "totp")
    encrypted = cipher.encrypt(b"plain", context="alice")

    assert cipher.decrypt(encrypted, context="alice") == b"plain"
    for context in ("bob", ""):
        with pytest.raises(DecryptionError):
            cipher.decrypt(encrypted, context=context)


def test_a_change_of_any_byte_is_noticed() -> None:
    cipher = Cipher(SECRET, "totp")
    encrypted = cipher.encrypt(b"plain")

    for place in range(len(encrypted)):
        changed = bytearray(encrypted)
        changed[place] ^= 1
        with pytest.raises(DecryptionError):
            cipher.decrypt(bytes(changed))


def test_a_cut_text_is_no_other_error() -> None:
    cipher = Cipher(SECRET, "totp")
    encrypted = cipher.encrypt(b"plain")

    for length in range(len(encrypted)):
        with pytest.raises(DecryptionError):
            cipher.decrypt(encrypted[:length])


def test_a_derived_key_is_stable_and_of_one_purpose() -> None:
    assert derive(SECRET, "set-up link") == derive(SECRET, "set-up link")
    assert len(derive(SECRET, "set-up link")) == 32
    assert derive(SECRET, "set-up link") != derive(SECRET, "challenge")
    assert derive(SECRET, "set-up link") != derive(SECRET + "!", "set-up link")
