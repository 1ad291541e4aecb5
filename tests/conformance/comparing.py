"""Whether an answer is the expected one: data exactly, the order of members aside; of an error only that it is one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.conformance.cases import Case


def difference(case: Case, answer: Any) -> str | None:
    """What is wrong with an answer; None if nothing is."""
    if isinstance(case.response, list) and isinstance(answer, list):
        return _of_batch(case.response, answer)
    if not isinstance(answer, dict):
        return f"The answer is {answer!r}."
    if case.refused:
        return _of_error(answer)
    return _of_data(case.response, answer)


def _of_data(expected: Any, answer: dict[str, Any]) -> str | None:
    if expected is None:  # any answer will do: Hasura's errors have the status 200
        return None
    if "errors" in answer:
        return f"Refused: {_messages(answer)}"
    if not same(expected["data"], answer["data"]):
        return f"Expected {expected['data']!r}, found {answer['data']!r}"
    return None


def _of_batch(expected: list[Any], answers: list[Any]) -> str | None:
    if len(expected) != len(answers):
        return f"{len(expected)} answers are expected, {len(answers)} are there."
    for each, answer in zip(expected, answers, strict=True):
        wrong = _of_error(answer) if "errors" in each else None
        if wrong or ("data" in each and not same(each["data"], answer.get("data"))):
            return wrong or f"Expected {each!r}, found {answer!r}"
    return None


def _of_error(answer: dict[str, Any]) -> str | None:
    if not answer.get("errors"):
        return f"An error is expected, found {answer.get('data')!r}"
    return None if answer.get("data") is None else f"Beside an error there is data: {answer['data']!r}"


def _messages(answer: dict[str, Any]) -> str:
    return "; ".join(f"{each['message']} {each.get('extensions', {})}" for each in answer["errors"])


def same(expected: Any, found: Any) -> bool:
    """Equality of JSON: 1 and 1.0 are one number, 1 and true are not the same, nor are 1 and "1"."""
    match expected, found:
        case dict(), dict():
            return expected.keys() == found.keys() and all(same(each, found[name]) for name, each in expected.items())
        case list(), list():
            return len(expected) == len(found) and all(map(same, expected, found))
        case bool() | None | str(), _:
            return type(expected) is type(found) and expected == found
        case _:
            return not isinstance(found, bool) and expected == found
