"""Files that a sender attaches: judged by content, re-encoded, or refused in plain words. Pure.

docs/rules.md, "Uploads": JPEG, PNG, HEIC and PDF, judged by content and by suffix; 10 MB and
40 megapixels a file; pictures are drawn anew, so the place they were taken, thumbnails and
anything appended are gone. The sender's file name is never kept.
"""

import io
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Final

import filetype
import pillow_heif
from PIL import Image, ImageOps

from requests_app.clean_file import CleanFile

FILES_MAX: Final = 6
BYTES_MAX: Final = 10 * 1024 * 1024
PIXELS_MAX: Final = 40_000_000
SIDE_MAX: Final = 30_000  # a long chat screenshot passes, a crafted 1 × 40,000,000 strip does not
JPEG_QUALITY: Final = 88

PICTURE_SUFFIXES: Final = frozenset({"", ".jpg", ".jpeg", ".png", ".heic", ".heif"})
PAPER_SUFFIXES: Final = frozenset({".pdf"})

# What a PDF may not carry: each of these runs, opens or hides something.
_PDF_ACTS: Final = (b"/JavaScript", b"/JS", b"/Launch", b"/EmbeddedFile", b"/RichMedia", b"/XFA")
_PDF_TAIL: Final = 2048  # the end mark stands in the last bytes, rarely followed by a line end

pillow_heif.register_heif_opener()


def _(message: str) -> str:
    """Mark a message id for the translation catalogue; pure modules translate nothing."""
    return message


EMPTY: Final = _("文件是空的，请重新选择。")
TOO_HEAVY: Final = _("文件超过10MB，请压缩后再传，或只传要紧的几页。")
WRONG_KIND: Final = _("只能传照片（JPG、PNG、HEIC）和PDF。")
WRONG_SUFFIX: Final = _("文件名的后缀和内容对不上，请重新拍照或另存后再传。")
TOO_LARGE: Final = _("照片尺寸太大（超过4000万像素），请截取要紧的部分。")
BROKEN: Final = _("文件不完整或已损坏，请重新选择一次。")
PDF_ACTS: Final = _("这份PDF带有脚本或附件，请另存为普通PDF或拍照上传。")


class UploadRefused(Exception):
    """The file cannot be taken; ``message`` is a Chinese message id for the sender."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


@dataclass(frozen=True, slots=True)
class _Kind:
    """An accepted kind of content: its suffixes and how it is cleaned."""

    suffixes: frozenset[str]
    clean: Callable[[bytes], CleanFile]


def clean_file(name: str, content: bytes) -> CleanFile:
    """Return the file as it may be kept. Raises UploadRefused with words for the sender.

    ``name`` is looked at for its suffix only. The same content always gives the same bytes,
    so a form sent twice has the same digest.
    """
    if not content:
        raise UploadRefused(EMPTY)
    if len(content) > BYTES_MAX:
        raise UploadRefused(TOO_HEAVY)
    kind = _KINDS.get(filetype.guess_mime(content) or "")
    if kind is None:
        raise UploadRefused(WRONG_KIND)
    if PurePosixPath(name).suffix.lower() not in kind.suffixes:
        raise UploadRefused(WRONG_SUFFIX)
    return kind.clean(content)


def _picture(content: bytes, *, opens: str, keeps_as: str) -> CleanFile:
    """Decode a picture with one decoder only, turn it upright and draw it anew."""
    try:
        with Image.open(io.BytesIO(content), formats=[opens]) as found:
            width, height = found.size
            if width * height > PIXELS_MAX or max(width, height) > SIDE_MAX:
                raise UploadRefused(TOO_LARGE)
            found.load()
            plain = _plain_pixels(ImageOps.exif_transpose(found), keeps_as)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise UploadRefused(TOO_LARGE) from error
    except (OSError, ValueError, SyntaxError, EOFError, RuntimeError, OverflowError) as error:
        # What Pillow's decoders raise on damaged or crafted content.
        raise UploadRefused(BROKEN) from error
    out = io.BytesIO()
    if keeps_as == "JPEG":
        plain.save(out, "JPEG", quality=JPEG_QUALITY)
        return CleanFile(content_type="image/jpeg", content=out.getvalue())
    plain.save(out, "PNG")
    return CleanFile(content_type="image/png", content=out.getvalue())


def _plain_pixels(image: Image.Image, keeps_as: str) -> Image.Image:
    """Return the pixels in a mode that the target knows, without any note beside them."""
    if keeps_as == "PNG" and image.has_transparency_data:
        plain = image.convert("RGBA")
    else:
        plain = image if image.mode in {"L", "RGB"} else image.convert("RGB")
    plain.info = {}  # comments, colour profiles and EXIF would otherwise be written again
    return plain


def _jpeg(content: bytes) -> CleanFile:
    return _picture(content, opens="JPEG", keeps_as="JPEG")


def _png(content: bytes) -> CleanFile:
    return _picture(content, opens="PNG", keeps_as="PNG")


def _heic(content: bytes) -> CleanFile:
    return _picture(content, opens="HEIF", keeps_as="JPEG")


def _pdf(content: bytes) -> CleanFile:
    """Keep a plain PDF as it is: it is only ever handed out as a download."""
    if b"%%EOF" not in content[-_PDF_TAIL:] or zipfile.is_zipfile(io.BytesIO(content)):
        raise UploadRefused(BROKEN)
    if any(act in content for act in _PDF_ACTS):
        raise UploadRefused(PDF_ACTS)
    return CleanFile(content_type="application/pdf", content=content)


_KINDS: Final = {
    "image/jpeg": _Kind(PICTURE_SUFFIXES, _jpeg),
    "image/png": _Kind(PICTURE_SUFFIXES, _png),
    "image/heic": _Kind(PICTURE_SUFFIXES, _heic),
    "image/heif": _Kind(PICTURE_SUFFIXES, _heic),
    "application/pdf": _Kind(PAPER_SUFFIXES, _pdf),
}
