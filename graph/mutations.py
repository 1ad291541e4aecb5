"""The mutation root of the platform, assembled from the slices."""

from __future__ import annotations

import strawberry

from graph.access.keys import ApiKeysMutation
from graph.access.roles import RolesMutation
from graph.accounts.openid import OpenIdMutation
from graph.accounts.passwords import PasswordMutation
from graph.accounts.profile import ProfileMutation
from graph.accounts.registration import RegistrationMutation
from graph.accounts.second_factor import SecondFactorMutation
from graph.accounts.signing_in import SessionMutation
from graph.administration.changes import UsersMutation
from graph.administration.set_up import SetUpMutation
from graph.catalog import CatalogMutation
from graph.metadata.functions import FunctionsMutation
from graph.metadata.permissions import PermissionsMutation
from graph.metadata.relationships import RelationshipsMutation
from graph.metadata.tables import TableSettingsMutation
from graph.storage.buckets import BucketsMutation
from graph.storage.changes import FileChangesMutation
from graph.storage.rules import FileRulesMutation
from graph.storage.uploads import UploadsMutation


@strawberry.type(description="Writes; the mutations of one operation run one after the other.")
class Mutation(
    CatalogMutation,
    RolesMutation,
    ApiKeysMutation,
    RegistrationMutation,
    SessionMutation,
    ProfileMutation,
    PasswordMutation,
    SecondFactorMutation,
    OpenIdMutation,
    UsersMutation,
    SetUpMutation,
    PermissionsMutation,
    TableSettingsMutation,
    RelationshipsMutation,
    FunctionsMutation,
    FileChangesMutation,
    BucketsMutation,
    FileRulesMutation,
    UploadsMutation,
):
    """Writes; the mutations of one operation run one after the other."""
