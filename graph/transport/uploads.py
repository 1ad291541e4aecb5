"""Uploads by the GraphQL multipart request specification: `operations`, `map`, then the files, read as a stream."""

from __future__ import annotations

from contextlib import aclosing, asynccontextmanager
from typing import TYPE_CHECKING, Any, Final, cast

from starlette.datastructures import FormData, UploadFile
from starlette.datastructures import Headers as StarletteHeaders
from starlette.formparsers import MultiPartException, MultiPartParser

from graph.pace import Pace
from graph.transport.bodies import body_chunks, check_length
from graph.transport.parsing import parse_json
from graph.transport.rejections import BadRequestError, PreflightMissingError

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Mapping

    from starlette.types import Receive

    from domain.deadline import TimeLimit
    from graph.limits import Limits

MAX_FILES: Final = 100
"""Files in one request."""
PREFLIGHT_HEADERS: Final = (
    "apollo-require-preflight",
    "x-apollo-operation-name",
    "graphql-require-preflight",
    "apikey",
    "authorization",
)
"""A browser sends any of these to a foreign server only after asking it, so a form that has one is no forgery."""


@asynccontextmanager
async def received_upload(
    receive: Receive, headers: Mapping[str, str], limits: Limits, patience: TimeLimit
) -> AsyncGenerator[object]:
    """The `operations` of a multipart request with its files in their places; the files close at the end.

    Raises:
        PreflightMissingError: if the form could have been sent by a foreign page.
        PayloadTooLargeError: if it is larger than the limit of uploads.
        BadRequestError: saying what is wrong with the form.
    """
    if not any(name in headers for name in PREFLIGHT_HEADERS):
        raise PreflightMissingError("A multipart request needs the header GraphQL-Require-Preflight.")
    check_length(headers, limits.max_upload_bytes)
    form = await _parse(receive, headers, limits, patience)
    try:
        yield _operations(form)
    finally:
        await form.close()


async def _parse(receive: Receive, headers: Mapping[str, str], limits: Limits, patience: TimeLimit) -> FormData:
    pace = Pace(limits.transfer_min_rate, patience.seconds)
    async with aclosing(body_chunks(receive, limits.max_upload_bytes, pace)) as chunks:
        parser = MultiPartParser(
            StarletteHeaders({"content-type": headers["content-type"]}),
            chunks,
            max_files=MAX_FILES,
            max_fields=2,
            max_part_size=limits.max_body_bytes,
        )
        try:
            return await parser.parse()
        except MultiPartException as error:
            raise BadRequestError(f"The form is not valid: {error.message}") from None
        except ValueError:
            raise BadRequestError("The form is not valid.") from None


def _operations(form: FormData) -> object:
    operations = _json_part(form, "operations")
    if not isinstance(operations, dict | list):
        raise BadRequestError("The part `operations` has to be a JSON object or an array.")
    places = _json_part(form, "map")
    if not isinstance(places, dict):
        raise BadRequestError("The part `map` has to be a JSON object.")
    files = _files(form)
    mapped = cast("dict[str, object]", places)
    if files.keys() - mapped.keys():
        raise BadRequestError("Every file of the form needs an entry in `map`.")
    for name, paths in mapped.items():
        if name not in files:
            raise BadRequestError(f"The file {name!r} of `map` is missing.")
        for path in _paths(name, paths):
            _place(cast("object", operations), path, files[name])
    return cast("object", operations)


def _json_part(form: FormData, name: str) -> object:
    values = form.getlist(name)
    if len(values) != 1 or not isinstance(values[0], str):
        raise BadRequestError(f"The form needs one part `{name}` that is no file.")
    return parse_json(values[0].encode(), f"The part `{name}`")


def _files(form: FormData) -> dict[str, UploadFile]:
    files: dict[str, UploadFile] = {}
    for name, value in form.multi_items():
        if isinstance(value, UploadFile):
            if name in files:
                raise BadRequestError(f"The file {name!r} is given twice.")
            files[name] = value
    return files


def _paths(name: str, paths: object) -> list[str]:
    entries = cast("list[object]", paths) if isinstance(paths, list) else []
    if not entries or not all(isinstance(path, str) for path in entries):
        raise BadRequestError(f"The entry {name!r} of `map` has to be an array of paths.")
    return cast("list[str]", entries)


def _place(operations: object, path: str, file: UploadFile) -> None:
    """Put a file where `operations` has a null for it."""
    *way, last = path.split(".")
    holder: Any = operations
    for key in way:
        holder = _step(holder, key, path)
    if "variables" not in way or _step(holder, last, path) is not None:
        raise BadRequestError(f"The path {path!r} of `map` does not lead to a null in the variables.")
    holder[int(last) if isinstance(holder, list) else last] = file


def _step(holder: object, key: str, path: str) -> object:
    if isinstance(holder, dict) and key in holder:
        return cast("dict[str, object]", holder)[key]
    if isinstance(holder, list) and key.isdecimal() and key.isascii() and len(key) < 6:  # noqa: PLR2004 - far beyond any list that fits the body's limits
        items = cast("list[object]", holder)
        if int(key) < len(items):
            return items[int(key)]
    raise BadRequestError(f"The path {path!r} of `map` leads nowhere.")
