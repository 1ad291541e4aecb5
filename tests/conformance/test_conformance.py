"""Cases of Hasura's own suite, where they are on this machine; those that fail are listed with the reason."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.conformance.cases import VARIABLE, Folder, folder_of_cases, folders
from tests.conformance.expected import expected_failures
from tests.conformance.running import run

if TYPE_CHECKING:
    from persistence.embedded import EmbeddedServer

CASES = folder_of_cases()
FOLDERS = folders(CASES)

pytestmark = pytest.mark.skipif(CASES is None, reason=f"the cases are not here; {VARIABLE} says where they are")


@pytest.mark.timeout(600)
@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
async def test_the_cases_of_a_folder_pass_but_for_those_listed(folder: Folder, embedded_server: EmbeddedServer) -> None:
    listed = expected_failures().keys()

    outcomes = await run(folder, embedded_server.url)

    failed = [f"{each.case.name}: {each.wrong}" for each in outcomes if each.wrong and each.case.name not in listed]
    passed = [each.case.name for each in outcomes if not each.wrong and each.case.name in listed]
    assert not failed, "\n".join(failed)
    assert not passed, f"listed as failing, and they pass: {', '.join(passed)}"
