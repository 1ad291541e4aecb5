"""The mutation root of the platform, assembled from the slices."""

from __future__ import annotations

import strawberry

from graph.catalog import CatalogMutation


@strawberry.type(description="Writes; the mutations of one operation run one after the other.")
class Mutation(CatalogMutation):
    """Writes; the mutations of one operation run one after the other."""
