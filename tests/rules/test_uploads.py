"""Files a sender attaches: good ones pass without the place they were taken, others are refused."""

import io
import struct
import zipfile
import zlib
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, PngImagePlugin

from requests_app.stages.sensing import uploads
from requests_app.stages.sensing.uploads import UploadRefused, clean_file

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
GPS_IFD, ORIENTATION, MAKE = 0x8825, 0x0112, 0x010F


@cache
def picture(
    kind: str, *, size: tuple[int, int] = (40, 20), mode: str = "RGB", **options: object
) -> bytes:
    out = io.BytesIO()
    Image.new(mode, size, 120).save(out, kind, **options)
    return out.getvalue()


def exif_with_place() -> bytes:
    exif = Image.Exif()
    exif[MAKE] = "SECRETPHONE"
    exif[ORIENTATION] = 6  # stored lying, shown upright: width and height change places
    exif.get_ifd(GPS_IFD).update({1: "N", 2: (29.0, 52.0, 30.0), 3: "E", 4: (121.0, 33.0, 0.0)})
    return exif.tobytes()


def opened(content: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(content))
    image.load()
    return image


def reason(name: str, content: bytes) -> str:
    with pytest.raises(UploadRefused) as refused:
        clean_file(name, content)
    return refused.value.message


@pytest.mark.parametrize(
    ("name", "content", "kept_as"),
    [
        ("a.jpg", picture("JPEG"), "image/jpeg"),
        ("A.JPEG", picture("JPEG", mode="L"), "image/jpeg"),
        ("cmyk.jpg", picture("JPEG", mode="CMYK"), "image/jpeg"),
        ("a.png", picture("PNG"), "image/png"),
        ("alpha.png", picture("PNG", mode="RGBA"), "image/png"),
        ("palette.png", picture("PNG", mode="P"), "image/png"),
        ("bits.png", picture("PNG", mode="1"), "image/png"),
        ("deep.png", picture("PNG", mode="I;16"), "image/png"),
        ("IMG_0001.HEIC", picture("HEIF"), "image/jpeg"),
        ("screenshot-saved-by-a-chat.jpg", picture("PNG"), "image/png"),
        ("image", picture("JPEG"), "image/jpeg"),  # some WebViews send no suffix
        ("工资条.pdf", PDF, "application/pdf"),
    ],
)
def test_a_good_file_is_kept(name: str, content: bytes, kept_as: str) -> None:
    cleaned = clean_file(name, content)

    assert cleaned.content_type == kept_as
    if kept_as != "application/pdf":
        assert opened(cleaned.content).size == (40, 20)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "HEIF"])
def test_the_place_and_the_phone_are_gone(kind: str) -> None:
    cleaned = clean_file("a.jpg", picture(kind, exif=exif_with_place()))

    image = opened(cleaned.content)
    assert dict(image.getexif()) == {}
    assert b"SECRETPHONE" not in cleaned.content
    assert b"Exif" not in cleaned.content


def test_a_lying_photo_is_turned_upright() -> None:
    cleaned = clean_file("a.jpg", picture("JPEG", exif=exif_with_place()))

    assert opened(cleaned.content).size == (20, 40)


@pytest.mark.parametrize("note", ["comment", "icc_profile"])
def test_notes_inside_a_jpeg_are_gone(note: str) -> None:
    cleaned = clean_file("a.jpg", picture("JPEG", **{note: b"home address"}))

    assert b"home address" not in cleaned.content


def test_notes_inside_a_png_are_gone() -> None:
    notes = PngImagePlugin.PngInfo()
    notes.add_text("Author", "home address")
    notes.add_itxt("XML:com.adobe.xmp", "home address")

    assert b"home address" not in clean_file("a.png", picture("PNG", pnginfo=notes)).content


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_what_is_glued_behind_a_picture_is_cut_off(kind: str) -> None:
    tail = b"<script>alert(1)</script>" + zip_of(b"payload")

    cleaned = clean_file("a.jpg", picture(kind) + tail)

    assert b"script" not in cleaned.content
    assert b"PK\x03\x04" not in cleaned.content


def test_the_same_file_gives_the_same_bytes() -> None:
    photo = picture("JPEG", size=(300, 200), exif=exif_with_place())

    assert clean_file("a.jpg", photo) == clean_file("b.jpeg", photo)


def zip_of(content: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("inside.txt", content)
    return out.getvalue()


def png_claiming(width: int, height: int) -> bytes:
    """Build a small PNG whose head claims a size, as a bomb does before it is opened."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return (
            struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        )

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    rows = zlib.compress(b"\0" * 100_000)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def png_with_swelling_text() -> bytes:
    """Build a PNG whose compressed note unfolds to 8 MB."""
    note = b"zTXtnote\0\0" + zlib.compress(b"\0" * 8_000_000, 9)
    body = note[4:]
    chunk = struct.pack(">I", len(body)) + note + struct.pack(">I", zlib.crc32(note))
    plain = picture("PNG")
    return plain[:33] + chunk + plain[33:]


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.jpg", b"", uploads.EMPTY),
        ("a.jpg", b"\xff\xd8\xff" + b"0" * uploads.BYTES_MAX, uploads.TOO_HEAVY),
        ("a.svg", b'<svg xmlns="http://www.w3.org/2000/svg"/>', uploads.WRONG_KIND),
        ("a.jpg", b'<?xml version="1.0"?><svg onload="x()"/>', uploads.WRONG_KIND),
        ("a.html", b"<!doctype html><script>x()</script>", uploads.WRONG_KIND),
        ("a.png", b"<html>" + picture("PNG"), uploads.WRONG_KIND),
        ("a.gif", b"GIF89a" + b"\0" * 40, uploads.WRONG_KIND),
        ("a.zip", zip_of(b"x"), uploads.WRONG_KIND),
        ("a.docx", zip_of(b"x"), uploads.WRONG_KIND),
        ("a.exe", b"MZ" + b"\0" * 100, uploads.WRONG_KIND),
        ("a.txt", "工资条".encode(), uploads.WRONG_KIND),
        ("a.tiff", picture("TIFF"), uploads.WRONG_KIND),
        ("a.jpg", picture("BMP"), uploads.WRONG_KIND),
        ("a.html", picture("JPEG"), uploads.WRONG_SUFFIX),
        ("photo.jpg.exe", picture("JPEG"), uploads.WRONG_SUFFIX),
        ("a.pdf", picture("JPEG"), uploads.WRONG_SUFFIX),
        ("a.jpg", PDF, uploads.WRONG_SUFFIX),
        ("big.png", png_claiming(9000, 9000), uploads.TOO_LARGE),
        ("bomb.png", png_claiming(60_000, 60_000), uploads.TOO_LARGE),
        ("strip.png", png_claiming(31_000, 1), uploads.TOO_LARGE),
        ("short.png", png_claiming(2000, 2000), uploads.BROKEN),
        ("text.png", png_with_swelling_text(), uploads.BROKEN),
        ("cut.jpg", picture("JPEG", size=(400, 400))[:-300], uploads.BROKEN),
        ("cut.png", picture("PNG", size=(400, 400))[:-60], uploads.BROKEN),
        ("cut.heic", picture("HEIF")[:-40], uploads.BROKEN),
        ("head.jpg", b"\xff\xd8\xff\xe0", uploads.BROKEN),
        ("head.heic", picture("HEIF")[:40], uploads.BROKEN),
        ("cut.pdf", PDF[:40], uploads.BROKEN),
        ("zip.pdf", PDF + zip_of(b"x"), uploads.BROKEN),
        ("js.pdf", PDF.replace(b"/Catalog", b"/Catalog/JS(x)"), uploads.PDF_ACTS),
        ("run.pdf", PDF.replace(b"/Catalog", b"/Catalog/Launch 2"), uploads.PDF_ACTS),
    ],
)
def test_a_bad_file_is_refused_with_its_reason(name: str, content: bytes, message: str) -> None:
    assert reason(name, content) == message


@given(
    kind=st.sampled_from(["JPEG", "PNG", "HEIF"]),
    place=st.floats(0, 1),
    noise=st.binary(min_size=1, max_size=24),
)
def test_damaged_pictures_are_cleaned_or_refused_but_never_crash(
    kind: str, place: float, noise: bytes
) -> None:
    good = picture(kind, size=(64, 64))
    at = int(place * len(good))
    damaged = good[:at] + noise + good[at + len(noise) :]

    try:
        cleaned = clean_file("a.jpg", damaged)
    except UploadRefused:
        return
    assert opened(cleaned.content).format in {"JPEG", "PNG"}
