"""What a process that makes one image runs: standard input to standard output, as one argument of JSON says.

A file is whatever somebody has sent. So it is decoded apart from everything else: a defect of a decoder ends this
process, which has little memory, little time, no secrets and may write no file.
"""

from __future__ import annotations

import json
import resource
import sys
from typing import Final

import pyvips  # type: ignore[import-untyped]  # it brings stubs, and does not say so

from persistence.images.orders import DAMAGED, TOO_LARGE, Order

# More than any image needs that is allowed: its pixels as they are decoded, and once more; the libraries besides.
_BYTES_A_PIXEL: Final = 16
_LIBRARIES: Final = 1 << 30
_LOADERS: Final = frozenset({"jpegload", "pngload", "webpload", "gifload", "heifload"})
_LARGEST: Final = 16_383
"""Pixels of the side that is not asked about, the most that WebP has."""

# AVIF by its own measure takes ten times as long for a few bytes less.
_OPTIONS: Final[dict[str, dict[str, object]]] = {
    "avif": {"effort": 3},
    "jpeg": {"optimize_coding": True},
    "png": {},
    "webp": {},
}


def main() -> int:
    """Make the image; gives the exit code."""
    order = Order(**json.loads(sys.argv[1]))
    _limit(order)
    source = sys.stdin.buffer.read()
    try:
        found = pyvips.Image.new_from_buffer(source, "")
        loader = str(found.get("vips-loader")).removesuffix("_buffer")
        if loader not in _LOADERS:
            return DAMAGED
        if found.width * found.height * found.get_n_pages() > order.most_pixels:
            return TOO_LARGE
        made = _encode(_fit(source, order), order)
    except pyvips.Error as error:
        sys.stderr.write(str(error))
        return DAMAGED
    sys.stdout.buffer.write(made)
    return 0


def _limit(order: Order) -> None:
    memory = _LIBRARIES + _BYTES_A_PIXEL * order.most_pixels
    for limit, most in (
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_CPU, order.seconds),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(limit, (most, most))


def _fit(source: bytes, order: Order) -> pyvips.Image:
    """The image in its size, upright, in sRGB; decoded no larger than needed where the format lets it be."""
    return pyvips.Image.thumbnail_buffer(
        source,
        order.width or _LARGEST,
        height=order.height or _LARGEST,
        size="down" if order.fit == "inside" else "both",
        output_profile="srgb",
        fail_on="truncated",
        crop="centre" if order.fit == "cover" else "none",
    )


def _encode(image: pyvips.Image, order: Order) -> bytes:
    if order.format == "jpeg" and image.hasalpha():
        image = image.flatten(background=[255.0])
    if order.fit == "contain":
        image = _framed(image, order)
    # Nothing is kept of what the source says of itself: where it was taken, with what, by whom.
    options: dict[str, object] = {"keep": "none", **_OPTIONS[order.format]}
    if order.format != "png":
        options["Q"] = order.quality
    return bytes(image.write_to_buffer(f".{order.format}", **options))


def _framed(image: pyvips.Image, order: Order) -> pyvips.Image:
    background = [255.0]
    if order.format != "jpeg":
        image = image if image.hasalpha() else image.addalpha()
        background = [0.0]
    width, height = order.width or image.width, order.height or image.height
    return image.gravity("centre", width, height, extend="background", background=background)


if __name__ == "__main__":
    sys.exit(main())
