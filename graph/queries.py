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
from graph.explanations import ExplanationsQuery
from graph.metadata.explained_permissions import ExplainedPermissionsQuery
from graph.metadata.functions import FunctionsQuery
from graph.metadata.permissions import PermissionsQuery
from graph.metadata.relationships import RelationshipsQuery
from graph.metadata.tables import TableSettingsQuery
from graph.storage.buckets import BucketsQuery
from graph.storage.deleted import DeletedFilesQuery
from graph.storage.files import FilesQuery
from graph.storage.rules import FileRulesQuery
from graph.storage.stats import StorageStatsQuery
from graph.system import SystemQuery


@strawberry.type(description="Reads; the fields of your tables are beside the platform's own.")
class Query(
    SystemQuery,
    CatalogQuery,
    ExplanationsQuery,
    ProfileQuery,
    SessionQuery,
    SecondFactorQuery,
    OpenIdQuery,
    RolesQuery,
    ApiKeysQuery,
    UsersQuery,
    TrailQuery,
    PermissionsQuery,
    ExplainedPermissionsQuery,
    TableSettingsQuery,
    RelationshipsQuery,
    FunctionsQuery,
    BucketsQuery,
    DeletedFilesQuery,
    FileRulesQuery,
    FilesQuery,
    StorageStatsQuery,
):
    """Reads; the fields of your tables are beside the platform's own."""
