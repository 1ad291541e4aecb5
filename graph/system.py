"""The slice `system`: what is running."""

from __future__ import annotations

from datetime import datetime
from importlib.metadata import version

import strawberry

from graph.permissions import superadmins
from graph.use_cases import Info


@strawberry.type(description="The running server and its installation.")
class System:
    """The running server and its installation."""

    version: str = strawberry.field(description="Version of the server (semver.org).")
    initialized: bool = strawberry.field(description="Whether the database has been set up.")
    initialized_at: datetime | None = strawberry.field(description="When the database was set up, UTC (ISO 8601).")


@strawberry.type
class SystemQuery:
    """The slice's part of the query root."""

    @strawberry.field(
        permission_classes=[superadmins("system:read")], description="The running server and its installation."
    )
    async def system(self, info: Info) -> System:
        instance = await info.root_value.instances.find()
        return System(
            version=version("selfgraph"),
            initialized=instance is not None,
            initialized_at=instance.initialized_at if instance else None,
        )
