"""Every root field of the platform names who may use it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, cast

import pytest

from graph.mutations import Mutation
from graph.permissions import Permission
from graph.queries import Query
from graph.subscriptions import Subscription

if TYPE_CHECKING:
    from strawberry.types.base import StrawberryObjectDefinition
    from strawberry.types.field import StrawberryField


def fields_of(root: type) -> list[StrawberryField]:
    definition = cast("StrawberryObjectDefinition", root.__dict__["__strawberry_definition__"])
    return list(definition.fields)


ROOT_FIELDS = [
    pytest.param(field, id=f"{root.__name__}.{field.name}")
    for root in (Query, Mutation, Subscription)
    for field in fields_of(root)
]


def test_all_three_roots_have_fields() -> None:
    assert {str(parameter.id).partition(".")[0] for parameter in ROOT_FIELDS} == {"Query", "Mutation", "Subscription"}


@pytest.mark.parametrize("field", ROOT_FIELDS)
def test_a_root_field_has_a_permission_class(field: StrawberryField) -> None:
    assert field.permission_classes, f"{field.name} is open to everyone: give it permission_classes"
    for permission in field.permission_classes:
        assert issubclass(permission, Permission)
        assert re.fullmatch(r"[a-z]+:(read|write)", permission.scope)


@pytest.mark.parametrize("field", ROOT_FIELDS)
def test_a_root_field_and_its_arguments_are_described(field: StrawberryField) -> None:
    assert field.description
    assert all(argument.description for argument in field.arguments)
