from __future__ import annotations

import pytest

from domain.errors import UnauthenticatedError
from graph.authentication import ServiceKeyAuthenticator

KEY = "k" * 32


def test_the_service_key_makes_the_superadmin() -> None:
    assert ServiceKeyAuthenticator(KEY)({"apikey": KEY}).is_superadmin


@pytest.mark.parametrize("credentials", [{}, {"apikey": ""}, {"apikey": "k"}, {"apikey": "é"}, {"apikey": "\ud800"}])
def test_anything_else_is_refused(credentials: dict[str, str]) -> None:
    with pytest.raises(UnauthenticatedError):
        ServiceKeyAuthenticator(KEY)(credentials)
