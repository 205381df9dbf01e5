"""Mutated PNG, JPEG and WebP files against `frames.read_picture`: a picture in [0, 1] or a PictureError, nothing else."""

import random
import struct
import zlib
from collections.abc import Iterator
from io import BytesIO

import numpy as np
from PIL import Image

from core.pictures.frames import WORKING_SIDE, PictureError, read_picture, to_mnist_frame
from tests.fuzz.mutate import mutated

_PNG = b"\x89PNG\r\n\x1a\n"


def outcome(seed: int, count: int) -> Iterator[tuple[str, str]]:
    """For each of `count` files: what became of it, and what was wrong with that, if anything."""
    rng, files = random.Random(seed), seeds()
    for number in range(count):
        data = mutated(rng, files)
        if data.startswith(_PNG) and rng.random() < 0.7:
            data = with_checksums(data)  # otherwise most changes are found by the checksum and none gets to the decoder
        yield read(data, f"picture {number} of seed {seed}")


def read(data: bytes, name: str) -> tuple[str, str]:
    """What `read_picture` and `to_mnist_frame` make of a file."""
    try:
        picture = read_picture(data)
    except PictureError as error:
        said = str(error)
        fine = said.endswith(".") and "\n" not in said and len(said) < 300
        return "refused: " + said.split(";")[0].split(",")[0][:60], "" if fine else f"{name}: no sentence: {said!r}"
    except Exception as error:
        return type(error).__name__, f"{name}: {type(error).__name__}: {error}"
    right = picture.dtype == np.float32 and picture.ndim == 2 and 0 < max(picture.shape) <= WORKING_SIDE
    if not right or not (picture >= 0).all() or not (picture <= 1).all():
        return "rubbish", f"{name}: {picture.dtype} {picture.shape} from {picture.min()} to {picture.max()}"
    try:
        frame = to_mnist_frame(picture)
    except ValueError:
        return "read, blank", ""
    except Exception as error:
        return type(error).__name__, f"{name}: to_mnist_frame: {type(error).__name__}: {error}"
    return "read", "" if frame.shape == (28, 28) and frame.min() >= 0 and frame.max() == 1 else f"{name}: a bad frame"


def seeds() -> list[bytes]:
    """Small good files of every kind that people upload."""
    page = np.full((40, 32), 255, dtype=np.uint8)
    page[8:30, 12:18] = 0
    page[8:12, 12:26] = 90
    grey = Image.fromarray(page)
    colour = grey.convert("RGB")
    turned = Image.Exif()
    turned[0x0112] = 6
    kinds: list[tuple[Image.Image, str, dict]] = [
        (grey, "PNG", {}),
        (colour, "PNG", {}),
        (grey.convert("RGBA"), "PNG", {}),
        (grey.convert("LA"), "PNG", {}),
        (colour.quantize(8), "PNG", {"transparency": 0}),
        (grey.convert("1"), "PNG", {}),
        (Image.fromarray(page.astype(np.uint16) * 257), "PNG", {}),
        (grey, "PNG", {"save_all": True, "append_images": [grey.rotate(90)]}),
        (colour, "PNG", {"exif": turned, "dpi": (300, 300)}),
        (grey, "JPEG", {}),
        (colour, "JPEG", {"exif": turned}),
        (colour, "JPEG", {"progressive": True, "optimize": True}),
        (colour.convert("CMYK"), "JPEG", {}),
        (colour, "JPEG", {"icc_profile": b"\0" * 200, "comment": b"hello"}),
        (colour.resize((640, 800)), "JPEG", {"quality": 20}),
        (colour, "WEBP", {"quality": 80}),
        (grey.convert("RGBA"), "WEBP", {"lossless": True}),
    ]
    found = []
    for image, kind, options in kinds:
        file = BytesIO()
        image.save(file, kind, **options)
        found.append(file.getvalue())
    return found


def with_checksums(data: bytes) -> bytes:
    """A PNG with the checksum of every chunk made right, as far as the lengths lead."""
    parts, place = [data[:8]], 8
    while place + 12 <= len(data):
        (length,) = struct.unpack(">I", data[place : place + 4])
        body = data[place + 4 : place + 8 + length]
        parts += [data[place : place + 4], body, struct.pack(">I", zlib.crc32(body))]
        place += 12 + length
    return b"".join(parts)
