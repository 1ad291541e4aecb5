"""What an operator says over HTTP before clients come."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import httpx

from tests.graph.commands.process import PATIENCE

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


def grant(url: str, key: str, permissions: Iterable[Mapping[str, Any]], *, platform: str = "") -> None:
    """Set permissions of the role `user`, as the service key; types of the platform begin with `platform`."""
    text = f"mutation ($input: {platform}SetTablePermissionInput!) {{ setTablePermission(input: $input) {{ role }} }}"
    with httpx.Client(headers={"apikey": key}, timeout=PATIENCE) as http:
        for permission in permissions:
            body = {"query": text, "variables": {"input": {"role": "user", **permission}}}
            answer = http.post(url, json=body).json()
            assert "errors" not in answer, answer
