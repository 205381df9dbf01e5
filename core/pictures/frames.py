"""Other people's pictures, brought to the frame of MNIST: find the digit on a page, size and centre it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from scipy import ndimage

from core.pictures import files, groups, lines, paper
from core.pictures.files import MAX_BYTES, MAX_PIXELS, WORKING_SIDE, PictureError, too_many_bytes

__all__ = [
    "BOX",
    "FIELD",
    "MAX_BYTES",
    "MAX_PIXELS",
    "WORKING_SIDE",
    "Found",
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
_LEAST = 0.02  # prominence of a digit: of less, nothing is told
_FILLED = 0.7  # of the picture's height and width: a digit that touches the border has been cut out of its page
_THICK = 0.28  # of the picture's side: what touches the border and is thicker somewhere is a ground, such as a page on a desk
_NARROW = 0.45  # of the picture's height: a picture that is not as wide may be a 1
_FADED = 0.2  # contrast: on a photograph, a hue that differs by less is no ink, nor is what touches the border
_BLUR = 4  # pixels beside ink that are not paper either
_PEN = 0.085  # of the digit's longer side: strokes that are thinner are made so broad, as those that MNIST was made from
_FINEST = 0.05  # as `_PEN`, of a drawing without noise: finer than any of MNIST's

Grey = NDArray[np.floating]


@dataclass(frozen=True, eq=False)
class Found:
    """What was read: ink (H, W) from 0 to 1, all 0 without a digit, and a sentence if another digit was left out."""

    ink: NDArray[np.float32]
    left_out: str | None


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


def read_digit(data: bytes) -> Found:
    """The digit in a PNG, JPEG or WebP file, alone, light on dark whatever it was.

    The file is decoded as core.pictures.files.decoded says, with no side over 560 pixels. A picture without noise, on a ground
    that is even or lit evenly, comes back pixel for pixel, less what is not the digit. Of any other the ink is measured against
    the paper around it (core.pictures.paper), ruled lines are taken out (core.pictures.lines), and of what is connected, the
    group of strokes that is most prominent is the digit (core.pictures.groups). Both polarities and three channels compete:
    luma, and the two directions in which hues differ most; the most prominent group wins, if what surrounds it is paper.
    Strokes thinner than MNIST's are broadened, since a fine pen's would vanish when they are reduced.

    No network has a say in this: what is read depends on the picture alone. Raises PictureError for a file that is no picture.
    """
    colours = files.decoded(data).colours
    greys = list(paper.channels(colours))
    best = _best(greys[:1], _inside)
    if best is not None:
        # what a digit encloses looks like one of the other polarity, if the digit itself touches the border
        around = _cut_out(greys[0], not best.dark)
        best = around if around is not None and around.score > best.score else best
    else:
        best = _best(greys[1:], _inside) or _best(greys[:1], _cut_out)
        if best is not None and best.group.strong < _FADED and paper.noisy(greys[0]):
            best = None
    if best is None:
        return Found(np.zeros(colours.shape[:2], dtype=np.float32), None)
    ink = _exact(best)
    if ink is None:
        ink = _softened(best)
    return Found(ink.astype(np.float32), groups.left_out(best.group))


@dataclass(frozen=True, eq=False)
class _Reading:
    """A digit found by one channel and one polarity."""

    inked: paper.Inked  # without ruled lines
    group: groups.Group
    lines: NDArray[np.bool_]  # (H, W): where ruled lines were taken out
    dark: bool  # whether it is darker than its ground
    score: float


def _best(greys: Sequence[Grey], look: Callable[[Grey, bool], _Reading | None]) -> _Reading | None:
    """The most prominent digit by all channels, in both polarities; None if there is none."""
    found = [look(grey, dark) for grey in greys for dark in (True, False)]
    return max((one for one in found if one and one.score > _LEAST), key=lambda one: one.score, default=None)


def _inside(grey: Grey, dark: bool, ruled: bool = True) -> _Reading | None:
    """The digit, if there is one on a ground that looks like the paper around it; `ruled` paper may have lines."""
    inked = paper.inked(grey, dark)
    ink = lines.without_lines(inked.ink, inked.floor) if ruled else inked.ink
    group = groups.digit(ink, inked.floor)
    if group is None or not paper.surrounded_by_paper(inked, group.mask):
        return None
    taken = (inked.ink > inked.floor) & (ink <= inked.floor)
    return _Reading(replace(inked, ink=ink), group, taken, dark, group.score)


def _cut_out(grey: Grey, dark: bool) -> _Reading | None:
    """A digit that touches the picture's border, since it was cut out closely: it fills the picture, less the corners."""
    room = max(3, max(grey.shape) // 4)
    ground = np.quantile(grey, 0.95 if dark else 0.05)
    found = _inside(np.pad(grey, room, constant_values=ground), dark, ruled=False)
    if found is None:
        return None

    def cut(padded: Grey) -> Grey:
        return padded[room:-room, room:-room]

    mask = cut(found.group.mask)
    if not (mask[[0, -1]].any() or mask[:, [0, -1]].any()):
        return None
    filled = [mask.any(axis=axis).mean() for axis in (1, 0)]
    narrow = grey.shape[1] < _NARROW * grey.shape[0]  # a 1
    if filled[0] < _FILLED or (filled[1] < _FILLED and not narrow) or mask[[0, 0, -1, -1], [0, -1, 0, -1]].any():
        return None
    if 2 * ndimage.distance_transform_edt(mask).max() > _THICK * max(mask.shape):
        return None
    inked = paper.Inked(*map(cut, (found.inked.light, found.inked.ground, found.inked.ink)), found.inked.noise)
    group = replace(found.group, mask=mask, dropped=cut(found.group.dropped))
    return _Reading(inked, group, cut(found.lines), dark, found.score * (1 - mask.mean()))


def _exact(found: _Reading) -> Grey | None:
    """Ink of a picture without noise, as it is: -> (H, W); None if the picture is a photograph.

    The ground is a surface a + b x + c y + d x^2 + e x y + f y^2, fitted by least squares to what is not near any ink.
    """
    light, mask, dropped = found.inked.light, found.group.mask, found.group.dropped
    if paper.noisy(light):
        return None
    free = ~ndimage.binary_dilation(mask | dropped | (found.inked.ink > 3 * paper.BYTE), iterations=_BLUR)
    y, x = np.meshgrid(*(np.linspace(-1, 1, side) for side in light.shape), indexing="ij")
    terms = np.stack([np.ones_like(x), x, y, x * x, x * y, y * y], axis=-1)
    if free.sum() < 6:
        return None
    points = np.flatnonzero(free)[:: max(1, free.sum() // 20_000)]
    weights = np.linalg.lstsq(terms.reshape(-1, 6)[points], light.ravel()[points], rcond=None)[0]
    ground = terms @ weights
    ink = (ground - light).clip(0, 1)
    if np.quantile(np.abs(ground - light)[free], 0.99) > 2 * paper.BYTE:
        return None
    rounding = 2 * paper.BYTE if np.ptp(ground) > paper.BYTE / 2 else paper.BYTE / 2  # steps of an uneven ground
    ink[ink <= rounding] = 0
    # what is connected with the digit, however faintly, stays with it; what is with another piece goes with that
    there, eight = (ink > 0) & ~found.lines, np.ones((3, 3), dtype=bool)
    connected = ndimage.binary_propagation(mask, eight, there)
    away = ndimage.binary_propagation(dropped & there & ~connected, eight, there)
    dropped = ndimage.binary_dilation(away | found.lines, iterations=_BLUR)
    ink[dropped & ~ndimage.binary_dilation(mask, iterations=_BLUR)] = 0
    return _broadened(ink, _FINEST)


def _softened(found: _Reading) -> Grey:
    """Nearly black and white, as the scans were that MNIST was made from, in strokes of at least their width: -> (H, W)."""
    near = ndimage.binary_dilation(found.group.mask, iterations=2) & ~found.group.dropped & ~found.lines
    return _broadened(np.where(near, ((found.inked.ink / found.group.strong - 0.25) / 0.35).clip(0, 1), 0))


def _broadened(soft: Grey, least: float = _PEN) -> Grey:
    """Strokes that are thinner than this part of the digit's longer side, as broad as MNIST's, with soft edges."""
    inside = soft > 0.5 * soft.max()
    if not soft.any():
        return soft
    rows, columns = (inside.any(axis=axis).nonzero()[0] for axis in (1, 0))
    size = max(np.ptp(rows), np.ptp(columns)) + 1
    depth = ndimage.distance_transform_edt(inside)
    broad = 4 * depth[inside].mean() - 1  # in a strip, depths are even from 0.5 to half its width
    more = (_PEN * size - broad) / 2
    if more <= 0.5 or broad >= least * size:
        return soft
    outside = ndimage.distance_transform_edt(~inside)
    return np.maximum(soft, (more + 1 - outside).clip(0, 1))


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
