"""What resolvers may call; they find it as `info.root_value`, put together by `app`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import strawberry

from graph.context import Context

if TYPE_CHECKING:
    from domain.access.use_cases import AccessUseCases
    from domain.accounts.openid_use_cases import OpenIdUseCases
    from domain.accounts.second_factor_use_cases import SecondFactorUseCases
    from domain.accounts.use_cases import AccountUseCases
    from domain.administration.use_cases import AdministrationUseCases
    from domain.instance import InstanceRepository
    from domain.metadata.use_cases import MetadataUseCases
    from domain.storage.use_cases import StorageUseCases
    from domain.tables.statistics import StatisticsRepository
    from graph.schema import Schemas
    from graph.tables.explaining import OperationExplainer


@dataclass(frozen=True, slots=True)
class UseCases:
    """The use cases and repositories behind the root fields."""

    instances: InstanceRepository
    statistics: StatisticsRepository
    schemas: Schemas
    explainer: OperationExplainer
    accounts: AccountUseCases
    second_factor: SecondFactorUseCases
    openid: OpenIdUseCases
    access: AccessUseCases
    administration: AdministrationUseCases
    metadata: MetadataUseCases
    storage: StorageUseCases


Info: TypeAlias = strawberry.Info[Context, UseCases]
