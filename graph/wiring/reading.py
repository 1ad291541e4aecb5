"""Reading files: by their addresses, and the addresses themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.storage.downloading import ReadFile
from domain.storage.giving_addresses import GiveAddress
from domain.storage.reading import Reading
from domain.storage.showing_images import ShowImage
from domain.storage.signing import SIGNING_PURPOSE, AddressSigner
from persistence.credentials.encryption import derive
from persistence.storage.derived import PostgresDerivedImages
from persistence.storage.locating import PostgresFileLocator

if TYPE_CHECKING:
    from domain.storage.authority import Authority
    from domain.storage.ports import OpenStorage
    from graph.wiring.services import Services


def reading(services: Services, open_storage: OpenStorage, authority: Authority) -> Reading:
    """The use cases of reading files."""
    settings = services.settings
    signer = AddressSigner(derive(services.secret, SIGNING_PURPOSE))
    return Reading(
        read_file=ReadFile(PostgresFileLocator(services.database), open_storage, authority, signer),
        give_address=GiveAddress(
            open_storage,
            authority,
            signer,
            origin=settings.public_url or "",
            seconds=settings.signed_url_expiry,
            sizes=settings.image_sizes,
        ),
        show_image=ShowImage(
            PostgresDerivedImages(services.database),
            services.objects,
            services.image_maker,
            services.limiter,
            most=settings.image_max_bytes,
        ),
    )
