"""The settings of buckets and files, which `Settings` inherits."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Final, Self

from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

_WEEK: Final = 604_800


class StorageBackend(StrEnum):
    """Where the bytes of files are kept."""

    DISK = "disk"
    S3 = "s3"


class S3Addressing(StrEnum):
    """How S3's addresses name the bucket."""

    AUTO = "auto"
    PATH = "path"
    VIRTUAL = "virtual"


class S3Downloads(StrEnum):
    """How files are downloaded from S3: through this server, or from a presigned address that it redirects to."""

    PROXY = "proxy"
    REDIRECT = "redirect"


class StorageSettings(BaseSettings):
    """How files are kept, sent and received."""

    model_config = SettingsConfigDict(use_attribute_docstrings=True)

    storage_backend: StorageBackend = StorageBackend.DISK
    """`disk` (below `DATA_DIR/objects`) or `s3`."""
    storage_timeout: Annotated[float, Field(gt=0, le=3600)] = 30
    """Seconds without progress after which a transfer is given up."""
    transfer_min_rate: Annotated[int, Field(ge=0, le=1_000_000_000)] = 512
    """Bytes a second that clients have to send and to take while they are waited for; 0: any."""
    s3_endpoint_url: str | None = None
    """Address of the S3 server (`https://s3.example`); absent: AWS's own."""
    s3_public_url: str | None = None
    """Address at which clients reach the S3 server, if it is another one."""
    s3_bucket: str | None = None
    """The bucket that holds all objects; it has to be there."""
    s3_region: str = "us-east-1"
    """Its region."""
    s3_access_key_id: SecretStr | None = None
    """The access key; absent: what the environment of AWS's tools says."""
    s3_secret_access_key: SecretStr | None = None
    """The secret that belongs to it."""
    s3_prefix: str = ""
    """What the keys of all objects begin with, such as `selfgraph/`."""
    s3_root_cert: Path | None = None
    """CA file for the S3 server; absent: the system's."""
    s3_addressing: S3Addressing = S3Addressing.AUTO
    """`auto`, `path` (host/bucket/key) or `virtual` (bucket.host/key)."""
    s3_downloads: S3Downloads = S3Downloads.PROXY
    """`proxy` (through this server) or `redirect` (to a presigned address, which clients have to reach)."""
    s3_checksums: bool = False
    """Have the S3 server check SHA-256 of what is sent to it directly; not every server can."""
    upload_expiry: Annotated[float, Field(ge=60, le=_WEEK)] = 86_400
    """Seconds that an upload may take from its beginning."""
    upload_max_pending: Annotated[int, Field(ge=1, le=1_000_000)] = 1000
    """Uploads that one caller may have begun and not completed."""
    signed_url_expiry: Annotated[int, Field(ge=1, le=_WEEK)] = 3600
    """Seconds that a signed address is good for, unless told; at most a week."""
    file_retention: Annotated[float, Field(ge=0, le=366 * 86_400)] = _WEEK
    """Seconds in which a deleted file can be restored; 0: its bytes go at once."""
    image_sizes: Annotated[tuple[int, ...], NoDecode] = (
        16,
        32,
        64,
        128,
        256,
        384,
        512,
        640,
        768,
        1024,
        1280,
        1600,
        1920,
    )
    """Widths and heights in pixels that images may be asked for, comma-separated."""
    image_max_pixels: Annotated[int, Field(ge=1, le=1_000_000_000)] = 50_000_000
    """Pixels of an image that others may be made of."""
    image_max_bytes: Annotated[int, Field(ge=1)] = 52_428_800
    """Bytes of a file that images may be made of."""
    image_workers: Annotated[int, Field(ge=1, le=64)] = 1
    """Images that a process makes at once."""

    @field_validator("image_sizes", mode="before")
    @classmethod
    def _numbers(cls, value: object) -> object:
        if isinstance(value, str):
            return tuple(int(part) for part in value.split(",") if part.strip())
        return value

    @field_validator("image_sizes")
    @classmethod
    def _sizes(cls, value: tuple[int, ...]) -> tuple[int, ...]:
        if not value or not all(1 <= each <= 8192 for each in value) or len(value) > 100:  # noqa: PLR2004 - as said in the message
            raise ValueError("1 to 100 whole numbers of 1 to 8192")
        return tuple(sorted(set(value)))

    @model_validator(mode="after")
    def _some_bucket(self) -> Self:
        if self.storage_backend is StorageBackend.S3 and not self.s3_bucket:
            raise ValueError("STORAGE_BACKEND=s3 needs S3_BUCKET")
        if (self.s3_access_key_id is None) != (self.s3_secret_access_key is None):
            raise ValueError("S3_ACCESS_KEY_ID and S3_SECRET_ACCESS_KEY belong together")
        return self
