"""How to reach a bucket that speaks S3."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class S3Options:
    """One bucket, and how long is waited for it.

    Attributes:
        bucket: its name; it is there already.
        access_key, secret_key: the credentials.
        endpoint_url: where the service is; None: that of AWS for the region.
        public_url: where clients reach the service, if that is another address than ours; None: at `endpoint_url`.
        region: the name that requests are signed for; many other services take any.
        prefix: what all names in the bucket begin with, such as `selfgraph/`; the rest of the bucket is left alone.
        addressing: whether the bucket's name is in the path or in the host; `auto` lets the endpoint decide.
        verify: whether the certificate of the service is checked.
        authorities: a file of certificates to trust instead of the system's.
        connect_seconds: the longest wait for a connection.
        read_seconds: the longest wait for the next bytes of an answer.
        seconds: the longest wait for a whole call, with all its tries; what sends much is given more, by its size.
        part_bytes: the size of the parts of large objects, 5 MiB at least; about four are in memory for each write.
        attests_sha256: whether the service checks `x-amz-checksum-sha256` and tells it afterwards, as AWS does. If not,
            what clients have sent straight to the service is read once for its digest.
    """

    bucket: str
    access_key: str = field(repr=False)
    secret_key: str = field(repr=False)
    endpoint_url: str | None = None
    public_url: str | None = None
    region: str = "us-east-1"
    prefix: str = ""
    addressing: Literal["auto", "path", "virtual"] = "auto"
    verify: bool = True
    authorities: Path | None = None
    connect_seconds: float = 5
    read_seconds: float = 20
    seconds: float = 60
    part_bytes: int = 8 << 20
    attests_sha256: bool = False
