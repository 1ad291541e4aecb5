"""The query root of the platform, assembled from the slices."""

from __future__ import annotations

import strawberry

from graph.access.keys import ApiKeysQuery
from graph.access.roles import RolesQuery
from graph.accounts.openid import OpenIdQuery
from graph.accounts.profile import ProfileQuery
from graph.accounts.second_factor import SecondFactorQuery
from graph.accounts.signing_in import SessionQuery
from graph.administration.trail import TrailQuery
from graph.administration.users import UsersQuery
from graph.catalog import CatalogQuery
from graph.system import SystemQuery


@strawberry.type(description="Reads; the fields of your tables are beside the platform's own.")
class Query(
    SystemQuery,
    CatalogQuery,
    ProfileQuery,
    SessionQuery,
    SecondFactorQuery,
    OpenIdQuery,
    RolesQuery,
    ApiKeysQuery,
    UsersQuery,
    TrailQuery,
):
    """Reads; the fields of your tables are beside the platform's own."""
