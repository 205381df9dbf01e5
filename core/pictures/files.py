"""Picture files from outside, decoded: PNG, JPEG or WebP bytes to colours, or a sentence that says why not."""

from dataclasses import dataclass
from io import BytesIO
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

MAX_BYTES = 10_000_000
MAX_PIXELS = 25_000_000
WORKING_SIDE = 560  # pixels: larger pictures are reduced on reading; 20 times MNIST's side is ample

_READ = ("PNG", "JPEG", "WEBP")
_ONE_COLOUR = 0.12  # of the range: visible colours that differ by less are one ink, and what is drawn is their opacity
_FEW = 16  # a picture whose numbers are all smaller does not count in bytes; it counts from 0 to its own largest


class PictureError(ValueError):
    """The file cannot be used as a picture; the message is a sentence that says why and what to do."""


@dataclass(frozen=True, eq=False)
class Page:
    """A decoded picture: colours in [0, 1], (H, W, C) with C = 1 for grey and 3 for colour."""

    colours: NDArray[np.float32]


def decoded(data: bytes) -> Page:
    """A file's picture, upright, with no side over WORKING_SIDE.

    A side longer than 560 pixels is reduced to that by averaging areas, and the orientation that a camera notes is applied.
    Transparent parts become white paper; if all that is visible has one colour, white ink perhaps, the opacity alone is the
    picture, as dark ink on white. Numbers of 16 bits, and numbers that are all below 16, count by their own range.

    Raises PictureError for a file that is empty, over 10 MB or 25 million pixels, damaged or cut short, animated, or neither
    PNG, JPEG nor WebP; sizes are checked before anything is decoded.
    """
    if not data:
        raise PictureError("The file is empty; choose a PNG, JPEG or WebP picture.")
    if len(data) > MAX_BYTES:
        raise PictureError(too_many_bytes(len(data)))
    try:
        with Image.open(BytesIO(data), formats=_READ) as image:
            if image.width * image.height > MAX_PIXELS:
                raise PictureError(_too_large(f"{image.width} x {image.height} pixels"))
            # a JPEG with several pictures is a phone's photograph with its depth or brightness map: the first is the photograph
            if image.format in ("PNG", "WEBP") and getattr(image, "n_frames", 1) > 1:
                raise PictureError("The picture is animated; choose one that stands still.")
            return Page(_colours(image))
    except PictureError:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise PictureError(_too_large("far too many pixels")) from error
    except Exception as error:  # Pillow's decoders raise a dozen types for damaged files, from SyntaxError to struct.error
        raise PictureError(_unreadable(data)) from error


def too_many_bytes(size: int) -> str:
    """Why a file of more than MAX_BYTES is not read."""
    return f"The file has {size / 1e6:.1f} MB, and only pictures up to {MAX_BYTES / 1e6:.0f} MB are read."


def _colours(image: Image.Image) -> NDArray[np.float32]:
    """The pixels, upright, on white: -> (H, W, C)."""
    upright = _UPRIGHT.get(_orientation(image))
    if image.mode.startswith("I"):  # 16 bits per pixel
        image = _from_numbers(np.asarray(image), 65535, image.info.get("transparency"))
    elif image.mode in ("LA", "PA", "RGBA") or "transparency" in image.info:
        image = image.convert("RGBA")
    elif image.mode == "L" and image.format != "JPEG" and image.getextrema()[1] < _FEW:
        image = _from_numbers(np.asarray(image), 255)
    elif image.mode in ("1", "P"):
        image = image.convert("RGB")  # black-and-white pixels and palette entries cannot be averaged
    image.thumbnail((WORKING_SIDE, WORKING_SIDE), Image.Resampling.BOX)  # of a JPEG, decodes no more than it needs
    if upright is not None:
        image = image.transpose(upright)
    if image.mode == "RGBA":
        return _on_white(np.asarray(image, dtype=np.float32) / 255)
    if image.mode == "F":
        return np.asarray(image, dtype=np.float32)[..., None]
    if image.mode == "L":
        return np.asarray(image, dtype=np.float32)[..., None] / 255
    return np.asarray(image.convert("RGB"), dtype=np.float32) / 255


def _on_white(pixels: NDArray[np.float32]) -> NDArray[np.float32]:
    """As it looks on white paper, or the opacity as dark ink if it is all there is: (H, W, 4) -> (H, W, C)."""
    colours, opacity = pixels[..., :3], pixels[..., 3:]
    visible = colours[opacity[..., 0] > 0.5]
    if len(visible) and opacity.min() < 0.5 and np.ptp(visible, axis=0).max() < _ONE_COLOUR:
        return 1 - opacity
    return colours * opacity + (1 - opacity)


def _orientation(image: Image.Image) -> int:
    try:
        return image.getexif().get(0x0112, 1)
    except Exception:  # a camera's damaged notes are no reason to refuse its picture
        return 1


# EXIF's orientation (CIPA DC-008, table 6) and what undoes it
_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


def _from_numbers(values: NDArray[Any], most: float, nothing: int | None = None) -> Image.Image:
    """Whole numbers as grey from 0 to 1: up to `most`, or by their own range if they use less than half of that.

    One number may stand for "nothing here", which is white.
    """
    empty = values == nothing if nothing is not None else np.zeros(values.shape, dtype=bool)
    there = values[~empty]
    low, high = (float(there.min()), float(there.max())) if there.size else (0.0, 0.0)
    if high - low >= most / 2:
        low, high = 0.0, most
    grey = ((values - low) / max(high - low, 1.0)).clip(0, 1).astype(np.float32)
    grey[empty] = 1
    return Image.fromarray(grey)


def _too_large(what: str) -> str:
    return f"The picture has {what}, and only pictures up to {MAX_PIXELS / 1e6:.0f} million pixels are read; make it smaller."


def _unreadable(data: bytes) -> str:
    """Why a file that could not be decoded could not, as far as its first bytes tell."""
    if data.startswith((b"\x89PNG", b"\xff\xd8")) or data[8:].startswith(b"WEBP"):
        return "The picture is damaged or cut short; save or download it again."
    for signature, offset, name in _OTHER_FORMATS:
        if data[offset:].startswith(signature):
            way_out = _AS_JPEG if name in ("HEIC", "AVIF") else "save it as one of them"
            return f"The file is a {name} picture, and only PNG, JPEG and WebP are read; {way_out}."
    return "The file is not a picture; choose a PNG, JPEG or WebP picture."


_AS_JPEG = (
    "export it as JPEG, or let an iPhone take JPEG pictures (Settings > Camera > Formats > Most Compatible) and take it again"
)
_OTHER_FORMATS = (
    (b"GIF8", 0, "GIF"),
    (b"BM", 0, "BMP"),
    (b"II*\0", 0, "TIFF"),
    (b"MM\0*", 0, "TIFF"),
    (b"ftypavif", 4, "AVIF"),
    (b"ftypavis", 4, "AVIF"),
    (b"ftyp", 4, "HEIC"),
    (b"%PDF", 0, "PDF"),
    (b"<svg", 0, "SVG"),
)
