"""Ruled and squared paper: its lines, found and taken out of the ink without cutting what is written across them."""

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

Grey = NDArray[np.floating]

_SLOPES = np.arange(-0.4, 0.401, 0.01)  # a page may be turned by 20 degrees
_ACROSS = 0.4  # of the picture's width: as much of it has to be inked along each of several ruled lines
_ALL_ACROSS = 0.7  # of the picture's width: as much of it along a line that is alone
_STEP = 4  # pixels along a line that are looked at together
_WINDOW = 0.4  # of the width: how far along a line its own darkness is measured
_WRITTEN = 1.6  # times as dark as the line: there something is written over it


def without_lines(ink: Grey, floor: float) -> Grey:
    """Ink without the straight lines that cross most of the page, level or upright: (H, W) -> (H, W).

    `floor` is what ink is at least. A line's slope and place are found by projecting the ink along every slope (a Radon
    transform of the pixels that are inked). Its darkness is the lower quartile along it, which what is written across it does
    not change, and only what is clearly darker stays there.
    """
    ink = _level(ink, floor)
    return _level(ink.T, floor).T


def _level(ink: Grey, floor: float) -> Grey:
    """Without lines that run from left to right."""
    height, width = ink.shape
    if min(height, width) < 100:  # lines that thin would not have survived in so small a picture
        return ink
    thin = ink - ndimage.grey_opening(ink, size=(9, 1))  # what is higher than a line is wide is none
    slope, lines = _lines(thin > floor)
    if not len(lines):
        return ink
    columns = np.arange(width)
    taken = np.zeros_like(ink)
    for near in (-0.015, 0.0, 0.015):  # a page seen from the side has lines of several slopes
        shift = np.rint((slope + near) * (columns - width / 2)).astype(int)
        rows = np.arange(height)[:, None] + shift  # sheared: along a row of this runs a line
        along = np.take_along_axis(thin, rows.clip(0, height - 1), axis=0)
        few = width // _STEP
        blocks = along[:, : few * _STEP].reshape(height, few, _STEP).mean(axis=2)
        reach = max(3, round(_WINDOW * few))
        dark = ndimage.percentile_filter(blocks, 25, size=(1, reach), mode="nearest")
        dark = ndimage.maximum_filter1d(dark, reach, axis=1)  # near its ends, half of what is looked at is beyond the line
        allowed = np.zeros(height, dtype=bool)
        for at in lines:
            allowed[max(0, at - 8) : at + 9] = True
        dark = np.repeat(dark * allowed[:, None], _STEP, axis=1)
        dark = np.pad(dark, ((0, 0), (0, width - dark.shape[1])), mode="edge")
        back = np.arange(height)[:, None] - shift
        taken = np.maximum(taken, np.take_along_axis(dark, back.clip(0, height - 1), axis=0))
    taken = ndimage.maximum_filter(np.where(taken > 0.4 * floor, taken, 0), size=(3, 1))
    on_line = taken > 0
    kept = np.where(on_line & (ink < _WRITTEN * taken + floor), 0, ink)
    # a stroke as faint as the line has a gap where it crosses: what has ink above and below the line goes on through it
    bridged = ndimage.grey_closing(kept, size=(7, 1))
    return np.where(on_line, np.minimum(np.maximum(kept, bridged), ink), kept)


def _lines(inked: NDArray[np.bool_]) -> tuple[float, NDArray[np.integer]]:
    """The slope of the lines, in rows per column, and the rows that they pass in the middle of the picture.

    Three or more are the ruling of a page; one or two have to go nearly all the way, since strokes may be straight too.
    """
    height, width = inked.shape
    edges = inked.copy()
    edges[1:] &= ~inked[:-1]  # a line counts once in every column, however thick it is
    y, x = edges.nonzero()
    if len(y) < _ACROSS * width:
        return 0.0, np.empty(0, dtype=int)
    step = max(1, len(y) // 20_000)
    y, x = y[::step], x[::step] - width / 2
    best, counts, slope = 0.0, np.zeros(height), 0.0
    for tried in _SLOPES:
        at = np.rint(y - tried * x).astype(int)
        found = np.bincount(at[(at >= 0) & (at < height)], minlength=height) * step
        score = float(np.square(found, dtype=np.float64).sum())
        if score > best:
            best, counts, slope = score, found, float(tried)
    wide = ndimage.uniform_filter1d(counts.astype(float), 5, mode="constant") * 5 / width
    _, ruling = ndimage.label(wide > _ACROSS)
    return slope, (wide > (_ACROSS if ruling >= 3 else _ALL_ACROSS)).nonzero()[0]
