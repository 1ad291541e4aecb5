"""What an address may ask of an image."""

from __future__ import annotations

import pytest

from domain.errors import InvalidInputError
from domain.storage.images import Fit, ImageFormat, Transform, read_transform

SIZES = (64, 128)


def test_without_parameters_of_images_it_is_the_file_that_is_asked_for() -> None:
    assert read_transform({"as": "a.png", "v": "1"}, SIZES) is None


def test_an_image_is_as_large_as_fits_inside_unless_told() -> None:
    assert read_transform({"width": "64"}, SIZES) == Transform(64, None, Fit.INSIDE, None, 80)


def test_everything_can_be_told() -> None:
    given = {"width": "64", "height": "128", "fit": "cover", "format": "avif", "quality": "55"}
    assert read_transform(given, SIZES) == Transform(64, 128, Fit.COVER, ImageFormat.AVIF, 55)


@pytest.mark.parametrize(
    "given",
    [
        {"width": "65"},
        {"width": "064"},
        {"width": "-64"},
        {"width": "\u0666\u0664"},
        {"width": ""},
        {"width": "9" * 5000},
        {"width": "64", "height": "1"},
        {"format": "webp"},
        {"width": "64", "format": "svg"},
        {"width": "64", "fit": "fill"},
        {"width": "64", "fit": "cover"},
        {"height": "64", "fit": "contain"},
        {"width": "64", "quality": "0"},
        {"width": "64", "quality": "81"},
        {"width": "64", "quality": "105"},
    ],
)
def test_what_is_not_on_offer_is_refused(given: dict[str, str]) -> None:
    with pytest.raises(InvalidInputError):
        read_transform(given, SIZES)


@pytest.mark.parametrize("content_type", ["image/svg+xml", "text/html", "application/pdf", "image/tiff", ""])
def test_nothing_is_made_of_other_types(content_type: str) -> None:
    with pytest.raises(InvalidInputError):
        Transform(64, None, Fit.INSIDE, ImageFormat.PNG, 80).of(content_type)


def test_equal_images_have_one_key() -> None:
    told = Transform(64, None, Fit.INSIDE, ImageFormat.JPEG, 80)
    untold = Transform(64, None, Fit.INSIDE, None, 80)
    assert told.key(told.of("image/jpeg")) == untold.key(untold.of("image/jpeg"))


def test_the_quality_of_what_has_none_makes_no_other_image() -> None:
    one, other = (Transform(64, None, Fit.INSIDE, None, quality) for quality in (50, 90))
    assert one.key(ImageFormat.PNG) == other.key(ImageFormat.PNG)
    assert one.key(ImageFormat.WEBP) != other.key(ImageFormat.WEBP)
