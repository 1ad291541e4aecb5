"""The subscription root of the platform, assembled from the slices."""

from __future__ import annotations

import strawberry

from graph.catalog import CatalogSubscription


@strawberry.type(description="Events, over a websocket or as server-sent events.")
class Subscription(CatalogSubscription):
    """Events, over a websocket or as server-sent events."""
