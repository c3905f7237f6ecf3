"""The README's pictures stay light."""

import io

import pytest
from PIL import Image

from station.devkit.pictures import BYTES_MAX, PictureTooLarge, slim


def picture_of(image: Image.Image) -> bytes:
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def test_a_page_like_picture_is_slimmed_to_a_palette() -> None:
    page = Image.linear_gradient("L").resize((2040, 1290)).convert("RGB")
    slimmed = slim(picture_of(page))
    assert len(slimmed) <= BYTES_MAX
    with Image.open(io.BytesIO(slimmed)) as found:
        assert (found.mode, found.size) == ("P", (2040, 1290))


def test_a_picture_that_cannot_be_light_is_refused() -> None:
    noise = Image.effect_noise((1600, 1600), 90).convert("RGB")
    with pytest.raises(PictureTooLarge):
        slim(picture_of(noise))
