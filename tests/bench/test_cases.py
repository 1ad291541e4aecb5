from __future__ import annotations

from typing import TYPE_CHECKING

import orjson
import pytest
from graphql import FieldNode, OperationDefinitionNode, parse

from bench.cases import CASES, CONTENDERS, Case

if TYPE_CHECKING:
    from graphql import SelectionSetNode


def response_keys(selection: SelectionSetNode | None) -> dict[str, object]:
    fields = [node for node in (selection.selections if selection else ()) if isinstance(node, FieldNode)]
    return {(field.alias or field.name).value: response_keys(field.selection_set) for field in fields}


def keys_of(query: str) -> dict[str, object]:
    operation = parse(query).definitions[0]
    assert isinstance(operation, OperationDefinitionNode)
    return response_keys(operation.selection_set)


@pytest.mark.parametrize("case", [case for case in CASES if case.postgraphile], ids=lambda case: case.name)
def test_both_dialects_ask_for_the_same_keys(case: Case) -> None:
    assert case.postgraphile is not None
    assert keys_of(case.query) == keys_of(case.postgraphile)


@pytest.mark.parametrize("contender", CONTENDERS)
def test_every_set_of_variables_makes_one_line_of_json(contender: str) -> None:
    for case in CASES:
        bodies = case.bodies(contender)
        assert [orjson.loads(body)["variables"] for body in bodies] == list(case.variables)
        assert not any(b"\n" in body for body in bodies)
