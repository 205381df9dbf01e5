"""Other people's pictures, brought to the frame of MNIST: the digit of a file, sized and centred."""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from core.pictures import files
from core.pictures.files import MAX_BYTES, MAX_PIXELS, WORKING_SIDE, PictureError, too_many_bytes

if TYPE_CHECKING:
    from core.pictures.finding import Found

__all__ = [
    "BOX",
    "FIELD",
    "MAX_BYTES",
    "MAX_PIXELS",
    "WORKING_SIDE",
    "PictureError",
    "read_digit",
    "read_picture",
    "to_mnist_frame",
    "too_many_bytes",
]

FIELD = 28  # pixels: the side of an MNIST image
BOX = 20  # pixels: the side of the box that MNIST's digits were fitted into

_INK = 0.1  # of the brightest pixel: what is fainter does not count as part of the digit's extent
_BLANK = 0.05  # contrast of ink and paper: less than this is an empty page

Grey = NDArray[np.floating]


def to_mnist_frame(picture: Grey) -> NDArray[np.float32]:
    """A light digit on dark ground as MNIST would show it: (H, W) in [0, 1] -> (28, 28) in [0, 1].

    Following LeCun, Cortes & Burges, "The MNIST database": cropped to the ink, fitted into a 20 x 20 box with its aspect kept
    and its edges anti-aliased, then moved by whole pixels so that its centre of mass falls into pixel (14, 14). The brightest
    pixel becomes 1, as in MNIST, so that thin or faint strokes do not fade when they are reduced. Raises ValueError for a
    blank picture, one that is not (H, W), and values outside [0, 1].
    """
    picture = np.asarray(picture, dtype=np.float64)
    if picture.ndim != 2 or not picture.size:
        raise ValueError(f"a picture must be of shape (height, width), not {picture.shape}")
    if not ((picture >= 0) & (picture <= 1)).all():  # also false for not-a-number
        raise ValueError("a picture's pixels must be numbers from 0 to 1")
    if picture.max() < _BLANK:
        raise ValueError("there is no digit in this picture: it is blank, or too faint to be told from its ground")
    digit = _fit(_crop(picture))
    return centred(digit)


def centred(digit: Grey) -> NDArray[np.float32]:
    """A digit of MNIST's size in MNIST's frame, its centre of mass in pixel (14, 14): (h, w) -> (28, 28), at most 1.

    It is moved by whole pixels, and its brightest becomes 1. Neither side may be over 28, nor all of it black.
    """
    digit = digit / digit.max()
    field = np.zeros((FIELD, FIELD), dtype=np.float32)
    top, left = (_offset(digit.sum(axis=1 - axis)) for axis in (0, 1))
    field[top : top + digit.shape[0], left : left + digit.shape[1]] = digit
    return field


def read_picture(data: bytes) -> NDArray[np.float32]:
    """A PNG, JPEG or WebP file as the ink of its digit, from 0 (ground) to 1, light on dark whatever it was: bytes -> (H, W).

    See `read_digit`, of which this is the ink. Raises PictureError.
    """
    return read_digit(data).ink


def read_digit(data: bytes) -> "Found":
    """The digit in a PNG, JPEG or WebP file, alone, light on dark whatever it was.

    The file is decoded as core.pictures.files.decoded says, with no side over 560 pixels. A picture without noise, on a ground
    that is even or lit evenly, comes back pixel for pixel, less what is not the digit. Of any other the ink is measured against
    the paper around it (core.pictures.paper), ruled lines are taken out (core.pictures.lines), and of what is connected, the
    group of strokes that is most prominent is the digit (core.pictures.groups), if what surrounds it is paper. Both polarities
    compete (core.pictures.finding); if neither shows a digit, the two directions in which hues differ most are tried. Strokes
    much thinner than MNIST's are broadened, since a fine pen's would vanish when they are reduced.

    No network has a say in this: what is read depends on the picture alone. Raises PictureError for a file that is no picture.
    """
    # imported by the first upload: scipy's filters take longer to import than all else that pages need of this module
    from core.pictures import finding

    return finding.found(files.decoded(data).colours)


def _crop(picture: Grey) -> Grey:
    """The smallest rectangle with all the ink."""
    ink = picture > _INK * picture.max()
    rows, columns = ink.any(axis=1).nonzero()[0], ink.any(axis=0).nonzero()[0]
    return picture[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


def _fit(picture: Grey) -> Grey:
    """Resized so that its longer side is 20 pixels and the other at least 1."""
    height, width = picture.shape
    scale = BOX / max(height, width)
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    # reducing averages areas, which brings an enlarged MNIST digit back exactly; enlarging interpolates
    resample = Image.Resampling.BOX if scale <= 1 else Image.Resampling.BILINEAR
    resized = Image.fromarray(picture.astype(np.float32)).resize(size, resample)
    return np.asarray(resized, dtype=np.float64).clip(0, 1)


def _offset(mass: Grey) -> int:
    """Where to put the first of these rows (or columns) so that their centre of mass lies in pixel 14: (n,) -> 0 to 28 - n.

    All of MNIST's embedded digits have their centre of mass between 13.5 and 14.5, counting pixel centres from 0.
    """
    centre = (mass * np.arange(len(mass))).sum() / mass.sum()
    return int(np.clip(np.floor(FIELD / 2 + 0.5 - centre), 0, FIELD - len(mass)))
