"""A server of files that the tests of a module share."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.graph.storage.site import running_site

if TYPE_CHECKING:
    from collections.abc import Generator

    from persistence.embedded import EmbeddedServer
    from tests.graph.storage.site import Site


@pytest.fixture(scope="module")
def site(embedded_server: EmbeddedServer, tmp_path_factory: pytest.TempPathFactory) -> Generator[Site]:
    with running_site(embedded_server.url, tmp_path_factory.mktemp("data")) as site:
        yield site
