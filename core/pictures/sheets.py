"""Rows of small pictures as one picture to keep."""

from collections.abc import Sequence
from io import BytesIO

import numpy as np
from PIL import Image

from core.pictures.images import png_bytes, tile

_SIDE = 28


def sheet_png(rows: Sequence[Sequence[bytes]], scale: int = 4) -> bytes:
    """PNG files of 28x28 pixels in rows, which may differ in length, as one PNG file; in colour if any of them is.

    Raises ValueError if there are none or one has another size.
    """
    pictures = [[Image.open(BytesIO(data)) for data in row] for row in rows]
    if not any(pictures):
        raise ValueError("there are no pictures to put on a sheet")
    if any(picture.size != (_SIDE, _SIDE) for row in pictures for picture in row):
        raise ValueError(f"the pictures of a sheet have {_SIDE} by {_SIDE} pixels")
    coloured = any(picture.mode != "L" for row in pictures for picture in row)
    columns = max(map(len, pictures))
    black = Image.new("L", (_SIDE, _SIDE))
    filled = [picture for row in pictures for picture in [*row, *[black] * (columns - len(row))]]
    return png_bytes(tile(np.stack([np.asarray(p.convert("RGB" if coloured else "L")) for p in filled]), columns), scale)
