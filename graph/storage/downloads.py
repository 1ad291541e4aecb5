"""The addresses by which files are downloaded."""

from __future__ import annotations

import time
from typing import Annotated

import strawberry

from domain.errors import InvalidInputError
from domain.storage import files
from domain.storage.giving_addresses import Wanted
from domain.storage.images import QUALITY, Fit, ImageFormat
from graph.use_cases import Info

strawberry.enum(Fit, description="How an image comes into a width and a height.")
strawberry.enum(ImageFormat, description="The formats that images are made in.")


@strawberry.input(description="An image that is made of another one; VALIDATION for what is not on offer.")
class ImageInput:
    """An image that is made of another one."""

    width: int | None = strawberry.field(default=None, description="In pixels, one of IMAGE_SIZES; or the height.")
    height: int | None = strawberry.field(default=None, description="The same.")
    fit: Fit = strawberry.field(default=Fit.INSIDE, description="How it comes into both.")
    format: ImageFormat | None = strawberry.field(default=None, description="That of the source unless told.")
    quality: int = strawberry.field(default=QUALITY, description="A multiple of 5, up to 100.")

    def parameters(self) -> dict[str, str]:
        """The parameters of an address that asks for it; what goes without saying is not said.

        Raises:
            InvalidInputError: it has no size.
        """
        if self.width is None and self.height is None:
            raise InvalidInputError("An image has a width or a height.", ("image",))
        said = {
            "width": self.width,
            "height": self.height,
            "fit": None if self.fit is Fit.INSIDE else self.fit.value,
            "format": self.format and self.format.value,
            "quality": None if self.quality == QUALITY else self.quality,
        }
        return {name: str(value) for name, value in said.items() if value is not None}


@strawberry.type
class Downloadable:
    """A file's part that is about its download."""

    entity: strawberry.Private[files.File]

    @strawberry.field(
        description=(
            "An address that gives the bytes by GET; null while they are on their way. It is signed and good for "
            "whoever has it, until it expires; that of a public bucket's file is plain unless expiresIn is given. "
            "It has no host where PUBLIC_URL is not set. NOT_FOUND unless the caller may read the file."
        )
    )
    async def download_url(
        self,
        info: Info,
        expires_in: Annotated[
            int | None,
            strawberry.argument(description="Seconds, 1 to 604800; SIGNED_URL_EXPIRY unless told."),
        ] = None,
        as_: Annotated[
            str | None,
            strawberry.argument(
                name="as", description="Have browsers keep the file under this name instead of showing it."
            ),
        ] = None,
        image: Annotated[
            ImageInput | None,
            strawberry.argument(description="Have it be the address of an image that is made of the file."),
        ] = None,
    ) -> str | None:
        wanted = Wanted(expires_in, as_, {} if image is None else image.parameters())
        give_address = info.root_value.storage.reading.give_address
        return await give_address(info.context.actor, self.entity, wanted, time.time())
