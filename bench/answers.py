"""Before anything is measured: every contender gives the same data to every request."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

import httpx
import orjson

from bench.failure import BenchError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bench.cases import Case
    from bench.contenders import Contender


def check_answers(case: Case, contenders: Sequence[Contender]) -> int:
    """Compare the contenders' answers to all requests of the case; gives the bytes of the shortest one.

    Raises:
        BenchError: an answer is an error, or differs from the first contender's.
    """
    first = contenders[0]
    expected = _ask(case, first)
    for contender in contenders[1:]:
        for values, wanted, answer in zip(case.variables, expected, _ask(case, contender), strict=True):
            if orjson.loads(wanted) != orjson.loads(answer):
                raise BenchError(f"{case.name}: {contender.name} and {first.name} answer differently to {values}")
    return min(map(len, expected))


def _ask(case: Case, contender: Contender) -> list[bytes]:
    with httpx.Client(headers=contender.headers, timeout=30) as client:
        responses = [client.post(contender.url, content=body) for body in case.bodies(contender.name)]
    for response in responses:
        answer = response.json()
        if response.status_code != HTTPStatus.OK or answer.get("errors") or not answer.get("data"):
            raise BenchError(f"{case.name}: {contender.name} answers {response.status_code}: {response.text[:300]}")
    return [response.content for response in responses]
