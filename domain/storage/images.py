"""What can be made of images: which sizes, how they are fitted, in which formats."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final, TypeVar

from domain.errors import InvalidInputError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

PARAMETERS: Final = frozenset({"width", "height", "fit", "format", "quality"})
"""What an address says of an image."""
QUALITY: Final = 80
"""Unless told."""
QUALITY_STEP: Final = 5
"""Qualities are multiples of it, so that there are not too many images of one file."""
MOST_QUALITY: Final = 100


class Fit(StrEnum):
    """How an image comes into a width and a height."""

    INSIDE = "inside"
    """As large as fits into both, and no larger than it is."""
    COVER = "cover"
    """Exactly so large; what stands out is cut off."""
    CONTAIN = "contain"
    """Exactly so large; what is left is transparent, or white where the format knows nothing of that."""


class ImageFormat(StrEnum):
    """The formats that images are made in."""

    WEBP = "webp"
    JPEG = "jpeg"
    PNG = "png"
    AVIF = "avif"


SOURCES: Final = {
    "image/jpeg": ImageFormat.JPEG,
    "image/png": ImageFormat.PNG,
    "image/webp": ImageFormat.WEBP,
    "image/avif": ImageFormat.AVIF,
    "image/gif": ImageFormat.WEBP,
}
"""The types that images are made of, and the formats in which they are made unless told. SVG is a program."""
Choice = TypeVar("Choice", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class Transform:
    """An image that is asked for.

    Attributes:
        width, height: in pixels; at least one.
        format: None: that of the source.
        quality: 5 to 100; PNG has none.
    """

    width: int | None
    height: int | None
    fit: Fit
    format: ImageFormat | None
    quality: int

    def of(self, content_type: str) -> ImageFormat:
        """The format that is made of a source.

        Raises:
            InvalidInputError: nothing is made of this type.
        """
        source = SOURCES.get(content_type)
        if source is None:
            raise InvalidInputError(f"No images are made of {content_type}.")
        return self.format or source

    def key(self, made: ImageFormat) -> str:
        """What tells it from the others of a file: equal exactly for equal images."""
        quality = "" if made is ImageFormat.PNG else f"-q{self.quality}"
        return f"{self.width or ''}x{self.height or ''}-{self.fit.value}{quality}.{made.value}"


def read_transform(parameters: Mapping[str, str], sizes: Sequence[int]) -> Transform | None:
    """The image that parameters of an address ask for; None: the file itself.

    Raises:
        InvalidInputError: they are not such, or the size is none of `sizes`.
    """
    if PARAMETERS.isdisjoint(parameters):
        return None
    width, height = (_size(parameters, name, sizes) for name in ("width", "height"))
    fit = _choice(parameters, "fit", Fit) or Fit.INSIDE
    if width is None and height is None:
        raise InvalidInputError("An image has a width or a height.", ("width",))
    if fit is not Fit.INSIDE and (width is None or height is None):
        raise InvalidInputError(f"The fit {fit.value} needs a width and a height.", ("fit",))
    return Transform(width, height, fit, _choice(parameters, "format", ImageFormat), _quality(parameters))


def _size(parameters: Mapping[str, str], name: str, sizes: Sequence[int]) -> int | None:
    value = parameters.get(name)
    if value is None:
        return None
    size = _number(value)
    if size not in sizes:
        raise InvalidInputError(f"A {name} is one of {', '.join(map(str, sizes))}.", (name,))
    return size


def _quality(parameters: Mapping[str, str]) -> int:
    value = parameters.get("quality")
    if value is None:
        return QUALITY
    quality = _number(value)
    if quality is None or not 0 < quality <= MOST_QUALITY or quality % QUALITY_STEP:
        raise InvalidInputError(f"A quality is a multiple of {QUALITY_STEP}, up to {MOST_QUALITY}.", ("quality",))
    return quality


def _number(text: str) -> int | None:
    """A number as it is written in one way only, of at most four digits."""
    return int(text) if len(text) <= 4 and text.isascii() and text.isdigit() and text[0] != "0" else None  # noqa: PLR2004 - as said


def _choice(parameters: Mapping[str, str], name: str, choices: type[Choice]) -> Choice | None:
    value = parameters.get(name)
    if value is None:
        return None
    try:
        return choices(value)
    except ValueError:
        raise InvalidInputError(f"A {name} is one of {', '.join(choices)}.", (name,)) from None
