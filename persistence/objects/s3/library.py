"""The library behind this adapter. It takes one second to import, so nothing imports it before S3 is used."""

from __future__ import annotations

import os
import ssl
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from contextlib import AbstractAsyncContextManager

    from persistence.objects.s3.options import S3Options

_TRIES: Final = 3
_CONNECTIONS: Final = 64


@dataclass(frozen=True, slots=True)
class Library:
    """What is taken of aioboto3 and botocore, which have no types.

    Attributes:
        client: not yet connected.
        signer: the client that signs addresses for others; not yet connected, and never sends anything.
        answered: the error of a request that was answered by one.
        failed: the errors of a request that was not answered.
    """

    client: AbstractAsyncContextManager[Any]
    signer: AbstractAsyncContextManager[Any]
    answered: type[Exception]
    failed: tuple[type[Exception], ...]


def load(options: S3Options) -> Library:
    """Import and configure it. Blocks for about a second."""
    botocore = import_module("aiobotocore.session").AioSession()
    # Nothing but the options decides, so no file or profile of the user who starts this.
    for variable in ("config_file", "credentials_file"):
        botocore.set_config_variable(variable, os.devnull)
    loader = botocore.get_component("data_loader")
    for description in ("service-2", "endpoint-rule-set-1"):
        loader.load_service_model("s3", description)  # large files, remembered for the client
    for description in ("endpoints", "partitions", "sdk-default-configuration"):
        loader.load_data(description)
    session = import_module("aioboto3").Session(
        aws_access_key_id=options.access_key,
        aws_secret_access_key=options.secret_key,
        region_name=options.region,
        botocore_session=botocore,
    )
    exceptions = import_module("botocore.exceptions")
    return Library(
        client=_client(session, options, options.endpoint_url),
        # The host is signed too: an address for another one needs a client that believes to be there.
        signer=_client(session, options, options.public_url or options.endpoint_url),
        answered=exceptions.ClientError,
        failed=(exceptions.BotoCoreError, exceptions.HTTPClientError, import_module("aiohttp").ClientError, OSError),
    )


def _client(session: Any, options: S3Options, endpoint_url: str | None) -> AbstractAsyncContextManager[Any]:  # noqa: ANN401 - aioboto3 has no types
    client: AbstractAsyncContextManager[Any] = session.client(
        "s3",
        endpoint_url=endpoint_url,
        verify=_authorities(options),
        config=_config(options),
    )
    return client


def _authorities(options: S3Options) -> str | bool:
    """A file of certificates to trust; True: the list that comes with the library."""
    if not options.verify:
        return False
    # The library knows of no file of the system's, nor of SSL_CERT_FILE.
    return str(options.authorities or "") or ssl.get_default_verify_paths().cafile or True


def _config(options: S3Options) -> Any:  # noqa: ANN401 - botocore has no types
    return import_module("aiobotocore.config").AioConfig(
        signature_version="s3v4",
        connect_timeout=options.connect_seconds,
        read_timeout=options.read_seconds,
        retries={"total_max_attempts": _TRIES, "mode": "standard"},
        max_pool_connections=_CONNECTIONS,
        # The checksums that newer clients add by themselves are refused by many services; ours is Content-MD5, which
        # all know and which is computed in a thread. For that reason the signature leaves the body out.
        request_checksum_calculation="when_required",
        response_checksum_validation="when_required",
        s3={"addressing_style": options.addressing, "payload_signing_enabled": False},
    )
