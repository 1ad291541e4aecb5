"""What is below `/files/`."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from domain.storage.downloading import Access
from graph.storage_settings import S3Downloads, StorageBackend
from graph.transport.clients import Clients
from graph.transport.files.arriving import Arrivals
from graph.transport.files.bodies import Bodies
from graph.transport.files.callers import Callers
from graph.transport.files.direct import DirectUploads
from graph.transport.files.downloads import Downloads
from graph.transport.files.routes import FileRoutes
from graph.transport.files.tus import Tus

if TYPE_CHECKING:
    from domain.storage.objects import ObjectStore
    from domain.storage.use_cases import StorageUseCases
    from graph.authentication import Authenticate
    from graph.transport.files.downloads import Redirect
    from graph.transport.files.representations import Shown, Terms
    from graph.wiring.services import Services

_REDIRECT_SECONDS = 60
"""How long the address in a redirection is good for: it is followed at once."""


def file_routes(services: Services, storage: StorageUseCases, authenticate: Authenticate) -> FileRoutes:
    """The application that serves files."""
    settings = services.settings
    clients = Clients(settings.trusted_proxies)
    callers = Callers(authenticate, clients, services.limiter)
    arrivals = Arrivals(settings.storage_timeout, settings.transfer_min_rate)
    redirects = settings.storage_backend is StorageBackend.S3 and settings.s3_downloads is S3Downloads.REDIRECT
    return FileRoutes(
        arrivals=arrivals,
        uploads=DirectUploads(storage.uploads, arrivals, clients, services.limiter),
        tus=Tus(storage.uploads, arrivals, callers, settings.public_url or ""),
        downloads=Downloads(
            storage.reading.read_file,
            storage.reading.show_image,
            Bodies(services.objects, settings.storage_timeout),
            callers,
            sizes=settings.image_sizes,
            redirect=_redirect(services.objects) if redirects else None,
        ),
    )


def _redirect(store: ObjectStore) -> Redirect:
    async def redirect(shown: Shown, terms: Terms) -> bytes | None:
        seconds = _REDIRECT_SECONDS
        if terms.access is Access.SIGNED:
            seconds = max(1, min(seconds, math.floor(terms.seconds)))
        url = await store.direct_download(
            shown.object_key,
            seconds=seconds,
            content_type=shown.content_type,
            disposition=shown.disposition.decode(),
            cache_control="private, no-cache",
        )
        return None if url is None else url.encode()

    return redirect
