from __future__ import annotations

from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qsl, urlsplit
from uuid import uuid4

import pytest

from domain.storage.errors import AddressExpiredError, AddressInvalidError
from domain.storage.signing import AddressSigner
from domain.storage.upload_addresses import UploadAddresses

ADDRESSES = UploadAddresses(AddressSigner(b"k" * 32), "https://api.example/")
LATER = datetime.now(UTC) + timedelta(hours=1)


def test_an_address_leads_back_to_its_upload() -> None:
    file_id = uuid4()

    url = urlsplit(ADDRESSES.of(file_id, LATER))

    assert (url.scheme, url.netloc) == ("https", "api.example")
    assert ADDRESSES.check(url.path, dict(parse_qsl(url.query))) == file_id


def test_an_address_without_a_server_begins_with_its_path() -> None:
    assert UploadAddresses(AddressSigner(b"k" * 32), "").of(uuid4(), LATER).startswith("/files/uploads/")


def test_an_address_of_another_key_is_not_valid() -> None:
    url = urlsplit(UploadAddresses(AddressSigner(b"o" * 32), "").of(uuid4(), LATER))

    with pytest.raises(AddressInvalidError):
        ADDRESSES.check(url.path, dict(parse_qsl(url.query)))


def test_an_address_expires() -> None:
    url = urlsplit(ADDRESSES.of(uuid4(), datetime.now(UTC) - timedelta(seconds=1)))

    with pytest.raises(AddressExpiredError):
        ADDRESSES.check(url.path, dict(parse_qsl(url.query)))
